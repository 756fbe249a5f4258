"""Routing over HTTP: which rules spoke about a report, or would about given facts, and what each looked at."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from chassis.http import InTransaction
from chassis.transaction import Transaction
from chassis.version_handlers import InForce
from contracts.envelope import Shape
from routing.adapters import policy_file
from routing.api.policies import MayRead
from routing.domain.explaining import Explanation, NoSuchAssessment, explain
from routing.domain.facts import Facts, Sighting
from routing.domain.policy import Policy, Request
from routing.handlers.explaining import Explained, explain_report
from routing.handlers.policies import policy_for
from routing.store.policies import policies

REFUSALS: dict[type[Exception], int] = {NoSuchAssessment: 404}

Word = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
Names = Annotated[tuple[Word, ...], Field(max_length=50)]


class SightingIn(Shape):
    """A report at the same address. `who` tells reporters apart, and need not name anybody."""

    who: Word = ""
    category: Word
    at: AwareDatetime


class FactsIn(Shape):
    """A report as the policy may see it."""

    category: Word
    at: AwareDatetime | None = Field(None, description="When it was received; without it, now.")
    tenure: Word = "other"
    danger: bool = False
    children: bool = False
    going_on_now: bool = False
    reported_before: bool = False
    answers: dict[Word, Names] = Field(default_factory=dict, max_length=100)
    area: Word | None = None
    owner: Word | None = None
    seen: tuple[SightingIn, ...] = Field(
        (), max_length=1000, description="Reports at the address, this one among them."
    )
    findings: dict[Word, Word] = Field(default_factory=dict, max_length=50)
    running: frozenset[Literal["care", "enforcement"]] = frozenset()

    def facts(self, now: datetime) -> Facts:
        at = self.at or now
        seen = [Sighting(one.who, one.category, one.at) for one in self.seen]
        return Facts(
            category=self.category,
            at=at,
            tenure=self.tenure,
            danger=self.danger,
            children=self.children,
            going_on_now=self.going_on_now,
            reported_before=self.reported_before,
            answers={question: frozenset(values) for question, values in self.answers.items()},
            area=self.area,
            owner=self.owner,
            seen=tuple(seen or [Sighting("", self.category, at)]),
            findings=dict(self.findings),
            running=frozenset(self.running),
        )


class ExplainIn(Shape):
    """Facts, and the version to decide by: without one, that in force."""

    facts: FactsIn
    version: Word | None = None


class ReadingOut(Shape):
    """What was looked at, and whether that is as the rule wants it."""

    words: str
    holds: bool


class TriedOut(Shape):
    """A rule that was tried. `overruled`: it spoke, and a rule with `only` left out what it asks."""

    rule: str
    because: str
    spoke: bool
    overruled: bool
    readings: tuple[ReadingOut, ...]


class RequestOut(Shape):
    """Who is asked what, on which track, within which term."""

    part: str
    track: str
    question: str
    amount: int
    unit: str


class ExplanationOut(Shape):
    """What the policy decides, and why: every rule that was tried. Without the rules where their version is gone."""

    version: str
    tracks: tuple[str, ...]
    requests: tuple[RequestOut, ...]
    lead: str
    held: dict[str, str]
    withheld: dict[str, str]
    rules: tuple[TriedOut, ...]


class ReportExplained(ExplanationOut):
    """The newest decision about a report, and what made it differ from the one before."""

    report_id: UUID
    revision: int
    assessed_at: datetime
    cause: str | None
    difference: tuple[str, ...]


def router(in_force: InForce[Policy]) -> APIRouter:
    routes = APIRouter(prefix="/routing/v1/assessments", tags=["assessments"])

    @routes.post("/_explain")
    async def explain_facts(body: ExplainIn, tx: InTransaction, _reader: MayRead) -> ExplanationOut:
        """Say what would be decided about these facts, and why. Nothing is kept."""
        policy = await _policy(body.version, tx, in_force)
        return explanation_out(explain(body.facts.facts(tx.now), policy))

    @routes.get("/{reportId}")
    async def explain_assessment(
        report_id: Annotated[UUID, Path(alias="reportId")], tx: InTransaction, _reader: MayRead
    ) -> ReportExplained:
        """Say what was decided about a report the last time, by which version, and why."""
        return _explained(await explain_report(report_id, tx))

    return routes


async def _policy(version: str | None, tx: Transaction, in_force: InForce[Policy]) -> Policy:
    if version is None:
        return await policy_for(tx, in_force)
    return policy_file.load_kept((await policies.get(tx, version)).text)


def explanation_out(explanation: Explanation) -> ExplanationOut:
    assessment = explanation.assessment
    return ExplanationOut(
        version=assessment.policy_version,
        tracks=assessment.tracks,
        requests=tuple(map(_request, assessment.requests)),
        lead=assessment.lead,
        held=dict(assessment.held),
        withheld=dict(assessment.withheld),
        rules=tuple(
            TriedOut(
                rule=one.rule,
                because=one.because,
                spoke=one.spoke,
                overruled=one.overruled,
                readings=tuple(ReadingOut(words=words, holds=holds) for words, holds in one.readings),
            )
            for one in explanation.tried
        ),
    )


def _request(request: Request) -> RequestOut:
    amount, unit = request.term
    return RequestOut(
        part=request.part, track=request.track, question=request.question, amount=amount, unit=unit
    )


def _explained(explained: Explained) -> ReportExplained:
    """As it was decided; only the rules that did not speak are worked out anew."""
    kept = explained.kept
    as_decided = Explanation(explained.decided, explained.again.tried if explained.again else ())
    return ReportExplained(
        **explanation_out(as_decided).model_dump(),
        report_id=kept.report_id,
        revision=kept.revision,
        assessed_at=kept.assessed_at,
        cause=kept.cause,
        difference=tuple(kept.difference),
    )

"""A report as the policy sees it: no name, no address, no story; and back from how it is kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chassis.pseudonyms import Pseudonyms
from contracts.intake import Reporter, ReportSubmitted
from routing.domain.facts import Facts, Sighting


def place_of(report: ReportSubmitted, names: Pseudonyms) -> str:
    return names.of("address", report.address.key)


def sighting_of(report: ReportSubmitted, names: Pseudonyms) -> Sighting:
    return Sighting(_who(report.reporter, names), report.category, report.received_at)


def _who(reporter: Reporter, names: Pseudonyms) -> str:
    """By telephone or else by mail; empty where there is neither."""
    if reporter.phone:
        return names.of("phone", reporter.phone)
    return names.of("email", reporter.email.lower()) if reporter.email else ""


def facts_of(report: ReportSubmitted, seen: Iterable[Sighting], owner: str | None) -> Facts:
    """An answer in free words stays out: no rule may look at what a person wrote."""
    answers: dict[str, frozenset[str]] = {}
    words: dict[str, str] = {}
    for given in (given for given in report.answers if given.value != given.words):
        answers[given.question] = answers.get(given.question, frozenset()) | {given.value}
        words |= {given.question: given.asked, f"{given.question}={given.value}": given.words}
    return Facts(
        category=report.category,
        at=report.received_at,
        tenure=report.reporter.tenure,
        answers=answers,
        words=words,
        area=report.area.code if report.area else None,
        area_name=report.area.name if report.area else None,
        owner=owner,
        seen=tuple(seen),
        **report.signals.model_dump(by_alias=False),
    )


def written(facts: Facts) -> dict[str, Any]:
    """As JSON."""
    return {
        "category": facts.category,
        "at": facts.at.isoformat(),
        "tenure": facts.tenure,
        "danger": facts.danger,
        "children": facts.children,
        "going_on_now": facts.going_on_now,
        "reported_before": facts.reported_before,
        "answers": {question: sorted(values) for question, values in facts.answers.items()},
        "words": dict(facts.words),
        "area": facts.area,
        "area_name": facts.area_name,
        "owner": facts.owner,
        "seen": [[one.who, one.category, one.at.isoformat()] for one in facts.seen],
        "findings": dict(facts.findings),
        "running": sorted(facts.running),
    }


def read(kept: Mapping[str, Any]) -> Facts:
    """The facts as they were."""
    return Facts(
        **{
            **kept,
            "at": datetime.fromisoformat(kept["at"]),
            "answers": {question: frozenset(values) for question, values in kept["answers"].items()},
            "seen": tuple(
                Sighting(who, category, datetime.fromisoformat(at)) for who, category, at in kept["seen"]
            ),
            "running": frozenset(kept["running"]),
        }
    )

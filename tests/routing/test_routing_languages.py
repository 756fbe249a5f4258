"""Each partner is asked and understood in its own language."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asking_partners import ASKING, NOW, REGISTER, SPEAKERS, a_report, an_assignment, answer_type, questions
from partner_languages import KENMERK, rows, words_for

from chassis.testing import Bench
from contracts.envelope import Message
from contracts.partners import (
    EnforcementUpdate,
    MediationReply,
    PartnerAnswer,
    SupportReply,
    TenancyCaseUpdate,
)
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentNoted,
    AssignmentQueried,
    DeclineReason,
    Outcome,
)
from meldketen.simulation.words import LANGUAGES as SIMULATED
from routing.adapters import cloudevents, corporation, enforcement, mediation, social
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import project
from routing.adapters.wording import meant
from routing.domain.assignments import Answer, State

PARTNERS = sorted(ASKING)


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


def test_every_partner_of_the_register_is_here() -> None:
    assert set(ASKING) == {partner.id for partner in REGISTER.values() if partner.adapter}
    assert set(SPEAKERS) == set(LANGUAGES) == set(SIMULATED)


async def test_every_partner_takes_up_a_question_and_is_done(routing: Bench) -> None:
    asked = await questions(routing, *PARTNERS)
    for partner, question in asked.items():
        words = words_for(partner, question)
        said = [word for word in (words.accepted, words.busy, words.done) if word]
        await routing.hears(*said, partner=partner)
    assert await routing.aside() == []
    ours = {UUID(question.subject) for question in asked.values()}
    said_of = await routing.said()
    for kind in (AssignmentAccepted, AssignmentAnswered):
        assert {m.assignment_id for m in said_of if isinstance(m, kind)} == ours


async def test_every_partner_can_decline(routing: Bench) -> None:
    asked = await questions(routing, *PARTNERS)
    for partner, question in asked.items():
        await routing.hears(words_for(partner, question).declined, partner=partner)
    declined = [m for m in await routing.said() if isinstance(m, AssignmentDeclined)]
    assert {m.assignment_id for m in declined} == {UUID(question.subject) for question in asked.values()}
    assert await routing.aside() == []


async def test_who_asks_for_more_is_heard_and_can_go_on(routing: Bench) -> None:
    asked = await questions(routing, "enforcement", "fire-brigade")
    for partner, question in asked.items():
        words = words_for(partner, question)
        assert words.query
        await routing.hears(words.query, words.done, partner=partner)
    said = await routing.said()
    assert len([m for m in said if isinstance(m, AssignmentQueried)]) == len(asked)
    assert len([m for m in said if isinstance(m, AssignmentAnswered)]) == len(asked)


async def test_a_violation_seen_by_the_mediator_opens_enforcement_and_mediation_goes_on(
    routing: Bench,
) -> None:
    question = (await questions(routing, "mediation"))["mediation"]
    words = words_for("mediation", question)
    assert words.violation
    await routing.hears(words.accepted, words.violation, partner="mediation")
    states = {row.part: row.state for row in await rows(routing)}
    assert states["mediation"] == State.IN_PROGRESS
    assert states["enforcement"] == State.PREPARED


@pytest.mark.parametrize("partner", ["mediation", "neighbourhood-team"])
async def test_help_that_was_refused_is_answered_and_not_solved(routing: Bench, partner: str) -> None:
    question = (await questions(routing, partner))[partner]
    refused = words_for(partner, question).refused
    assert refused
    await routing.hears(refused, partner=partner)
    answered = [m for m in await routing.said() if isinstance(m, AssignmentAnswered)]
    assert [(m.outcome, m.finding) for m in answered] == [(Outcome.NOT_SOLVED, "refused")]


@pytest.mark.parametrize("partner", ["ggz", "mediation", "neighbourhood-team", "health-service"])
async def test_what_care_writes_beside_its_codes_is_never_taken_over(routing: Bench, partner: str) -> None:
    question = (await questions(routing, partner))[partner]
    told = "Zij kwam huilend binnen."
    event = routing.event(words_for(partner, question).done, partner)
    free = {"toelichting": told, "note": told, "description": told, "notitie": told}
    grown = event.model_copy(update={"data": event.data | free})
    await routing.receives(grown.model_dump_json(exclude_none=True).encode(), partner=partner)
    said = await routing.said()
    assert any(isinstance(m, AssignmentAnswered) for m in said)
    assert not any(isinstance(m, AssignmentNoted) or told in m.model_dump_json() for m in said)


def test_a_moment_as_vera_tells_it_is_a_day_to_us() -> None:
    update = TenancyCaseUpdate.model_validate(
        {
            "idExtern": KENMERK,
            "zaakstatussen": [{"soort": {"code": "INU"}, "begindatum": "2026-03-10T14:20:00Z"}],
        }
    )
    assert corporation.answer(update).state is State.IN_PROGRESS
    assert update.zaakstatussen[0].begindatum.isoformat() == "2026-03-10"


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        (EnforcementUpdate(kenmerk=UUID(KENMERK), status="geregistreerd"), (State.ACCEPTED, None, None, None)),
        (
            EnforcementUpdate(kenmerk=UUID(KENMERK), status="aanvulling_nodig"),
            (State.INFORMATION_NEEDED, None, None, None),
        ),
        (
            EnforcementUpdate(
                kenmerk=UUID(KENMERK), status="in_behandeling", resultaat="overtreding_vastgesteld"
            ),
            (State.IN_PROGRESS, None, None, "violation-found"),
        ),
        (
            EnforcementUpdate(kenmerk=UUID(KENMERK), status="afgerond", resultaat="verhuisd"),
            (State.ANSWERED, None, "closed", "moved"),
        ),
        (
            EnforcementUpdate(kenmerk=UUID(KENMERK), status="niet_in_behandeling", reden="al_bekend"),
            (State.DECLINED, "already-handled", None, None),
        ),
        (
            MediationReply(kenmerk=UUID(KENMERK), status="afgerond", uitkomst="genormaliseerd"),
            (State.ANSWERED, None, "solved", "normalised"),
        ),
        (
            MediationReply(
                kenmerk=UUID(KENMERK),
                status="afgerond",
                uitkomst="geweigerd",
                bevinding="overtreding_gezien",
            ),
            (State.ANSWERED, None, "not-solved", "violation-found"),
        ),
        (SupportReply(kenmerk=UUID(KENMERK), status="hulp_geboden"), (State.ANSWERED, None, "help-offered", None)),
        (SupportReply(kenmerk=UUID(KENMERK), status="afgesloten"), (State.ANSWERED, None, "closed", None)),
        (
            PartnerAnswer(
                assignment_id=UUID(KENMERK), state="answered", outcome="closed", finding="handed-over"
            ),
            (State.ANSWERED, None, "closed", "handed-over"),
        ),
    ],
)  # fmt: skip
def test_a_word_means_what_the_page_says(said: Message, understood: tuple[Any, ...]) -> None:
    read = next(
        language.answers[type(said)] for language in LANGUAGES.values() if type(said) in language.answers
    )
    answer = read(said)
    assert (answer.state, answer.reason, answer.outcome, answer.finding) == understood


@pytest.mark.parametrize("module", [enforcement, mediation, social, cloudevents, corporation])
def test_every_word_of_a_language_has_a_meaning_that_the_hub_knows(module: Any) -> None:
    outcomes, reasons = set(Outcome), set(DeclineReason)
    for words in (vars(module).get("_RESULTS"), vars(module).get("_OUTCOMES")):
        assert {m[0] if isinstance(m, tuple) else m for m in (words or {}).values()} <= outcomes
    assert set(vars(module).get("_REASONS", {}).values()) <= reasons


def test_a_word_that_is_not_known_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match="onzin is not a word for status: use one of bezig, klaar"):
        meant("onzin", {"bezig": 1, "klaar": 2}, "status")
    with pytest.raises(ValueError, match="status is missing: use one of bezig"):
        meant(None, {"bezig": 1}, "status")


@pytest.mark.parametrize(
    "said",
    [
        EnforcementUpdate(kenmerk=UUID(KENMERK), status="afgerond"),
        EnforcementUpdate(kenmerk=UUID(KENMERK), status="niet_in_behandeling"),
        MediationReply(kenmerk=UUID(KENMERK), status="afgerond"),
        PartnerAnswer(assignment_id=UUID(KENMERK), state="answered"),
        PartnerAnswer(assignment_id=UUID(KENMERK), state="declined"),
    ],
)
def test_an_answer_without_what_belongs_to_it_is_refused(said: Message) -> None:
    read: Callable[[Any], Answer] = next(
        one.answers[type(said)] for one in LANGUAGES.values() if type(said) in one.answers
    )
    with pytest.raises(ValueError, match="is missing: use one of"):
        read(said)


def test_what_is_too_long_for_a_zaak_stands_whole_beside_it() -> None:
    report = a_report(
        category="KAMER", story="Woord. " * 400, address={"addition": "bis-achter", "street": "Lange " * 20}
    )
    covenant = REGISTER["enforcement"].covenant("enforcement", NOW.date())
    assert covenant
    asked = an_assignment("enforcement", question="Wilt u dit bekijken? " * 8)
    made = enforcement.question(asked, project(report, covenant), REGISTER["enforcement"])
    assert made.verhaal == report.story
    assert made.vraag == asked.question
    assert "bis-achter" in made.adres
    assert made.zaak.toelichting == report.story[:1000]
    assert made.zaakobject.object_identificatie.huisnummertoevoeging is None
    assert made.antwoord_voor == NOW + timedelta(days=5)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"cloudevents"}))
def test_who_cannot_do_without_an_address_says_so(language: str) -> None:
    covenant = replace(REGISTER["police"].covenants[0], fields=frozenset({"category"}))
    with pytest.raises(ValueError, match="address"):
        LANGUAGES[language].question(an_assignment(), project(a_report(), covenant), REGISTER["enforcement"])


def test_every_answer_has_one_language() -> None:
    kinds = [answer_type(language) for language in LANGUAGES]
    assert len(set(kinds)) == len(kinds)

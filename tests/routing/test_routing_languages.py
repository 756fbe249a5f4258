"""Each partner is asked and understood in its own language; what it cannot say is parked with why, and changes nothing."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from asking_partners import (
    ASKING,
    ENVELOPE,
    NOW,
    REGISTER,
    SPEAKERS,
    a_report,
    an_assignment,
    answer_type,
    data_of,
    questions,
    sent_to_partners,
)
from sqlalchemy import select

from chassis.calendar import DutchCalendar
from chassis.pseudonyms import Pseudonyms
from chassis.testing import Bench
from contracts.envelope import CloudEvent, Message
from contracts.partners import (
    EnforcementLink,
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
    AssignmentWithdrawn,
    DeclineReason,
    Outcome,
)
from meldketen.simulation.words import LANGUAGES as SIMULATED
from meldketen.simulation.words import Words
from routing.adapters import cloudevents, corporation, enforcement, mediation, policy_file, social
from routing.adapters.envelope import Envelope
from routing.adapters.in_force import InForce
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import project
from routing.adapters.wording import meant
from routing.domain.assignments import WITH_THE_PARTNER, Answer, CannotFollow, State
from routing.handlers.asking import Desk
from routing.handlers.taking_back import take_back
from routing.tables import assignments as table

KENMERK = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"
SPEAKING = sorted(SPEAKERS.items())
PARTNERS = sorted(ASKING)


def words_for(partner: str, question: CloudEvent) -> Words:
    language = REGISTER[partner].adapter
    assert language
    return SIMULATED[language](question)[1]


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


async def rows(bench: Bench) -> Any:
    async with bench.transaction() as tx:
        return (await tx.execute(select(table).order_by(table.c.assignment_id))).all()


@asynccontextmanager
async def nothing_changes(bench: Bench) -> AsyncIterator[None]:
    before = await rows(bench), await bench.said()
    yield
    assert (await rows(bench), await bench.said()) == before


async def newest_aside(bench: Bench) -> tuple[str, str, str]:
    state, reason, detail = (await bench.aside())[-1]
    return state, reason, detail or ""


# --- Understood


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


# --- Bad input: parked with a reason, and nothing changed

CODES = {
    "police": ("status",),
    "ggz": ("status",),
    "corporation": ("zaakstatussen", 0, "soort", "code"),
    "enforcement": ("status",),
    "mediation": ("status",),
    "social": ("status",),
    "cloudevents": ("state",),
}
KNOWN = {
    "police": "ontvangen",
    "ggz": "accepted",
    "corporation": "AAN",
    "enforcement": "geregistreerd",
    "mediation": "aangenomen",
    "social": "opgepakt",
    "cloudevents": "information-needed",
}


async def test_an_answer_of_a_wrong_shape_is_parked_with_the_field(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        event = routing.event(words_for(partner, asked[partner]).accepted, partner)
        needed = next(name for name in event.data if name in CODES[language])
        cut = {name: value for name, value in event.data.items() if name != needed}
        body = event.model_copy(update={"data": cut}).model_dump_json(exclude_none=True).encode()
        async with nothing_changes(routing):
            await routing.receives(body, partner=partner)
        state, _, detail = await newest_aside(routing)
        assert state == "parked"
        assert needed in detail
    assert len(await routing.aside()) == len(SPEAKING)


async def test_a_word_that_a_language_does_not_have_is_parked_with_those_it_has(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        event = routing.event(words_for(partner, asked[partner]).accepted, partner)
        data = json.loads(json.dumps(event.data))
        *path, last = CODES[language]
        inner = data
        for step in path:
            inner = inner[step]
        inner[last] = "onzin"
        body = event.model_copy(update={"data": data}).model_dump_json(exclude_none=True).encode()
        async with nothing_changes(routing):
            await routing.receives(body, partner=partner)
        state, _, detail = await newest_aside(routing)
        assert (state, KNOWN[language] in detail) == ("parked", True), detail


async def test_an_answer_in_a_language_that_the_partner_does_not_speak_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        other, speaker = next(pair for pair in SPEAKING if pair[0] != language)
        said = words_for(speaker, asked[speaker]).accepted
        async with nothing_changes(routing):
            await routing.hears(said, partner=partner)
        state, reason, detail = await newest_aside(routing)
        assert (state, reason) == ("parked", "NotYourLanguage")
        assert f"{partner} does not speak {other} with this hub, but {language}" in detail


async def test_an_answer_twice_counts_once_and_the_second_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for _, partner in SPEAKING:
        done = words_for(partner, asked[partner]).done
        event = routing.event(done, partner).model_dump_json(exclude_none=True).encode()
        await routing.receives(event, partner=partner)
        async with nothing_changes(routing):
            await routing.receives(event, partner=partner)
        parked = len(await routing.aside())
        async with nothing_changes(routing):
            await routing.hears(done, partner=partner)
        assert await newest_aside(routing) == (
            "parked",
            "CannotFollow",
            "answered cannot follow answered",
        )
        assert len(await routing.aside()) == parked + 1


async def test_an_answer_out_of_order_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for _, partner in SPEAKING:
        words = words_for(partner, asked[partner])
        await routing.hears(words.done, partner=partner)
        async with nothing_changes(routing):
            await routing.hears(words.accepted, partner=partner)
        assert await newest_aside(routing) == (
            "parked",
            "CannotFollow",
            "accepted cannot follow answered",
        )


def about(said: Message, assignment_id: UUID) -> Message:
    """The same answer, about another assignment."""
    data = json.loads(json.dumps(data_of(said)))
    match data:
        case {"basedOn": [{"identifier": identifier}]}:
            identifier["value"] = str(assignment_id)
        case _:
            data[next(name for name in ("kenmerk", "idExtern", "assignmentId") if name in data)] = str(
                assignment_id
            )
    return type(said).model_validate(data)


async def test_an_answer_to_anothers_or_to_an_unknown_assignment_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        said = words_for(partner, asked[partner]).accepted
        another = next(question for other, question in asked.items() if other != partner)
        async with nothing_changes(routing):
            await routing.hears(about(said, UUID(another.subject)), partner=partner)
        state, reason, detail = await newest_aside(routing)
        assert (state, reason) == ("parked", "NotYourAssignment"), language
        assert detail == f"{another.subject} is not an assignment of {partner}"
        stranger = uuid4()
        async with nothing_changes(routing):
            await routing.hears(about(said, stranger), partner=partner)
        assert await newest_aside(routing) == (
            "parked",
            "NoSuchAssignment",
            f"{stranger} is not an assignment of this hub",
        )


# --- Taking back, and making clear


def a_desk() -> Desk:
    return Desk(
        InForce(policy_file.load()),
        REGISTER,
        DutchCalendar(),
        Pseudonyms("a key that is long enough"),
        Envelope("urn:nld:oin:1:systeem:hub", "https://schemas.example", "https://hub.example"),
    )


async def test_only_who_was_asked_is_told_that_it_need_not_answer(routing: Bench) -> None:
    question = (await questions(routing, "enforcement"))["enforcement"]
    told = {"kenmerk": question.subject, "reden": "elders_gevraagd"}
    for state in State:
        asked = an_assignment("enforcement", assignment_id=UUID(question.subject), state=state)
        before = len(await sent_to_partners(routing))
        async with routing.transaction() as tx:
            if state in {State.ANSWERED, State.WITHDRAWN}:
                with pytest.raises(CannotFollow):
                    take_back(asked, "asked-elsewhere", tx, a_desk())
            else:
                take_back(asked, "asked-elsewhere", tx, a_desk())
        said = [data_of(one.message) for one in (await sent_to_partners(routing))[before:]]
        assert said == ([told] if state in WITH_THE_PARTNER else []), state
    withdrawn = [m for m in await routing.said() if isinstance(m, AssignmentWithdrawn)]
    assert len(withdrawn) == len(State) - 2


async def test_the_desk_itself_is_told_nothing(routing: Bench) -> None:
    async with routing.transaction() as tx:
        take_back(an_assignment("desk", "care"), "not-needed", tx, a_desk())
    assert await sent_to_partners(routing) == []


async def test_an_answer_after_it_was_taken_back_is_parked(routing: Bench) -> None:
    question = (await questions(routing, "safety"))["safety"]
    row = next(row for row in await rows(routing) if str(row.assignment_id) == question.subject)
    async with routing.transaction() as tx:
        taken = an_assignment("safety", assignment_id=row.assignment_id, report_id=row.report_id)
        take_back(taken, "report-withdrawn", tx, a_desk())
    async with nothing_changes(routing):
        await routing.hears(words_for("safety", question).accepted, partner="safety")
    assert (await newest_aside(routing))[1:] == ("CannotFollow", "accepted cannot follow withdrawn")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_partner_does_not_learn_that_the_reporter_took_the_report_back(language: str) -> None:
    say = LANGUAGES[language].withdrawal
    withdrawn = {reason: say(an_assignment(reason=reason)) for reason in ("report-withdrawn", "not-needed")}
    assert withdrawn["report-withdrawn"] == withdrawn["not-needed"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_only_a_language_in_which_more_can_be_asked_has_an_answer_to_it(language: str) -> None:
    made = LANGUAGES[language].clarification(an_assignment(), "De bovenste verdieping.")
    assert (made is not None) == (language in {"enforcement", "cloudevents"})
    if made:
        assert "De bovenste verdieping." in made.model_dump_json()


# --- A municipal zaak linked with ours


async def test_a_zaak_that_was_registered_is_linked_and_one_that_was_dropped_is_not_any_more(
    routing: Bench,
) -> None:
    question = (await questions(routing, "enforcement"))["enforcement"]
    zaak = "https://zaken.woonoverlast.example/api/v1/zaken/6f1d2c3b-4a59-4e68-9d7c-8b9a0f1e2d3c"
    update = EnforcementUpdate(kenmerk=UUID(question.subject), status="geregistreerd", zaak=zaak)
    dropped = update.model_copy(update={"status": "niet_in_behandeling", "reden": "niet_bevoegd"})
    await routing.hears(
        update, update.model_copy(update={"status": "in_behandeling"}), dropped, partner="enforcement"
    )
    links = [one for one in await sent_to_partners(routing) if isinstance(one.message, EnforcementLink)]
    assert [(one.partner, one.message.event.type) for one in links if isinstance(one.message, EnforcementLink)] == [
        ("enforcement", "nl.overheid.zaken.zaak-gekoppeld"),
        ("enforcement", "nl.overheid.zaken.zaak-ontkoppeld"),
    ]  # fmt: skip
    made = links[0].message
    assert isinstance(made, EnforcementLink)
    assert made.event.subject == "6f1d2c3b-4a59-4e68-9d7c-8b9a0f1e2d3c"
    assert made.event.data.zaak == zaak


def test_a_zaak_by_its_urn_has_the_same_subject() -> None:
    event = enforcement.link_event(f"urn:uuid:{KENMERK}", an_assignment(), "gekoppeld", ENVELOPE)
    assert event.subject == KENMERK


def test_who_names_no_zaak_is_linked_with_none() -> None:
    update = EnforcementUpdate(kenmerk=UUID(KENMERK), status="geregistreerd")
    assert (
        enforcement.link(update, replace(an_assignment("enforcement"), state=State.ACCEPTED), ENVELOPE)
        is None
    )


# --- What does not fit


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

"""Invented questions to one partner, in its own language and cut to its own covenants."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.identity import new_id
from chassis.trouble import Trouble
from contracts.envelope import CloudEvent, Message
from contracts.intake import Address, Channel, Reporter, ReportSubmitted, Signals
from contracts.partners import ClockChanged
from meldketen.simulation.reports import POSTCODES, STORIES
from meldketen.simulation.words import LANGUAGES as WORDS
from meldketen.simulation.words import Words
from routing.adapters.languages import LANGUAGES, Language
from routing.adapters.view import project
from routing.domain.assignments import Assignment, State
from routing.domain.partners import Covenant, Partner

SOURCE = "urn:nld:oin:00000000000000000000:systeem:meldketen-rehearsal"
THEN = datetime(2026, 3, 9, 19, 42, 10, tzinfo=UTC)
GOLDEN_ID = UUID("019cd41f-0a50-7001-8001-00000000000a")
GOLDEN = ReportSubmitted(
    report_id=UUID("019cd41f-0a50-7001-8001-000000000001"),
    reference="WO-7K3M-92QD",
    category="BUREN",
    category_name="Burenruzie",
    channel=Channel.PHONE,
    received_at=THEN,
    story="Al drie weken hoor ik bijna elke nacht geschreeuw en gebonk bij de buren.",
    address=Address(
        key="2599zx-12-a",
        postcode="2599 ZX",
        house_number=12,
        addition="A",
        street="Voorbeeldkade",
        city="Voorbeeldstad",
    ),
    reporter=Reporter(name="Noor Voorbeeld", email="noor@example.nl"),
    signals=Signals(children=True, reported_before=True),
)


class CannotRehearse(Trouble):
    """There is nothing to ask this partner. The message says why."""


class NothingToBuild(CannotRehearse):
    """The partner has no system, nor needs one."""


@dataclass(frozen=True, slots=True)
class Question:
    """An assignment, and the event that asks it."""

    assignment: Assignment
    event: CloudEvent


def language_of(partner: Partner) -> Language:
    """CannotRehearse where the partner is not connected, NothingToBuild where it is reached by mail."""
    if partner.mail:
        raise NothingToBuild(
            f"There is nothing to build for {partner.id}: it gets mail with a link, and somebody answers on a page."
        )
    if partner.adapter is None:
        raise CannotRehearse(f"{partner.id} has no adapter in the register: nothing is sent to it.")
    return LANGUAGES[partner.adapter]


def golden(partner: Partner) -> Question:
    """The same each time, for the documents. CannotRehearse."""
    asked = _assignment(partner, _covenant(partner), GOLDEN_ID, "Wat doet u met deze melding?", THEN)
    return _question(partner, asked, GOLDEN, str(GOLDEN_ID), THEN)


def ask(partner: Partner, words: str, now: datetime, dice: random.Random | None = None) -> Question:
    """A new question: about the golden report, or with dice about another. CannotRehearse."""
    asked = _assignment(partner, _covenant(partner), new_id(), words, now)
    report = _invented(dice, now) if dice else GOLDEN
    return _question(partner, asked, report, str(new_id()), now)


def withdraw(partner: Partner, question: Question, now: datetime) -> CloudEvent:
    """That the question need not be answered any more."""
    return _event(language_of(partner).withdrawal(question.assignment), str(new_id()), now)


def clarify(partner: Partner, question: Question, text: str, now: datetime) -> CloudEvent | None:
    """The answer to what the partner asked; none where its language has no word for that."""
    message = language_of(partner).clarification(question.assignment, text)
    return _event(message, str(new_id()), now) if message else None


def golden_clock(partner: Partner) -> CloudEvent:
    """That the term of the golden question is nearly over. CannotRehearse."""
    asked = _assignment(partner, _covenant(partner), GOLDEN_ID, "", THEN)
    return clock(asked, "approaching", f"{GOLDEN_ID}.approaching", asked.due_at - timedelta(days=1))


def clock(asked: Assignment, change: str, event_id: str, at: datetime) -> CloudEvent:
    """What the partner hears of the clock of its first answer."""
    changed = ClockChanged(
        assignment_id=asked.assignment_id,
        promise="first-answer",
        change=change,
        due_at=asked.due_at,
        changed_at=at,
    )
    return _event(changed, event_id, at)


def golden_answers(partner: Partner) -> Iterator[tuple[str, CloudEvent]]:
    """What the partner may say about the golden question, by the state that it means. CannotRehearse."""
    asked = golden(partner).event
    said = words_about(partner, asked)
    answers = {
        "accepted": said.accepted,
        "in-progress": said.busy,
        "answered": said.done,
        "declined": said.declined,
        "information-needed": said.query,
    }
    for state, message in answers.items():
        if message:
            source = f"urn:nld:oin:{partner.oin or '0' * 20}:systeem:{partner.id}"
            yield state, _event(message, f"{asked.id}.{state}", THEN, source)


def words_about(partner: Partner, asked: CloudEvent) -> Words:
    language_of(partner)
    return WORDS[partner.adapter or ""](asked)[1]


def _covenant(partner: Partner) -> Covenant:
    """That which gives most."""
    if not partner.covenants:
        raise CannotRehearse(f"{partner.id} has no covenant in the register: nothing may be sent to it.")
    return max(partner.covenants, key=lambda one: len(one.fields))


def _assignment(partner: Partner, covenant: Covenant, about: UUID, words: str, now: datetime) -> Assignment:
    return Assignment(
        assignment_id=about,
        report_id=GOLDEN.report_id,
        partner=partner.id,
        part=partner.part,
        track=covenant.track,
        lead=True,
        question=words,
        state=State.OFFERED,
        offered_at=now,
        due_at=now + timedelta(days=5),
        changed_at=now,
    )


def _question(
    partner: Partner, asked: Assignment, report: ReportSubmitted, event_id: str, now: datetime
) -> Question:
    try:
        message = language_of(partner).question(asked, project(report, _covenant(partner)), partner)
    except ValueError as lack:
        raise CannotRehearse(
            f"The covenants of {partner.id} give too little to ask anything: {lack}."
        ) from None
    return Question(asked, _event(message, event_id, now))


def _event(message: Message, event_id: str, now: datetime, source: str = SOURCE) -> CloudEvent:
    return CloudEvent(
        specversion="1.0",
        id=event_id,
        source=source,
        type=message.type(),
        subject=message.subject,
        time=now,
        data=message.model_dump(mode="json", by_alias=True, exclude_none=True),
    )


def _invented(dice: random.Random, now: datetime) -> ReportSubmitted:
    category = dice.choice(list(STORIES))
    number, addition = dice.randint(1, 60), dice.choice([None, "A", "2HOOG", "BIS"])
    return GOLDEN.model_copy(
        update={
            "category": category,
            "story": dice.choice(STORIES[category]),
            "received_at": now,
            "address": GOLDEN.address.model_copy(
                update={"postcode": dice.choice(POSTCODES), "house_number": number, "addition": addition}
            ),
            "signals": Signals(danger=dice.choice([True, False]), children=dice.choice([True, False])),
        }
    )

"""What people do about a concern: take it up, let it go, put it off for a while, write something down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_SNOOZE = timedelta(days=14)
LONGEST_TEXT = 1000


class NoSuchConcern(Exception):
    """There is no such line of the board, and there never was."""


class NoConcernNow(Exception):
    """It was settled meanwhile: nothing is to be done about it any more."""


class ChangedMeanwhile(Exception):
    """Somebody else did something about it since you looked."""


class ActRefused(Exception):
    """What was wanted cannot be done about the concern now."""


class DeedIncomplete(Exception):
    """Something is missing, or cannot be: each fault is a field and a Dutch sentence."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in faults))
        self.faults = tuple(faults)

    @property
    def errors(self) -> list[dict[str, str]]:
        return [
            {"in": "body", "pointer": f"/{field}", "code": "refused", "detail": sentence}
            for field, sentence in self.faults
        ]


class Act(StrEnum):
    """`WAKE` brings back early what was put off; `RETURN` is when it comes back by itself; `NEW_TERMS` moved its end.

    `AFTERCARE` says that somebody saw whether it stayed good: the promise is kept, and no concern any more.
    """

    TAKE = "take"
    TAKE_OVER = "take-over"
    LET_GO = "let-go"
    SNOOZE = "snooze"
    WAKE = "wake"
    RETURN = "return"
    NOTE = "note"
    NEW_TERMS = "new-terms"
    AFTERCARE = "aftercare"


class SnoozeReason(StrEnum):
    CALLED = "called"
    AGREED = "agreed"
    WAITS_FOR_REPORTER = "waits-for-reporter"
    CLOSED_NOW = "closed-now"
    OTHER = "other"


CHANGED = {
    Act.TAKE: "{who} pakt dit intussen op.",
    Act.TAKE_OVER: "{who} nam dit intussen over.",
    Act.LET_GO: "{who} liet dit intussen los.",
    Act.SNOOZE: "{who} stelde dit intussen uit.",
    Act.WAKE: "{who} haalde dit intussen terug.",
    Act.RETURN: "Dit kwam intussen terug op het bord.",
}
"""What is said to who comes second."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act that is done: by whom (nobody, when it comes back by itself), when and why. It is the history."""

    concern_id: UUID
    act: Act
    who: str | None
    at: datetime
    until: datetime | None = None
    why: SnoozeReason | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Attention:
    """How it stands. `revision` grows with every change: who acts shows with it what they saw."""

    concern_id: UUID
    taken_by: str | None = None
    taken_at: datetime | None = None
    snoozed_at: datetime | None = None
    snoozed_until: datetime | None = None
    returned_at: datetime | None = None
    revision: int = 0


def do(attention: Attention, deed: Deed) -> Attention:
    """How it stands after the deed. DeedIncomplete or ActRefused, with the reason in Dutch."""
    if faults := list(faults_of(deed)):
        raise DeedIncomplete(faults)
    match deed.act:
        case Act.TAKE:
            after = _take(attention, deed)
        case Act.TAKE_OVER:
            after = replace(attention, taken_by=deed.who, taken_at=deed.at)
        case Act.LET_GO:
            after = _let_go(attention, deed)
        case Act.SNOOZE:
            after = replace(attention, snoozed_at=deed.at, snoozed_until=deed.until)
        case Act.WAKE | Act.RETURN:
            after = _bring_back(attention, deed)
        case Act.NEW_TERMS:
            raise ActRefused("Dit gaat voor alle lopende termijnen tegelijk, en niet hier.")
        case Act.AFTERCARE:
            raise ActRefused("Nazorg legt u vast op de reis van de melding.")
        case Act.NOTE:
            after = attention  # so that a note is never in the way of what another does
    return after if after == attention else replace(after, revision=attention.revision + 1)


def faults_of(deed: Deed) -> Iterator[tuple[str, str]]:
    """The field and the sentence of each fault of the deed itself, however the concern stands."""
    if deed.act is Act.SNOOZE:
        if deed.until is None or deed.until <= deed.at:
            yield "until", "Kies een moment dat nog komt."
        elif deed.until > deed.at + LONGEST_SNOOZE:
            yield "until", f"Kies een moment binnen {LONGEST_SNOOZE.days} dagen."
        if deed.why is None:
            yield "why", "Kies waarom het kan wachten."
    if deed.text is None and deed.act is Act.NOTE:
        yield "text", "Schrijf iets op."
    if deed.text is None and deed.why is SnoozeReason.OTHER:
        yield "text", "Schrijf op waarom het kan wachten."
    if len(deed.text or "") > LONGEST_TEXT:
        yield "text", f"Schrijf hoogstens {LONGEST_TEXT} tekens op."


def is_done_already(attention: Attention, deed: Deed) -> bool:
    """Whether this person did it before, so that a second click asks for nothing."""
    if deed.act in {Act.TAKE, Act.TAKE_OVER}:
        return attention.taken_by == deed.who
    return deed.act is Act.WAKE and attention.snoozed_until is None


def is_snoozed(attention: Attention, alerted_at: datetime, now: datetime) -> bool:
    """Whether it is out of sight. What grew more urgent since it was put off comes back at once."""
    return (
        attention.snoozed_at is not None
        and attention.snoozed_until is not None
        and attention.snoozed_at >= alerted_at
        and attention.snoozed_until > now
    )


def _take(attention: Attention, deed: Deed) -> Attention:
    if attention.taken_by not in {None, deed.who}:
        raise ActRefused(f"{attention.taken_by} pakt dit al op. Neem het over als dat is afgesproken.")
    if attention.taken_by == deed.who:
        return attention
    return replace(attention, taken_by=deed.who, taken_at=deed.at)


def _let_go(attention: Attention, deed: Deed) -> Attention:
    if attention.taken_by is None:
        raise ActRefused("Niemand pakt dit op.")
    if attention.taken_by != deed.who:
        raise ActRefused(f"{attention.taken_by} pakt dit op, en kan het loslaten. U kunt het wel overnemen.")
    return replace(attention, taken_by=None, taken_at=None)


def _bring_back(attention: Attention, deed: Deed) -> Attention:
    if attention.snoozed_until is None:
        raise ActRefused("Dit is niet uitgesteld.")
    if deed.act is Act.RETURN and deed.at < attention.snoozed_until:
        raise ActRefused("Dit komt vanzelf terug, en nog niet nu.")
    return replace(attention, snoozed_at=None, snoozed_until=None, returned_at=deed.at)

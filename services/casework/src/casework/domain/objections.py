"""How a decision is challenged: objection within six weeks, the answer to it, and the court."""

from dataclasses import dataclass, replace
from datetime import date

from casework.domain.law import TermName, in_dutch
from casework.domain.steps import (
    Acting,
    Bearer,
    Decided,
    Happened,
    Recipient,
    StepRefused,
    TermBegun,
    TermOver,
    begin,
    refuse_before,
    tell,
)

OBJECTION, ANSWER, APPEAL = "objection", "objection-decision", "appeal"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What may still be, or was, brought against a decision of `decided_by` that was announced.

    `final_on` is when it could not be changed any more, by a judgment or because it was taken back.
    """

    announced_on: date
    decided_by: str
    object_by: date
    lodged_on: date | None = None
    answer_by: date | None = None
    adjourned: bool = False
    answered_on: date | None = None
    appeal_by: date | None = None
    appealed_on: date | None = None
    final_on: date | None = None


def open_challenge(acting: Acting) -> Decided[Challenge]:
    """With the announcement of a decision."""
    term = begin(acting, TermName.OBJECTION, Bearer.INTERESTED)
    return Decided(Challenge(acting.on, acting.who, term.last_day), (), (term,))


def settled_on(challenge: Challenge) -> date | None:
    """The last day on which it was open; none while nobody can say."""
    if challenge.final_on is not None:
        return challenge.final_on
    if challenge.lodged_on is None:
        return challenge.object_by
    return None if challenge.appealed_on is not None else challenge.appeal_by


def is_open(challenge: Challenge, on: date) -> bool:
    """Whether objection or appeal is under way, or can still be made, on a day."""
    until = settled_on(challenge)
    return on >= challenge.announced_on and (until is None or on <= until)


def lodge(
    challenge: Challenge, acting: Acting, *, by_committee: bool = False, excused: bool = False
) -> Decided[Challenge]:
    """Somebody objects. `excused`: they cannot be blamed for being late. StepRefused, DateCannotBe."""
    refuse_before(acting, challenge.announced_on, "het besluit")
    if challenge.lodged_on is not None or challenge.final_on is not None:
        raise StepRefused("Awb 6:4, 7:11", "Er loopt of liep al bezwaar tegen dit besluit.")
    if acting.on > challenge.object_by and not excused:
        raise StepRefused(
            "Awb 6:7, 6:11", f"De termijn voor bezwaar liep tot en met {in_dutch(challenge.object_by)}."
        )
    name = TermName.OBJECTION_BY_COMMITTEE if by_committee else TermName.OBJECTION_DECISION
    counted = max(challenge.object_by, acting.on) if excused else challenge.object_by
    law = acting.law
    source, last = law.provision(name, counted).source, law.last_day(name, counted)
    term = TermBegun(ANSWER, source, law.term(name, counted), counted, last, Bearer.AUTHORITY)
    return Decided(
        replace(challenge, lodged_on=acting.on, answer_by=last),
        (tell(acting, Happened.OBJECTED, article="Awb 6:4"),),
        (TermOver(OBJECTION, acting.on, done=True), term),
    )


def adjourn(challenge: Challenge, acting: Acting) -> Decided[Challenge]:
    """Put the answer off, once. StepRefused."""
    if challenge.lodged_on is None or challenge.answered_on is not None or challenge.answer_by is None:
        raise StepRefused("Awb 7:10 lid 3", "Er is geen bezwaar dat op een beslissing wacht.")
    if challenge.adjourned:
        raise StepRefused("Awb 7:10 lid 3", "De beslissing op bezwaar is al een keer verdaagd.")
    if acting.on > challenge.answer_by:
        raise StepRefused("Awb 7:10 lid 3", "De termijn is voorbij: verdagen kan alleen daarvoor.")
    law, name = acting.law, TermName.OBJECTION_ADJOURNED
    last = law.last_day(name, challenge.answer_by)
    term = TermBegun(
        ANSWER,
        law.provision(name, acting.on).source,
        law.term(name, acting.on),
        challenge.answer_by,
        last,
        Bearer.AUTHORITY,
    )
    return Decided(
        replace(challenge, adjourned=True, answer_by=last),
        (tell(acting, Happened.OBJECTION_ADJOURNED, Recipient.INTERESTED, article="Awb 7:10 lid 5"),),
        (TermOver(ANSWER, acting.on, done=False), term),
    )


def answer(challenge: Challenge, acting: Acting) -> Decided[Challenge]:
    """Decide on the objection; too late is late, and not nothing. StepRefused, DateCannotBe."""
    if challenge.lodged_on is None or challenge.answered_on is not None:
        raise StepRefused("Awb 7:11", "Er is geen bezwaar dat op een beslissing wacht.")
    refuse_before(acting, challenge.lodged_on, "het bezwaar")
    if acting.who == challenge.decided_by:
        raise StepRefused(
            "Awb 10:3 lid 3", "Wie het besluit nam, beslist niet op het bezwaar: vraag een ander."
        )
    term = begin(acting, TermName.APPEAL, Bearer.INTERESTED)
    return Decided(
        replace(challenge, answered_on=acting.on, appeal_by=term.last_day),
        (tell(acting, Happened.OBJECTION_DECIDED, Recipient.INTERESTED, article="Awb 7:12"),),
        (TermOver(ANSWER, acting.on, done=True), term),
    )


def appeal(challenge: Challenge, acting: Acting) -> Decided[Challenge]:
    """Somebody goes to court. StepRefused, DateCannotBe."""
    if challenge.answered_on is None or challenge.appeal_by is None:
        raise StepRefused("Awb 7:1", "Eerst komt er een beslissing op bezwaar, dan pas beroep.")
    refuse_before(acting, challenge.answered_on, "de beslissing op bezwaar")
    if challenge.appealed_on is not None or challenge.final_on is not None:
        raise StepRefused("Awb 8:1", "Er loopt of liep al beroep tegen dit besluit.")
    if acting.on > challenge.appeal_by:
        raise StepRefused(
            "Awb 6:7", f"De termijn voor beroep liep tot en met {in_dutch(challenge.appeal_by)}."
        )
    return Decided(
        replace(challenge, appealed_on=acting.on),
        (tell(acting, Happened.APPEALED, article="Awb 8:1"),),
        (TermOver(APPEAL, acting.on, done=True),),
    )


def settle(challenge: Challenge, acting: Acting) -> Decided[Challenge]:
    """The last word was spoken, or who challenged it took that back. StepRefused, DateCannotBe."""
    if challenge.lodged_on is None or challenge.final_on is not None:
        raise StepRefused("Awb 6:21, 8:70", "Er loopt geen bezwaar of beroep dat kan eindigen.")
    refuse_before(
        acting, challenge.appealed_on or challenge.answered_on or challenge.lodged_on, "de vorige stap"
    )
    open_key = APPEAL if challenge.answered_on is not None else ANSWER
    over = () if challenge.appealed_on is not None else (TermOver(open_key, acting.on, done=False),)
    return Decided(replace(challenge, final_on=acting.on), (tell(acting, Happened.SETTLED),), over)

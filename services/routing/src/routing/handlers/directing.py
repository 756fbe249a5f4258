"""What a person decides about an assignment. Each act is kept: who, when and why."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.calendar import Unit
from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.casework import CaseJoined, CaseOpened
from contracts.routing import AssignmentAccepted, AssignmentClarified, AssignmentOffered, ReportWanted
from routing.adapters import kept_assessment
from routing.adapters.languages import LANGUAGES
from routing.domain.assignments import Answer, Assignment, State
from routing.domain.directing import (
    REASONS,
    Act,
    ActRefused,
    ChangedMeanwhile,
    Decision,
    UnknownPartner,
    Why,
    mark_of,
    refusal,
)
from routing.domain.partners import Partner
from routing.domain.policy import DESK, question_for
from routing.handlers import reaching
from routing.handlers.answering import keep_answer
from routing.handlers.asking import Desk, announce_held, end_of, why_not
from routing.handlers.assessing import assess_again
from routing.handlers.policies import policy_for
from routing.handlers.taking_back import appoint, keep_a_lead, take_back
from routing.store import acts, assessments, assignments, cases


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to act on which assignment, and why. `seen` is its mark when they looked; none where they did not say."""

    assignment_id: UUID
    who: str
    why: Why | None = None
    seen: str | None = None


async def take_question_back(wish: Wish, tx: Transaction, desk: Desk) -> None:
    """NoSuchAssignment, ChangedMeanwhile, ActRefused, as every act."""
    one, asked = await _look(Act.WITHDRAW, wish, tx)
    await keep_a_lead(_with(asked, take_back(one, str(wish.why), tx, desk)), tx, desk)
    await _keep(Act.WITHDRAW, wish, one, tx, desk)


async def ask_another(wish: Wish, partner: str, days: int, tx: Transaction, desk: Desk) -> Assignment:
    """Another partner in its place, with a term in working days. UnknownPartner."""
    one, asked = await _look(Act.REASSIGN, wish, tx)
    chosen = desk.register.get(partner)
    if chosen is None:
        raise UnknownPartner(f"Het register kent geen partner {partner!r}.")
    if chosen.id == one.partner:
        raise ActRefused(f"{chosen.name} is deze vraag al gesteld: kies een ander, of vraag het opnieuw.")
    question = question_for(chosen.part, one.track, await policy_for(tx, desk.in_force)) or one.question
    due_at = end_of((days, Unit.WORKING_DAYS), tx, desk, chosen)
    new = _in_place_of(one, chosen, question, due_at, State.PREPARED, tx)
    new = await _ask(new, one, asked, "asked-elsewhere", tx, desk)
    await _keep(Act.REASSIGN, wish, one, tx, desk, partner=chosen.id)
    return new


async def ask_again(wish: Wish, days: int, tx: Transaction, desk: Desk) -> Assignment:
    """The same partner once more, with a new term."""
    one, asked = await _look(Act.REPEAT, wish, tx)
    partner = desk.register[one.partner]
    due_at = end_of((days, Unit.WORKING_DAYS), tx, desk, partner)
    new = _in_place_of(one, partner, one.question, due_at, State.PREPARED, tx)
    new = await _ask(new, one, asked, "asked-again", tx, desk)
    await _keep(Act.REPEAT, wish, one, tx, desk, partner=partner.id)
    return new


async def clarify(wish: Wish, text: str, tx: Transaction, desk: Desk) -> None:
    """Answer the partner's own question. The words go to the partner and are not kept."""
    one, _ = await _look(Act.CLARIFY, wish, tx)
    partner = desk.register[one.partner]
    after = replace(one, state=State.OFFERED, changed_at=tx.now)
    more = LANGUAGES[partner.adapter].clarification(after, text) if partner.adapter else None
    if more is None:
        raise ActRefused(
            f"De taal van {partner.name} heeft geen woord voor een toelichting: bel of mail zelf."
        )
    assignments.save(tx, after)
    reaching.follow_up(partner, after, more, tx, desk.envelope)
    tx.publish(AssignmentClarified.of(after, partner_name=partner.name, clarified_at=tx.now))
    await _keep(Act.CLARIFY, wish, one, tx, desk)


async def take_over(wish: Wish, tx: Transaction, desk: Desk) -> Assignment:
    """The desk does it itself. Who follows the report hears that it was taken up, as of any partner."""
    one, _ = await _look(Act.ADOPT, wish, tx)
    if one.partner == DESK:
        own = replace(one, state=State.ACCEPTED, reason=None, changed_at=tx.now)
        assignments.save(tx, own)
    else:
        own = _in_place_of(one, desk.register[DESK], one.question, one.due_at, State.ACCEPTED, tx)
        _put_in_place(one, own, "for-the-desk", tx, desk)
    name = desk.register[DESK].name
    tx.publish(AssignmentOffered.of(own, partner_name=name, told_as=None))
    tx.publish(AssignmentAccepted.of(own, partner_name=name, accepted_at=tx.now))
    await _keep(Act.ADOPT, wish, one, tx, desk, partner=DESK)
    return own


async def conclude(wish: Wish, outcome: str, finding: str | None, tx: Transaction, desk: Desk) -> None:
    """The desk is done with what it took up, with an outcome as of any partner."""
    one, _ = await _look(Act.CONCLUDE, wish, tx)
    answer = Answer(one.assignment_id, State.ANSWERED, outcome=outcome, finding=finding)
    await keep_answer(answer, tx, desk, partner=DESK)
    await _keep(Act.CONCLUDE, wish, one, tx, desk)


async def give_lead(wish: Wish, tx: Transaction, desk: Desk) -> None:
    """Make one accountable from now on; whoever was is not."""
    one, asked = await _look(Act.APPOINT, wish, tx)
    for other in asked:
        if other.lead:
            assignments.save(tx, replace(other, lead=False))
    appoint(one, tx, desk)
    await _keep(Act.APPOINT, wish, one, tx, desk, partner=one.partner)


async def keep_case(event: CaseOpened | CaseJoined, tx: Transaction) -> None:
    """In which case a report is, for the links on the page."""
    cases.save(tx, event.report_id, event.case_id, event.number)


async def _look(act: Act, wish: Wish, tx: Transaction) -> tuple[Assignment, Sequence[Assignment]]:
    """The assignment and all of its report, locked, where this act can be done and nobody was first."""
    asked = await assignments.list_with(tx, wish.assignment_id)
    one = next(one for one in asked if one.assignment_id == wish.assignment_id)
    if wish.seen is not None and wish.seen != mark_of(one, asked):
        raise ChangedMeanwhile("Er is intussen iets veranderd aan deze vraag. Kijk opnieuw en beslis dan.")
    if why := refusal(act, one, asked):
        raise ActRefused(why)
    if act in REASONS and wish.why not in REASONS[act]:
        raise ActRefused(f"Kies een reden: {', '.join(REASONS[act])}.")
    return one, asked


async def _ask(
    new: Assignment, one: Assignment, asked: Sequence[Assignment], reason: str, tx: Transaction, desk: Desk
) -> Assignment:
    """Have the new one asked in the place of the old, once the report is told again. ActRefused where it cannot be."""
    partner = desk.register[new.partner]
    if cannot := why_not(partner, one.track, tx):
        raise ActRefused(cannot.why)
    if any(two.partner == partner.id and _still_counts(two) for two in asked if two is not one):
        raise ActRefused(f"{partner.name} is over deze melding al gevraagd.")
    because = await _why_held(one, tx)
    new = replace(new, state=State.HELD) if because else new
    _put_in_place(one, new, reason, tx, desk)
    if because:
        announce_held(new, because, tx, desk)
    else:
        tx.publish(ReportWanted(report_id=one.report_id, wanted_at=tx.now))
    return new


def _still_counts(assignment: Assignment) -> bool:
    return assignment.state not in {State.ANSWERED, State.WITHDRAWN}


async def _why_held(one: Assignment, tx: Transaction) -> str | None:
    """The policy's reason why questions on this track wait; none where they need not."""
    kept = await assessments.find_newest(tx, one.report_id)
    return kept_assessment.read(kept.decision).held.get(one.track) if kept else None


def _in_place_of(
    one: Assignment, partner: Partner, question: str, due_at: datetime, state: State, tx: Transaction
) -> Assignment:
    return replace(
        one,
        assignment_id=new_id(),
        partner=partner.id,
        part=partner.part,
        question=question,
        state=state,
        offered_at=tx.now,
        due_at=due_at,
        changed_at=tx.now,
        reason=None,
        finding=None,
        replaces=one.assignment_id,
    )


def _put_in_place(one: Assignment, new: Assignment, reason: str, tx: Transaction, desk: Desk) -> None:
    """The new one inherits the lead: the old one has let go of it first."""
    if one.state is not State.WITHDRAWN:
        take_back(one, reason, tx, desk)
    assignments.add(tx, [new])


def _with(asked: Sequence[Assignment], after: Assignment) -> list[Assignment]:
    return [after if one.assignment_id == after.assignment_id else one for one in asked]


async def _keep(
    act: Act, wish: Wish, one: Assignment, tx: Transaction, desk: Desk, partner: str | None = None
) -> None:
    """Write down what was decided, and see what it changes for the other track."""
    acts.add(tx, Decision(one.report_id, one.assignment_id, act, wish.who, tx.now, wish.why, partner))
    if (await policy_for(tx, desk.in_force)).follows_course:
        await assess_again(one.report_id, "decision", tx, desk)

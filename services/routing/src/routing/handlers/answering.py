"""What a partner's answer does, and that of the clock when none came."""

from collections.abc import Callable
from typing import Any

from chassis.transaction import Transaction
from contracts.monitoring import DeadlineMissed, Promise
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentNoted,
    AssignmentProgressed,
    AssignmentQueried,
)
from routing.domain.assignments import Answer, Assignment, NotYourLanguage, State, expire, take
from routing.handlers.asking import Desk
from routing.handlers.assessing import assess_again
from routing.handlers.policies import policy_for
from routing.store import assignments


async def take_answer(
    message: Any, tx: Transaction, desk: Desk, language: str, read: Callable[[Any], Answer]
) -> None:
    """A partner answers, in its own language.

    NoSuchAssignment, NotYourAssignment, NotYourLanguage, CannotFollow; ValueError where the language has no such word.
    """
    partner = desk.register.get(tx.sender or "")
    if partner is None or partner.adapter != language:
        raise NotYourLanguage(f"{tx.sender} does not speak {language} with this hub")
    await keep_answer(read(message), tx, desk)


async def keep_answer(answer: Answer, tx: Transaction, desk: Desk) -> Assignment:
    """What the sender answered, whichever way it came. NoSuchAssignment, NotYourAssignment, CannotFollow."""
    before = await assignments.get(tx, answer.assignment_id)
    assignment = take(before, answer, tx.sender, tx.now)
    assignments.save(tx, assignment)
    _say(assignment, answer, tx, desk)
    if (await policy_for(tx, desk.in_force)).follows_course:
        await assess_again(assignment.report_id, "answer", tx, desk)
    return assignment


def _say(assignment: Assignment, answer: Answer, tx: Transaction, desk: Desk) -> None:
    about: dict[str, Any] = {"partner_name": desk.register[assignment.partner].name}
    match answer.state:
        case State.ACCEPTED:
            tx.publish(AssignmentAccepted.of(assignment, accepted_at=tx.now, **about))
        case State.INFORMATION_NEEDED:
            tx.publish(AssignmentQueried.of(assignment, queried_at=tx.now, **about))
        case State.IN_PROGRESS:
            tx.publish(AssignmentProgressed.of(assignment, progressed_at=tx.now, **about))
        case State.ANSWERED:
            tx.publish(AssignmentAnswered.of(assignment, outcome=answer.outcome, answered_at=tx.now, **about))
        case State.DECLINED:
            tx.publish(AssignmentDeclined.of(assignment, declined_at=tx.now, **about))
    if answer.note:
        tx.publish(AssignmentNoted.of(assignment, text=answer.note, noted_at=tx.now, **about))


async def let_expire(missed: DeadlineMissed, tx: Transaction, desk: Desk) -> None:
    """The term for a first answer is over: a person decides what next, and an answer may still come."""
    if missed.promise is not Promise.FIRST_ANSWER or missed.assignment_id is None:
        return
    after = expire(await assignments.get(tx, missed.assignment_id), tx.now)
    if after:
        assignments.save(tx, after)
        name = desk.register[after.partner].name
        tx.publish(AssignmentExpired.of(after, partner_name=name, expired_at=tx.now))

"""What a partner's answer does, and that of the clock when none came."""

from collections.abc import Callable
from typing import Any

from chassis import inbox
from chassis.incoming import Incoming
from chassis.transaction import Transaction
from contracts.envelope import CloudEvent, Message
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
from contracts.upcasters import upcast
from routing.adapters.languages import LANGUAGES
from routing.domain.assignments import OVER, Answer, Assignment, NotYourLanguage, State, expire, take
from routing.domain.directing import heir
from routing.domain.partners import Channel, Partner
from routing.handlers import reaching
from routing.handlers.asking import Desk
from routing.handlers.assessing import assess_again
from routing.handlers.policies import policy_for
from routing.store import assignments, links


async def take_answer(
    message: Any, tx: Transaction, desk: Desk, language: str, read: Callable[[Any], Answer]
) -> None:
    """A partner answers, in its own language.

    NoSuchAssignment, NotYourAssignment, NotYourLanguage, CannotFollow; ValueError where the language has no such word.
    """
    partner = desk.register.get(tx.sender or "")
    if partner is None or partner.adapter != language:
        speaks = f", but {partner.adapter}" if partner and partner.adapter else ""
        raise NotYourLanguage(f"{tx.sender} does not speak {language} with this hub{speaks}")
    await _take(partner, message, read, tx, desk)


async def take_event(event: CloudEvent, body: bytes, tx: Transaction, desk: Desk) -> bool:
    """The sender's answer came over HTTPS; whether it is new: what came before has had its effect.

    NoSuchAssignment, NotYourAssignment, NotYourLanguage, CannotFollow; ValidationError where it is not as its schema says;
    ValueError where it is too old or from the future, or the language has no such word.
    """
    incoming = Incoming(body, event, f"partner.{tx.sender}", sender=tx.sender)
    partner, message, read = _understand(event, desk.register.get(tx.sender or ""))
    if fault := inbox.untimely(incoming, tx.now):
        raise ValueError(f"This message is {fault}.")
    if not await inbox.take_in(tx, [incoming]):
        return False
    await _take(partner, message, read, tx, desk)
    return True


async def _take(
    partner: Partner, message: Message, read: Callable[[Any], Answer], tx: Transaction, desk: Desk
) -> None:
    """Keep the answer, and tell the partner what its language has it told for that."""
    assignment = await keep_answer(read(message), tx, desk)
    if partner.adapter and (back := LANGUAGES[partner.adapter].back(message, assignment, desk.envelope)):
        reaching.follow_up(partner, assignment, back, tx, desk.envelope)


def _understand(
    event: CloudEvent, partner: Partner | None
) -> tuple[Partner, Message, Callable[[Any], Answer]]:
    """NotYourLanguage, ValidationError."""
    spoken = LANGUAGES[partner.adapter].answers if partner and partner.adapter else {}
    models = {model.name: (model, read) for model, read in spoken.items()}
    name, content = upcast(event.name, event.data, models)
    if partner is None or name not in models:
        words = ", ".join(model.type() for model in spoken) or "nothing"
        raise NotYourLanguage(f"{event.type} is not among what you may say: {words}")
    model, read = models[name]
    return partner, model.model_validate(content), read


async def keep_answer(answer: Answer, tx: Transaction, desk: Desk, partner: str | None = None) -> Assignment:
    """What the sender answered, whichever way it came; the desk itself is no sender, and says who it is.

    An answer to a question that was asked again counts for the newest. NoSuchAssignment, NotYourAssignment, CannotFollow.
    """
    asked = await assignments.list_with(tx, answer.assignment_id)
    named = next(one for one in asked if one.assignment_id == answer.assignment_id)
    before = heir(named, asked)
    assignment = take(before, answer, partner or tx.sender, tx.now)
    assignments.save(tx, assignment)
    if assignment.state in OVER and desk.register[assignment.partner].channel is Channel.MAIL:
        links.close(tx, assignment.assignment_id)
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
    if missed.promise != Promise.FIRST_ANSWER or missed.assignment_id is None:
        return
    after = expire(await assignments.get(tx, missed.assignment_id), tx.now)
    if after:
        assignments.save(tx, after)
        name = desk.register[after.partner].name
        tx.publish(AssignmentExpired.of(after, partner_name=name, expired_at=tx.now))

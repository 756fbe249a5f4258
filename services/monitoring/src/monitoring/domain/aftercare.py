"""The check afterwards: somebody sees whether it stayed good after the outcome, and says so."""

from collections.abc import Iterable
from datetime import datetime

from monitoring.domain.clocks import BeforeItsTime, ClockIsOver, Deadline, Promise, State


class SaidElsewhere(Exception):
    """No person says that this promise was kept: it is heard of."""


def is_still_to_begin(clocks: Iterable[Deadline]) -> bool:
    """Whether nobody promised it about this report yet; what its case once set, holds."""
    return all(one.promise is not Promise.AFTERCARE for one in clocks)


def refuse_unless_ours(clock: Deadline, at: datetime) -> None:
    """SaidElsewhere, ClockIsOver, BeforeItsTime."""
    if clock.promise is not Promise.AFTERCARE:
        raise SaidElsewhere("Only after-care is recorded by a person: all else is met by what is heard.")
    if clock.term_id is not None:
        raise SaidElsewhere("The case set this term itself, and says when it is done.")
    if clock.state is State.CANCELLED:
        raise ClockIsOver(f"It is {clock.state}, and stays so.")
    if at < clock.started_at:
        raise BeforeItsTime(f"There was no outcome before {clock.started_at:%Y-%m-%d %H:%M} UTC.")

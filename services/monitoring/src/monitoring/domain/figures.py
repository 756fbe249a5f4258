"""How it stands with the clocks, in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitoring.domain.clocks import OVER, Promise, State


@dataclass(frozen=True, slots=True)
class Figures:
    """What is late by promise, what of it nobody took up, and what is due and did not fire; since when of the oldest."""

    late: Mapping[Promise, int]
    untaken: int
    overdue_since: datetime | None
    due: int
    due_since: datetime | None


def filled(counted: Mapping[Promise, int]) -> dict[Promise, int]:
    """With a nought for what there is none of: what was counted before must not stay."""
    return {promise: counted.get(promise, 0) for promise in Promise}


def filled_open(counted: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """As above, by promise and state."""
    open_states = [state for state in State if state not in OVER]
    return {(p, state): counted.get((p, state), 0) for p in Promise for state in open_states}

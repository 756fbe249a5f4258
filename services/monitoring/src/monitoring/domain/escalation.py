"""The ladder: who hears of a silence, one after the other."""

from enum import StrEnum

DESK = "desk"


class Rung(StrEnum):
    """In this order. Each hears once, after a wait of its own, until a person takes it or the clock stops."""

    PARTNER = "partner"
    DIRECTOR = "director"
    COORDINATOR = "coordinator"


def ladder(holder: str) -> tuple[Rung, ...]:
    """The desk's own promises begin with its director: it is no partner of itself."""
    return tuple(rung for rung in Rung if rung is not Rung.PARTNER or holder != DESK)


def next_rung(holder: str, last: Rung | None) -> Rung | None:
    """Who hears next; none where the whole ladder was climbed."""
    rungs = ladder(holder)
    climbed = 0 if last is None else rungs.index(last) + 1
    return rungs[climbed] if climbed < len(rungs) else None

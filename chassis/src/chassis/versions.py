"""Versions of a text that decides: one person proposes, another activates, and who must can go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HUB = "Meldketen"
"""Who proposes the text that comes with the hub, and activates the first."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text, under the name that stands in it."""

    name: str
    text: str
    proposed_by: str
    proposed_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Activation:
    """A version came into force. `rolled_back` says that it had been before, and was returned to."""

    number: int
    version: str
    activated_by: str
    activated_at: datetime
    why: str
    rolled_back: bool = False


class Standing(StrEnum):
    """Where a version is: not in force yet, in force, or not any more."""

    PROPOSED = "proposed"
    IN_FORCE = "in-force"
    OVER = "over"


class NoSuchVersion(Exception):
    """There is no such version."""


class VersionTaken(Exception):
    """Another text has this version."""


class FourEyesNeeded(Exception):
    """Who proposed a version may not activate it."""


class InForceAlready(Exception):
    """The version is in force."""


class NeverInForce(Exception):
    """What was never in force cannot be returned to."""


def activate(version: Version, who: str, why: str, now: datetime, past: Sequence[Activation]) -> Activation:
    """`past` is newest first. InForceAlready, FourEyesNeeded."""
    _check_other(version, past)
    if version.proposed_by == who:
        raise FourEyesNeeded(f"{who} proposed {version.name}: somebody else must activate it.")
    return Activation(_next(past), version.name, who, now, why)


def roll_back(version: Version, who: str, why: str, now: datetime, past: Sequence[Activation]) -> Activation:
    """One person may: two saw this version before. `past` is newest first. InForceAlready, NeverInForce."""
    _check_other(version, past)
    if standing(version, past) is Standing.PROPOSED:
        raise NeverInForce(f"{version.name} was never in force: it can be activated, not returned to.")
    return Activation(_next(past), version.name, who, now, why, rolled_back=True)


def standing(version: Version, past: Sequence[Activation]) -> Standing:
    """`past` is newest first."""
    if not any(one.version == version.name for one in past):
        return Standing.PROPOSED
    return Standing.IN_FORCE if past[0].version == version.name else Standing.OVER


def _check_other(version: Version, past: Sequence[Activation]) -> None:
    if past and past[0].version == version.name:
        raise InForceAlready(f"{version.name} is in force since {past[0].activated_at:%d-%m-%Y}.")


def _next(past: Sequence[Activation]) -> int:
    return past[0].number + 1 if past else 1

"""Versions over HTTP: what is told about one, and in which form one is named, proposed and decided about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self

from fastapi import Path
from pydantic import Field, StringConstraints

from chassis.versions import (
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    NoSuchVersion,
    Standing,
    Version,
    VersionTaken,
    standing,
)
from contracts.envelope import Shape

REFUSALS: dict[type[Exception], int] = {
    FourEyesNeeded: 403,
    NoSuchVersion: 404,
    VersionTaken: 409,
    InForceAlready: 409,
    NeverInForce: 409,
}
NAME = r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$"

Name = Annotated[str, Path(pattern=NAME)]
Text = Annotated[str, Field(min_length=1, max_length=200_000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00]*$")]
Why = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=1000, pattern=r"^[^\x00]*$")
]


class ActivationOut(Shape):
    """When a version came into force. `rolledBack`: it had been before."""

    number: int
    version: str
    activated_by: str
    activated_at: datetime
    why: str
    rolled_back: bool

    @classmethod
    def of(cls, activation: Activation) -> Self:
        return cls.model_validate(activation, from_attributes=True)


class VersionOut(Shape):
    """A version, without its text."""

    version: str
    proposed_by: str
    proposed_at: datetime
    note: str
    in_force: bool

    @classmethod
    def of(cls, version: Version, past: Sequence[Activation]) -> Self:
        """`past` is newest first. A shape takes what it has fields for."""
        told = {
            "version": version.name,
            "proposed_by": version.proposed_by,
            "proposed_at": version.proposed_at,
            "note": version.note,
            "in_force": standing(version, past) is Standing.IN_FORCE,
            "text": version.text,
            "activations": [one for one in past if one.version == version.name],
        }
        return cls.model_validate(told, from_attributes=True)


class VersionWithText(VersionOut):
    """A version, with its text and every time that it came into force, newest first."""

    text: str
    activations: list[ActivationOut]

"""The partner register as a file, checked when it is loaded."""

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from routing.domain.partners import Covenant, Partner


class _Covenant(BaseModel):
    model_config = ConfigDict(extra="forbid")

    track: Literal["care", "enforcement"]
    fields: frozenset[Literal["category", "address", "story", "signals", "reporter"]]
    purpose: str = Field(min_length=5)
    ground: str = Field(min_length=5)
    since: date | None = None
    until: date | None = None


class _Partner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    part: str | None = None
    adapter: str | None = None
    channel: Literal["queue"] = "queue"
    told_as: Literal["police", "housing-association", "mediation", "municipality", "fire-brigade"] | None = (
        None
    )
    areas: list[str] = []
    has_stock: bool = False
    covenants: list[_Covenant] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    partners: dict[str, _Partner]


def load(text: str | None = None) -> Mapping[str, Partner]:
    """The partners by id, from a text or from the register that comes with the hub. ValidationError where it is wrong."""
    content = tomllib.loads(text or (files("routing") / "register.toml").read_text("utf-8"))
    return {
        name: Partner(
            id=name,
            name=partner.name,
            part=partner.part or name,
            adapter=partner.adapter,
            channel=partner.channel,
            told_as=partner.told_as,
            areas=tuple(partner.areas),
            has_stock=partner.has_stock,
            covenants=tuple(
                Covenant(c.track, frozenset(c.fields), c.ground, c.purpose, c.since, c.until)
                for c in partner.covenants
            ),
        )
        for name, partner in _File.model_validate(content).partners.items()
    }


def connected(register: Mapping[str, Partner]) -> list[str]:
    """The ids of the partners that have a queue."""
    return [partner.id for partner in register.values() if partner.adapter]

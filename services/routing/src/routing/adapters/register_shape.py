"""The form of a register file: what an operator may write of a partner, each part with its bounds."""

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.calendar import Unit
from routing.adapters.policy_shape import Day, Track

Known = Literal["category", "address", "story", "signals", "reporter"]
Kind = Literal["police", "housing-association", "mediation", "municipality", "fire-brigade"]
Channel = Literal["queue"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CovenantShape(_Strict):
    track: Track
    fields: frozenset[Known] = Field(min_length=1)
    purpose: str = Field(min_length=5)
    ground: str = Field(min_length=5)
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"it ends on {self.until}, before it begins on {self.since}")
        return self


class ContactShape(_Strict):
    role: str = Field(min_length=2, max_length=80)
    name: str | None = Field(None, max_length=80)
    phone: str | None = Field(None, pattern=r"^\+?[0-9 ()-]{3,20}$")
    mail: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if not (self.phone or self.mail):
            raise ValueError("a contact has a phone, a mail address, or both")
        return self


class HoursShape(_Strict):
    days: list[Day] = Field(min_length=1)
    since: int = Field(ge=0, le=23)
    until: int = Field(ge=1, le=24)

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> Self:
        if self.until <= self.since:
            raise ValueError("it closes after it opens; what spans midnight is written as two")
        return self


class TermShape(_Strict):
    term: int = Field(gt=0, le=250)
    unit: Unit = Unit.WORKING_DAYS


class PartnerShape(_Strict):
    """Without an adapter the hub cannot reach it, and a person must."""

    name: str = Field(min_length=2, max_length=80)
    oin: str | None = Field(None, pattern=r"^[0-9]{20}$", description="The organisation's number, 20 digits.")
    part: str | None = None
    adapter: str | None = None
    channel: Channel = "queue"
    told_as: Kind | None = None
    areas: list[str] = []
    has_stock: bool = False
    hours: list[HoursShape] = []
    contacts: list[ContactShape] = []
    terms: dict[Track, TermShape] = {}
    covenants: list[CovenantShape] = []


class File(_Strict):
    """The whole file."""

    partners: dict[str, PartnerShape]

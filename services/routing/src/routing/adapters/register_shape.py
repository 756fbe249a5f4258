"""The form of a register file: what an operator may write of a partner, each part with its bounds."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from chassis.calendar import Unit
from chassis.posting import safe_url
from routing.adapters.policy_shape import Day, TermUnit, Track
from routing.domain.partners import Channel, PushAddress, Zgw

Known = Literal["category", "address", "story", "signals", "reporter"]
Kind = Literal["police", "housing-association", "mediation", "municipality", "fire-brigade"]
Name = Annotated[str, Field(min_length=1, max_length=200)]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$", max_length=254)]


Url = Annotated[str, AfterValidator(safe_url)]


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
    mail: MailAddress | None = None

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if not (self.phone or self.mail):
            raise ValueError("a contact has a phone, a mail address, or both")
        return self


class HoursShape(_Strict):
    days: list[Day | Literal["holiday"]] = Field(min_length=1)
    since: int = Field(ge=0, le=23)
    until: int = Field(ge=1, le=24)

    @model_validator(mode="after")
    def closes_after_it_opens(self) -> Self:
        if self.until <= self.since:
            raise ValueError("it closes after it opens; what spans midnight is written as two")
        return self


class TermShape(_Strict):
    term: int = Field(gt=0, le=250)
    unit: TermUnit = Unit.WORKING_DAYS


class ZgwShape(_Strict):
    rsin: str = Field(pattern=r"^[0-9]{9}$", description="The number of the city, 9 digits.")
    zaaktype: Url
    communicatiekanaal: Url


class PartnerShape(_Strict):
    """Without an adapter or a mail address the hub cannot reach it, and a person must."""

    name: str = Field(min_length=2, max_length=80)
    oin: str | None = Field(None, pattern=r"^[0-9]{20}$", description="The organisation's number, 20 digits.")
    part: str | None = None
    adapter: str | None = None
    channel: Channel = Channel.QUEUE
    url: Url | None = None
    token_url: Url | None = None
    client_id: Name | None = None
    mail: MailAddress | None = None
    second_factor: bool = False
    told_as: Kind | None = None
    areas: list[str] = []
    has_stock: bool = False
    clocks: bool = False
    hours: list[HoursShape] = []
    closed: list[date] = Field([], max_length=200)
    contacts: list[ContactShape] = []
    terms: dict[Track, TermShape] = {}
    zgw: ZgwShape | None = None
    covenants: list[CovenantShape] = []

    @model_validator(mode="after")
    def has_what_its_channel_asks(self) -> Self:
        """Every key that its channel needs, and none that it has no use for."""
        push = {"url": self.url, "token_url": self.token_url, "client_id": self.client_id}
        mail = {"mail": self.mail, "second_factor": self.second_factor}
        queue = {"clocks": self.clocks}
        strangers = [
            key
            for of, keys in ((Channel.PUSH, push), (Channel.MAIL, mail), (Channel.QUEUE, queue))
            for key, value in keys.items()
            if value and self.channel is not of
        ]
        if strangers:
            raise ValueError(f"channel {self.channel} has no use for {', '.join(strangers)}")
        if self.channel is Channel.PUSH and not (self.url and self.adapter):
            raise ValueError("channel push needs url, and adapter: the language of what is posted")
        if bool(self.token_url) is not bool(self.client_id):
            raise ValueError("token_url and client_id go together")
        if self.channel is Channel.MAIL and not self.mail:
            raise ValueError("channel mail needs mail, the address")
        return self

    @model_validator(mode="after")
    def has_what_its_language_asks(self) -> Self:
        if self.adapter == "enforcement" and not self.zgw:
            raise ValueError("adapter enforcement needs zgw: rsin, zaaktype and communicatiekanaal")
        if self.zgw and self.adapter not in {None, "enforcement"}:
            raise ValueError("only adapter enforcement has a use for zgw")
        return self

    def case_terms(self) -> Zgw | None:
        return Zgw(**self.zgw.model_dump()) if self.zgw else None

    def push_address(self) -> PushAddress | None:
        return PushAddress(self.url, self.token_url, self.client_id) if self.url else None


class File(_Strict):
    """The whole file."""

    partners: dict[str, PartnerShape]

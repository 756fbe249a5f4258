"""The partner register as a file, checked when it is loaded."""

import tomllib
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from routing.domain.partners import Channel, Covenant, Partner, PushAddress


def _is_safe(url: str) -> str:
    """Over https; to this machine itself http will do, for tests and demonstrations."""
    parts = urlsplit(url)
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        raise ValueError("give https://host/path, without a name, a password or a fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("https only: http is for this machine itself")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Url = Annotated[str, AfterValidator(_is_safe)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$", max_length=254)]


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
    channel: Channel = Channel.QUEUE
    url: Url | None = None
    token_url: Url | None = None
    client_id: Name | None = None
    mail: MailAddress | None = None
    second_factor: bool = False
    told_as: Literal["police", "housing-association", "mediation", "municipality", "fire-brigade"] | None = (
        None
    )
    areas: list[str] = []
    has_stock: bool = False
    covenants: list[_Covenant] = []

    @model_validator(mode="after")
    def has_what_its_channel_asks(self) -> Self:
        """Every key that its channel needs, and none that it has no use for."""
        push = {"url": self.url, "token_url": self.token_url, "client_id": self.client_id}
        mail = {"mail": self.mail, "second_factor": self.second_factor}
        strangers = [
            key
            for of, keys in ((Channel.PUSH, push), (Channel.MAIL, mail))
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

    def push_address(self) -> PushAddress | None:
        return PushAddress(self.url, self.token_url, self.client_id) if self.url else None


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
            push=partner.push_address(),
            mail=partner.mail,
            second_factor=partner.second_factor,
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
    return [
        partner.id for partner in register.values() if partner.adapter and partner.channel is Channel.QUEUE
    ]

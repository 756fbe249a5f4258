"""The partner register as a file that an operator keeps, checked when it is loaded: every fault with its line."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import combinations
from pathlib import Path

from pydantic import ValidationError

from chassis.opening import NotAnOpening
from chassis.toml_lines import line_of
from chassis.trouble import Trouble
from routing.adapters.languages import LANGUAGES
from routing.adapters.opening import WEEK, opening_of
from routing.adapters.register_shape import File, PartnerShape
from routing.domain.partners import Channel, Contact, Covenant, OpeningHours, Partner, Register
from routing.domain.policy import DESK

Fault = tuple[Sequence[str | int], str]
"""Where in the file, and what is wrong there."""

ID = re.compile(r"^[a-z][a-z0-9-]{1,39}$")


class RegisterIsWrong(Trouble):
    """The register cannot be used: the message has a line for every fault."""


def shipped() -> str:
    """The text of the register that comes with the hub."""
    return (files("routing") / "register.toml").read_text("utf-8")


def read(file: Path | None) -> Mapping[str, Partner]:
    """The partners by id, of a file or else of the register that comes with the hub. RegisterIsWrong."""
    if file is None:
        return load()
    try:
        return load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as trouble:
        raise RegisterIsWrong(f"The register {file} cannot be read: {trouble}") from None
    except RegisterIsWrong as wrong:
        raise RegisterIsWrong(f"The register {file} cannot be used:\n{wrong}") from None


def load(text: str | None = None) -> Mapping[str, Partner]:
    """The partners by id, from a text or from the register that comes with the hub. RegisterIsWrong."""
    text = shipped() if text is None else text
    try:
        file = File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise RegisterIsWrong(f"This is not TOML: {fault}") from None
    except ValidationError as failure:
        faults: list[Fault] = [(fault["loc"], _plain(fault["msg"])) for fault in failure.errors()]
        raise RegisterIsWrong(_said(text, faults)) from None
    register = Register({name: _partner(name, shape) for name, shape in file.partners.items()})
    if senseless := list(_faults(register)):
        raise RegisterIsWrong(_said(text, senseless))
    return register


def _plain(words: str) -> str:
    return words.removeprefix("Value error, ")


def _said(text: str, faults: Sequence[Fault]) -> str:
    return "\n".join(_sentence(line_of(text, place), place, what) for place, what in faults)


def _sentence(line: int | None, place: Sequence[str | int], what: str) -> str:
    where = ".".join(map(str, place))
    return f"line {line}, {where}: {what}" if line else f"{where}: {what}"


def _partner(name: str, shape: PartnerShape) -> Partner:
    return Partner(
        id=name,
        name=shape.name,
        part=shape.part or name,
        adapter=shape.adapter,
        channel=shape.channel,
        push=shape.push_address(),
        mail=shape.mail,
        second_factor=shape.second_factor,
        told_as=shape.told_as,
        areas=tuple(shape.areas),
        has_stock=shape.has_stock,
        hears_clocks=shape.clocks,
        oin=shape.oin,
        hours=tuple(
            OpeningHours(tuple(map(WEEK.index, one.days)), one.since, one.until) for one in shape.hours
        ),
        closed=frozenset(shape.closed),
        contacts=tuple(Contact(one.role, one.name, one.phone, one.mail) for one in shape.contacts),
        terms={track: (one.term, str(one.unit)) for track, one in shape.terms.items()},
        zgw=shape.case_terms(),
        covenants=tuple(
            Covenant(one.track, frozenset(one.fields), one.ground, one.purpose, one.since, one.until)
            for one in shape.covenants
        ),
    )


def _faults(register: Mapping[str, Partner]) -> Iterator[Fault]:
    """What is well formed and makes no sense."""
    if DESK not in register:
        yield ("partners",), f"there is no {DESK}: what nobody else can be asked is for the desk itself"
    by_oin: dict[str, str] = {}
    for partner in register.values():
        here = ("partners", partner.id)
        if not ID.match(partner.id):
            yield here, "an id is 2 to 40 small letters, digits and hyphens, a letter first"
        if partner.adapter is not None and partner.adapter not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            yield (*here, "adapter"), f"there is no adapter {partner.adapter}: choose one of {known}"
        if partner.oin and by_oin.setdefault(partner.oin, partner.id) != partner.id:
            yield (*here, "oin"), f"{by_oin[partner.oin]} has this OIN as well"
        yield from _overlaps(partner)
        yield from _faults_of_hours(partner)


def _faults_of_hours(partner: Partner) -> Iterator[Fault]:
    here = ("partners", partner.id, "hours")
    twice = [
        (*here, number)
        for number, one in enumerate(partner.hours)
        if any(one.overlaps(other) for other in partner.hours[:number])
    ]
    for place in twice:
        yield place, "some of these hours stand in hours above as well"
    try:
        opening_of(partner)
    except NotAnOpening as trouble:
        if not twice:
            yield (*here, 0), f"working hours cannot be counted in these: {trouble}"


def _overlaps(partner: Partner) -> Iterator[Fault]:
    for (first, one), (second, other) in combinations(enumerate(partner.covenants), 2):
        if one.overlaps(other):
            what = f"another covenant for {one.track} counts on the same days: covenants.{first}"
            yield ("partners", partner.id, "covenants", second), what


def connected(register: Mapping[str, Partner]) -> list[str]:
    """The ids of the partners that have a queue."""
    return [
        partner.id for partner in register.values() if partner.adapter and partner.channel is Channel.QUEUE
    ]


def hearing_clocks(register: Mapping[str, Partner]) -> list[str]:
    """The ids of those that hear of their clocks as well, on another queue."""
    return [partner for partner in connected(register) if register[partner].hears_clocks]

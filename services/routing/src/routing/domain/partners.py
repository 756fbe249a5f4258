"""Who can be asked, and what they may know."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from routing.domain.conditions import HERE
from routing.domain.policy import DESK, Request, length

HOLIDAY = 7


@dataclass(frozen=True, slots=True)
class Covenant:
    """Which of a report's fields a partner may have on a track, for which purpose, on which ground in law or agreement.

    It counts from `since` to `until`, both included; none is without end.
    """

    track: str
    fields: frozenset[str]
    ground: str
    purpose: str = ""
    since: date | None = None
    until: date | None = None

    def counts_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def overlaps(self, other: "Covenant") -> bool:
        """Whether both count on some day, on one track."""
        begins = max(self.since or date.min, other.since or date.min)
        return self.track == other.track and begins <= min(self.until or date.max, other.until or date.max)


@dataclass(frozen=True, slots=True)
class Contact:
    """How an organisation is reached about something; a desk rather than a person."""

    role: str
    name: str | None = None
    phone: str | None = None
    mail: str | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """From this hour up to that one, on these days of the week, Monday being 0, and 7 for public holidays."""

    days: tuple[int, ...]
    since: int
    until: int

    def include(self, at: datetime, *, on_holiday: bool = False) -> bool:
        """By the clock in the Netherlands."""
        here = at.astimezone(HERE)
        return (
            HOLIDAY if on_holiday else here.weekday()
        ) in self.days and self.since <= here.hour < self.until

    def overlaps(self, other: "OpeningHours") -> bool:
        is_same_day = not set(self.days).isdisjoint(other.days)
        return is_same_day and self.since < other.until and other.since < self.until


class Channel(StrEnum):
    """How a partner is reached: it takes from its queue, the hub posts to it, or a person there gets mail with a link."""

    QUEUE = "queue"
    PUSH = "push"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where the hub posts, and where it gets the token to do so; without that, a certificate says who the hub is."""

    url: str
    token_url: str | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Zgw:
    """How a question is registered as a zaak: the number of the city (RSIN), and the URLs of its own zaaktype and channel."""

    rsin: str
    zaaktype: str
    communicatiekanaal: str


@dataclass(frozen=True, slots=True)
class Partner:
    """`part` is the part of the policy it plays. `adapter` names the language it speaks, `channel` how it is reached.

    Without an adapter the hub cannot reach it, and a person must; by mail it needs none, for the answer page is its
    language. `second_factor` has that page ask for the partner's code. `told_as` is the kind of organisation that a
    reporter may hear of; none where they may hear nothing of it. `areas` are the codes of the areas it works in: none
    for everywhere. `has_stock` says that it is asked only about the dwellings that it owns. `hears_clocks` says that it
    hears what becomes of the clocks of its own questions, on another queue. `oin` is the organisation's number, and
    `terms` are those agreed with it, by track. `closed` are days on which it is shut, whatever its `hours` say. `zgw` is
    for who gets a zaak.
    """

    id: str
    name: str
    part: str
    adapter: str | None = None
    channel: Channel = Channel.QUEUE
    push: PushAddress | None = None
    mail: str | None = None
    second_factor: bool = False
    told_as: str | None = None
    covenants: Sequence[Covenant] = ()
    areas: tuple[str, ...] = ()
    has_stock: bool = False
    hears_clocks: bool = False
    oin: str | None = None
    hours: tuple[OpeningHours, ...] = ()
    closed: frozenset[date] = frozenset()
    contacts: tuple[Contact, ...] = ()
    terms: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    zgw: Zgw | None = None

    @property
    def is_connected(self) -> bool:
        return self.adapter is not None or self.channel is Channel.MAIL

    @property
    def read_by_people(self) -> str | None:
        """Where a person there reads mail: the first contact that has an address, or else where its questions go."""
        return next((contact.mail for contact in self.contacts if contact.mail), self.mail)

    def is_open(self, at: datetime, *, on_holiday: bool = False) -> bool:
        is_shut = at.astimezone(HERE).date() in self.closed
        return not is_shut and any(hours.include(at, on_holiday=on_holiday) for hours in self.hours)

    def works_in(self, area: str | None) -> bool:
        """The codes of nested areas differ in two letters; their digits begin alike (CBS Wijk- en buurtindeling)."""
        within = tuple(code[2:] for code in self.areas)
        return not within or (area is not None and area[2:].startswith(within))

    def covenant(self, track: str, day: date) -> Covenant | None:
        return next((one for one in self.covenants if one.track == track and one.counts_on(day)), None)

    def ends_on(self, track: str, day: date) -> date | None:
        """The last day on which a covenant counts, those that follow on it included; none without one or without end.

        Where none counts on the day, the end of the last that did.
        """
        past = [c.until for c in self.covenants if c.track == track and c.until and c.until < day]
        until = max(past, default=None)
        while (covenant := self.covenant(track, day)) and (until := covenant.until) and until < date.max:
            day = until + timedelta(days=1)
        return None if covenant else until

    def term(self, request: Request) -> tuple[int, str]:
        """The shorter of the policy's term and the one agreed: what is agreed never makes what is urgent wait."""
        agreed = self.terms.get(request.track, request.term)
        return min(request.term, agreed, key=length)


class Register(dict[str, Partner]):
    """The partners by id. Who left is still named where it was asked, by its id, and is not reached any more."""

    def __missing__(self, left: str) -> Partner:
        return Partner(id=left, name=left, part=left)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a partner cannot be asked: a code, and a sentence in Dutch."""

    code: str
    why: str


def choose(part: str, area: str | None, owner: str | None, register: Iterable[Partner]) -> Partner | None:
    """Who plays a part at a place; none where nobody does, or where several might and the owner is not known.

    The owner of the dwelling comes first, then the only one who works there, then who works in the smallest area.
    """
    players = [partner for partner in register if partner.part == part]
    for partner in players:
        if partner.id == owner:
            return partner
    near = [partner for partner in players if partner.works_in(area)]
    if len(near) == 1:
        return near[0]
    return max(
        (p for p in near if not p.has_stock), key=lambda p: max(map(len, p.areas), default=0), default=None
    )


def hindrance(partner: Partner, track: str, day: date) -> Hindrance | None:
    """Why a partner cannot be asked on a track; none where it can."""
    if partner.id == DESK:
        return Hindrance("for-the-desk", "Het meldpunt beoordeelt dit zelf.")
    if not partner.is_connected:
        return Hindrance("not-connected", f"{partner.name} is niet aangesloten: vraag het zelf.")
    if partner.covenant(track, day) is None:
        return Hindrance("no-covenant", why_no_covenant(partner, track, day))
    return None


def why_no_covenant(partner: Partner, track: str, day: date) -> str:
    """Why none counts on a track on this day, in Dutch."""
    where = {"care": "het zorgspoor", "enforcement": "het handhavingsspoor"}[track]
    ended = [one.until for one in partner.covenants if one.track == track and one.until and one.until < day]
    if ended:
        return f"Het convenant met {partner.name} voor {where} gold tot en met {max(ended):%d-%m-%Y}."
    begins = [one.since for one in partner.covenants if one.track == track and one.since and day < one.since]
    if begins:
        return f"Het convenant met {partner.name} voor {where} geldt pas vanaf {min(begins):%d-%m-%Y}."
    return f"Er is geen convenant met {partner.name} voor {where}."


def ending(register: Iterable[Partner], day: date, within: timedelta) -> Iterator[tuple[Partner, str, date]]:
    """Whose covenant ended or ends soon without another that follows, on which track, and when."""
    for partner in register:
        for track in sorted({one.track for one in partner.covenants}):
            until = partner.ends_on(track, day)
            if until is not None and until < day + within:
                yield partner, track, until


def names_of(register: Mapping[str, Partner]) -> dict[str, str]:
    """How each part is called on screens: as its only partner, or as its first with what it stands for."""
    names: dict[str, str] = {}
    for partner in register.values():
        names.setdefault(partner.part, partner.name)
    return names

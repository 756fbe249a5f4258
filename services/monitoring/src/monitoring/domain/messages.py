"""What waits between the services, and what of it asks for attention first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

UNSENT_AFTER = timedelta(minutes=1)
"""How long a message may wait for the broker before somebody is told."""

ALERT_AFTER = timedelta(minutes=15)
"""How long an alert may wait to go out: those to one mailbox wait for each other for some minutes."""


class Trouble(IntEnum):
    """What can be wrong with the way of the messages, the gravest first."""

    BROKER_SILENT = 1
    SERVICE_SILENT = 2
    NOT_READ = 3
    NOT_SENT = 4
    UNROUTED = 5
    GAP = 6
    PARKED = 7
    ALERT_LOST = 8
    ALERT_WAITS = 9
    DEAD = 10
    NOT_FETCHED = 11
    RETRIED = 12


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits in one service. `gap` are those of `waiting` whose predecessor does not come."""

    unsent: int
    unsent_since: datetime | None
    retrying: int
    waiting: int
    gap: int
    parked: int


@dataclass(frozen=True, slots=True)
class Queue:
    """How many messages are on a queue of the broker, and how many read it."""

    name: str
    messages: int
    consumers: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one service: `fault` says why there is no backlog, `dead` what the broker gave up on."""

    service: str
    backlog: Backlog | None = None
    fault: str | None = None
    queue: Queue | None = None
    dead: int | None = None


@dataclass(frozen=True, slots=True)
class Delivering:
    """How it stands with the queue of one partner."""

    partner: str
    queue: Queue
    dead: int


@dataclass(frozen=True, slots=True)
class Outlet:
    """How it stands with one way by which alerts go out: `kind` is mailbox or webhook. Given up is within a week."""

    kind: str
    name: str
    waiting: int
    waiting_since: datetime | None
    given_up: int

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True)
class Overview:
    """`broker_fault` says why nothing is known of the queues; then `unrouted` is none."""

    services: tuple[Standing, ...]
    partners: tuple[Delivering, ...] = ()
    unrouted: int | None = None
    broker_fault: str | None = None
    outlets: tuple[Outlet, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """One trouble, with whom, and how many messages it holds up."""

    trouble: Trouble
    who: str = ""
    count: int = 0
    since: datetime | None = None


def find_signs(overview: Overview, now: datetime) -> list[Sign]:
    """What asks for attention, the gravest first, and among its like the largest."""
    found = [*_of_broker(overview)]
    for standing in overview.services:
        found += _of_service(standing, now)
    for partner in overview.partners:
        found += _of_partner(partner)
    for outlet in overview.outlets:
        found += _of_outlet(outlet, now)
    return sorted(found, key=lambda sign: (sign.trouble, -sign.count, sign.who))


def _of_broker(overview: Overview) -> Iterator[Sign]:
    if overview.broker_fault:
        yield Sign(Trouble.BROKER_SILENT)
    if overview.unrouted:
        yield Sign(Trouble.UNROUTED, count=overview.unrouted)


def _of_service(standing: Standing, now: datetime) -> Iterator[Sign]:
    who, backlog, queue = standing.service, standing.backlog, standing.queue
    if standing.fault:
        yield Sign(Trouble.SERVICE_SILENT, who)
    if queue and queue.messages and not queue.consumers:
        yield Sign(Trouble.NOT_READ, who, queue.messages)
    if standing.dead:
        yield Sign(Trouble.DEAD, who, standing.dead)
    if backlog is None:
        return
    if backlog.unsent_since and now - backlog.unsent_since > UNSENT_AFTER:
        yield Sign(Trouble.NOT_SENT, who, backlog.unsent, backlog.unsent_since)
    for trouble, count in (
        (Trouble.GAP, backlog.gap),
        (Trouble.PARKED, backlog.parked),
        (Trouble.RETRIED, backlog.retrying),
    ):
        if count:
            yield Sign(trouble, who, count)


def _of_outlet(outlet: Outlet, now: datetime) -> Iterator[Sign]:
    if outlet.given_up:
        yield Sign(Trouble.ALERT_LOST, outlet.id, outlet.given_up)
    if outlet.waiting_since and now - outlet.waiting_since > ALERT_AFTER:
        yield Sign(Trouble.ALERT_WAITS, outlet.id, outlet.waiting, outlet.waiting_since)


def _of_partner(partner: Delivering) -> Iterator[Sign]:
    if partner.queue.messages and not partner.queue.consumers:
        yield Sign(Trouble.NOT_FETCHED, partner.partner, partner.queue.messages)
    if partner.dead:
        yield Sign(Trouble.DEAD, partner.partner, partner.dead)

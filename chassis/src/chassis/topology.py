"""What the broker must look like: exchanges, queues, users and rights, from the catalogue and the partner register."""

import re
from base64 import b64decode
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from chassis.management import BrokerSaysNo, Management
from contracts.catalogue import CATALOGUE, DEAD, SERVICES, TO_PARTNERS, UNROUTED, Exchange

DELIVERY_LIMIT = 20
QUEUE_BYTES = 2 * 1024**3
PARTNER_QUEUE_MESSAGES = 50_000
WATCH_USER = "hub-watch"
"""May see how long the queues are and who reads them; no message, and nothing that would change."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing the broker must have: where the management API keeps it, and which of its fields matter."""

    kind: str
    name: str
    path: tuple[str, ...]
    body: Mapping[str, Any] = field(default_factory=dict)

    def is_met_by(self, found: Any) -> bool:
        if self.kind == "user":
            same_tags = ",".join(found["tags"]) == self.body["tags"]
            return same_tags and _same_password(self.body["password"], found["password_hash"])
        return all(found.get(key) == value for key, value in self.body.items())


@dataclass(frozen=True, slots=True)
class Binding:
    exchange: str
    queue: str
    key: str


def service_queue(service: str) -> str:
    return f"svc.{service}"


def partner_queue(partner: str) -> str:
    return f"partner.{partner}"


def clocks_queue(partner: str) -> str:
    """On which a partner hears what becomes of its clocks, where it wants to."""
    return f"{partner_queue(partner)}.clocks"


TELLS_OF_CLOCKS = "monitoring"
DEAD_CLOCKS = "dead.clocks"
"""One for all partners: who tells of clocks need not know who hears of them."""

HEARS_PARTNERS = service_queue("routing")
"""A partner counts no places, so this queue has one consumer at a time: decision 10."""


def dead_queues(service: str, partners: Iterable[str] = ()) -> list[str]:
    """The dead queues a service empties: its own, and for who speaks to partners theirs and the net of partner.in."""
    names = [f"dead.{service_queue(service)}", *(f"dead.{partner_queue(partner)}" for partner in partners)]
    if service == TELLS_OF_CLOCKS:
        names.append(DEAD_CLOCKS)
    return [*names, UNROUTED] if partners else names


def service_user(service: str) -> str:
    return f"svc-{service}"


def partner_user(partner: str) -> str:
    return f"partner-{partner}"


def users(partners: Sequence[str]) -> list[str]:
    """Every user that needs a password."""
    return [*map(service_user, SERVICES), *map(partner_user, partners), WATCH_USER]


def bindings(partners: Sequence[str], clocks: Sequence[str] = ()) -> Iterator[Binding]:
    """`clocks` are the partners, of these, that hear of their clocks."""
    ours = {Exchange.OPEN, Exchange.CONFIDENTIAL}
    for entry in CATALOGUE:
        if entry.exchange in ours:
            for reader in entry.readers:
                yield Binding(entry.exchange, service_queue(reader), entry.name)
    yield Binding(Exchange.PARTNER_IN, HEARS_PARTNERS, "#")
    for partner in partners:
        yield Binding(Exchange.PARTNER_OUT, partner_queue(partner), f"{partner}.#")
    for partner in clocks:
        yield Binding(Exchange.PARTNER_CLOCKS, clocks_queue(partner), f"{partner}.#")
    for queue in _delivering(partners):
        yield Binding(DEAD, f"dead.{queue}", queue)
    yield Binding(DEAD, DEAD_CLOCKS, DEAD_CLOCKS)
    yield Binding(UNROUTED, UNROUTED, "")


def pieces(
    vhost: str, partners: Sequence[str], passwords: Mapping[str, str], clocks: Sequence[str] = ()
) -> Iterator[Piece]:
    """Everything but bindings, in the order in which it can be made."""
    yield Piece("vhost", vhost, ("vhosts", vhost))
    types: dict[str, str] = dict.fromkeys(Exchange, "topic") | {DEAD: "direct", UNROUTED: "fanout"}
    for name, kind in types.items():
        yield Piece("exchange", name, ("exchanges", vhost, name), {"type": kind, "durable": True})
    quorum = {"x-queue-type": "quorum"}
    for queue in _delivering(partners):
        dead_letters = {"x-dead-letter-exchange": DEAD, "x-dead-letter-routing-key": queue}
        one_at_a_time = {"x-single-active-consumer": True} if queue == HEARS_PARTNERS else {}
        yield queue_piece(vhost, queue, quorum | dead_letters | one_at_a_time)
        yield queue_piece(vhost, f"dead.{queue}", quorum)
    for partner in clocks:
        dead_letters = {"x-dead-letter-exchange": DEAD, "x-dead-letter-routing-key": DEAD_CLOCKS}
        yield queue_piece(vhost, clocks_queue(partner), quorum | dead_letters)
    yield queue_piece(vhost, DEAD_CLOCKS, quorum)
    yield queue_piece(vhost, UNROUTED, quorum)
    yield from _policies(vhost)
    for name in users(partners):
        tags = "management" if name == WATCH_USER else ""
        yield Piece("user", name, ("users", name), {"password": passwords[name], "tags": tags})
    for service in SERVICES:
        yield from _service_rights(vhost, service, partners if service == "routing" else [])
    for partner in partners:
        yield from partner_rights(vhost, partner, hears_clocks=partner in clocks)
    yield _permission(vhost, WATCH_USER, write="^$", read="^$")


def _delivering(partners: Sequence[str]) -> list[str]:
    return [*map(service_queue, SERVICES), *map(partner_queue, partners)]


def queue_piece(vhost: str, name: str, arguments: Mapping[str, Any]) -> Piece:
    return Piece("queue", name, ("queues", vhost, name), {"durable": True, "arguments": dict(arguments)})


def _policies(vhost: str) -> Iterator[Piece]:
    """What is tunable lies in policies, since arguments of a queue can never change."""
    safe = {
        "delivery-limit": DELIVERY_LIMIT,
        "dead-letter-strategy": "at-least-once",
        "overflow": "reject-publish",
    }
    yield _policy(vhost, "services", r"^svc\.", "queues", safe | {"max-length-bytes": QUEUE_BYTES})
    yield _policy(vhost, "partners", r"^partner\.", "queues", safe | {"max-length": PARTNER_QUEUE_MESSAGES})
    # On our own exchanges a message without a queue must come back to the outbox, so only the partners' has a net.
    yield _policy(vhost, "unrouted", r"^partner\.in$", "exchanges", {"alternate-exchange": UNROUTED})


def _policy(vhost: str, name: str, pattern: str, apply_to: str, definition: Mapping[str, Any]) -> Piece:
    body = {"pattern": pattern, "apply-to": apply_to, "definition": dict(definition)}
    return Piece("policy", name, ("policies", vhost, name), body)


def _service_rights(vhost: str, service: str, partners: Sequence[str]) -> Iterator[Piece]:
    """A service writes its own messages, and reads its own queue and its dead ones."""
    said: dict[str, set[str]] = {}
    for entry in CATALOGUE:
        if entry.publisher == service:
            said.setdefault(entry.exchange, set()).add(entry.name)
    user = service_user(service)
    yield _permission(
        vhost,
        user,
        write=_any_of(said),
        read=_any_of([service_queue(service), *dead_queues(service, partners)]),
    )
    for exchange, names in said.items():
        prefix = r"[a-z0-9-]+\." if exchange in TO_PARTNERS else ""
        yield _topic_right(vhost, user, exchange, f"^{prefix}{_any_of(names)[1:]}")


def partner_rights(vhost: str, partner: str, *, hears_clocks: bool = False) -> Iterator[Piece]:
    """A partner writes its own key and reads its own queue, and that of its clocks where it hears of them."""
    user = partner_user(partner)
    queues = [partner_queue(partner), *([clocks_queue(partner)] if hears_clocks else [])]
    yield _permission(vhost, user, write=_any_of([Exchange.PARTNER_IN]), read=_any_of(queues))
    yield _topic_right(vhost, user, Exchange.PARTNER_IN, f"^{re.escape(partner)}\\.")


def _any_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(map(re.escape, sorted(names)))})$"


def _permission(vhost: str, user: str, write: str, read: str) -> Piece:
    return Piece(
        "rights", user, ("permissions", vhost, user), {"configure": "^$", "write": write, "read": read}
    )


def _topic_right(vhost: str, user: str, exchange: str, write: str) -> Piece:
    body = {"exchange": str(exchange), "write": write, "read": "^$"}
    return Piece("topic rights", f"{user} on {exchange}", ("topic-permissions", vhost, user), body)


def _same_password(password: str, stored: str) -> bool:
    """RabbitMQ keeps a salt of four bytes and the SHA-256 of salt and password (rabbitmq.com/docs/passwords)."""
    salted = b64decode(stored)
    return sha256(salted[:4] + password.encode()).digest() == salted[4:]


async def _found(management: Management, piece: Piece) -> Any:
    if piece.kind == "topic rights":
        rows = await management.get(*piece.path) or []
        return next((row for row in rows if row["exchange"] == piece.body["exchange"]), None)
    return await management.get(*piece.path)


async def differences(
    management: Management,
    vhost: str,
    partners: Sequence[str],
    passwords: Mapping[str, str],
    clocks: Sequence[str] = (),
) -> AsyncIterator[tuple[str, Piece | Binding]]:
    """What the broker lacks or has otherwise, each with a sentence."""
    wanted = pieces(vhost, partners, passwords, clocks)
    async for one in lacking(management, vhost, wanted, bindings(partners, clocks)):
        yield one


async def partner_differences(
    management: Management,
    vhost: str,
    partner: str,
    passwords: Mapping[str, str],
    *,
    hears_clocks: bool = False,
) -> AsyncIterator[tuple[str, Piece | Binding]]:
    """What of one partner's own the broker lacks or has otherwise: queues, user, rights and bindings."""
    queue, user = partner_queue(partner), partner_user(partner)
    clocks = [partner] if hears_clocks else []
    queues = {queue, f"dead.{queue}", *map(clocks_queue, clocks)}
    own = [
        piece
        for piece in pieces(vhost, [partner], passwords, clocks)
        if piece.name in {*queues, user} or piece.name.startswith(f"{user} on ")
    ]
    bound = [one for one in bindings([partner], clocks) if one.queue in queues]
    async for one in lacking(management, vhost, own, bound):
        yield one


async def lacking(
    management: Management, vhost: str, wanted: Iterable[Piece], bound: Iterable[Binding]
) -> AsyncIterator[tuple[str, Piece | Binding]]:
    """What of these the broker lacks or has otherwise, each with a sentence."""
    for piece in wanted:
        found = await _found(management, piece)
        if found is None:
            yield f"{piece.kind} {piece.name} is missing", piece
        elif not piece.is_met_by(found):
            yield f"{piece.kind} {piece.name} differs from what it must be", piece
    rows = await management.get("bindings", vhost) or []
    there = {(row["source"], row["destination"], row["routing_key"]) for row in rows}
    for binding in bound:
        if (binding.exchange, binding.queue, binding.key) not in there:
            yield (
                f"binding {binding.exchange} -> {binding.queue} ({binding.key or 'all'}) is missing",
                binding,
            )


async def surplus(
    management: Management, vhost: str, partners: Sequence[str], clocks: Sequence[str] = ()
) -> AsyncIterator[str]:
    """What the broker has beside what it must have, each with a sentence: somebody's way in, or a forgotten queue."""
    wanted = set(bindings(partners, clocks))
    for row in await management.get("bindings", vhost) or []:
        found = Binding(row["source"], row["destination"], row["routing_key"])
        if found.exchange and found not in wanted:
            yield f"binding {found.exchange} -> {found.queue} ({found.key or 'all'}) is not ours"
    delivering = _delivering(partners)
    queues = {*delivering, *(f"dead.{queue}" for queue in delivering), UNROUTED, DEAD_CLOCKS}
    queues.update(map(clocks_queue, clocks))
    for row in await management.get("queues", vhost) or []:
        if row["name"] not in queues:
            yield f"queue {row['name']} is not ours"
    ours = set(users(partners))
    for row in await management.get("users") or []:
        if row["name"] not in ours and "administrator" not in row["tags"]:
            yield f"user {row['name']} is not ours"


async def provision(
    management: Management,
    vhost: str,
    partners: Sequence[str],
    passwords: Mapping[str, str],
    clocks: Sequence[str] = (),
) -> list[str]:
    """Give the broker what it lacks; what was done, in sentences. Nothing is done twice, nothing is removed.

    BrokerSaysNo where a queue or exchange exists with other arguments: those can not be changed.
    """
    return await make(management, vhost, differences(management, vhost, partners, passwords, clocks))


async def make(
    management: Management, vhost: str, lacked: AsyncIterator[tuple[str, Piece | Binding]]
) -> list[str]:
    """Give the broker what it was found to lack; what was done, in sentences. BrokerSaysNo."""
    done = []
    async for what, missing in lacked:
        if isinstance(missing, Binding):
            path = ("bindings", vhost, "e", missing.exchange, "q", missing.queue)
            await management.post(*path, body={"routing_key": missing.key})
        elif missing.kind == "queue" and "differs" in what:
            raise BrokerSaysNo(
                f"Queue {missing.name} has other arguments than it must, and those can not be changed. "
                "When it is empty, stop who reads it, delete it, and run this again."
            )
        else:
            await management.put(*missing.path, body=dict(missing.body))
        done.append(what.replace("is missing", "made").replace("differs from what it must be", "put right"))
    return done

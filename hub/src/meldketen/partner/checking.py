"""What is wrong with a partner's place, in sentences: its covenants, its secrets, its queue, or what was delivered."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from chassis import topology
from chassis.topology import partner_queue
from meldketen.operator import Operator
from meldketen.partner.records import Record
from routing.adapters import partner_secrets
from routing.domain.partners import Channel, Partner, ending

WARN_WITHIN = timedelta(days=30)
MANY_WAITING = 1_000


def way(partner: Partner) -> str:
    """How it is reached, which is not wrong."""
    match partner.channel:
        case Channel.PUSH if partner.push:
            return f"Questions are posted to {partner.push.url}."
        case Channel.MAIL:
            return f"Questions go to {partner.mail}, with a link to a page on which somebody answers."
        case _ if partner.is_connected:
            return f"Questions go to its queue, {partner_queue(partner.id)}."
    return "Nothing is sent to it."


def agreed(partner: Partner, today: date) -> Iterator[str]:
    if not partner.is_connected:
        yield "It has no adapter: it is not connected, and a person must ask it."
    if not partner.covenants:
        yield "It has no covenant: nothing is sent to it."
    for _, track, until in ending([partner], today, WARN_WITHIN):
        verb = "ended" if until < today else "ends"
        yield f"Its covenant for {track} {verb} on {until}, and none follows."


def secret(partner: Partner, folder: Path | None) -> Iterator[str]:
    """What must be there to sign, to get a token or to ask for a code, and is not."""
    try:
        partner_secrets.load([partner], folder)
    except partner_secrets.SecretsMissing as missing:
        yield from str(missing).splitlines()


async def at_broker(partner: Partner, told: Operator, passwords: Mapping[str, str]) -> AsyncIterator[str]:
    management = told.management()
    async for what, _ in topology.partner_differences(
        management, told.vhost, partner.id, passwords, hears_clocks=partner.hears_clocks
    ):
        yield f"At the broker, {what}: run meldketen provision."
    queue = await management.get("queues", told.vhost, partner_queue(partner.id)) or {}
    await management.close()
    if not queue.get("consumers"):
        yield "Nobody reads its queue."
    waiting = queue.get("messages", 0)
    if waiting > MANY_WAITING:
        yield f"{waiting} messages wait on its queue."


async def waiting(partner: Partner, told: Operator) -> int:
    management = told.management()
    queue = await management.get("queues", told.vhost, partner_queue(partner.id)) or {}
    await management.close()
    many: int = queue.get("messages", 0)
    return many


def delivered(partner: Partner, record: Record) -> Iterator[str]:
    """What did not go out to it over HTTPS or by mail."""
    if partner.channel is not Channel.QUEUE:
        yield from record.failed
        if record.waiting > MANY_WAITING:
            yield f"{record.waiting} messages wait to be delivered."

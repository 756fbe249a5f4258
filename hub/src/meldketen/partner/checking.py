"""What is wrong with a partner's place: its queue, rights and covenants, and whether it is there at all."""

from collections.abc import AsyncIterator, Mapping
from datetime import date, timedelta

from chassis import topology
from chassis.management import Management
from chassis.topology import partner_queue
from routing.domain.partners import Partner, ending

WARN_WITHIN = timedelta(days=30)
MANY_WAITING = 1_000


async def faults(
    management: Management, vhost: str, partner: Partner, passwords: Mapping[str, str], today: date
) -> AsyncIterator[str]:
    """In sentences."""
    if partner.adapter is None:
        yield "It has no adapter: it is not connected, and a person must ask it."
        return
    async for what, _ in topology.partner_differences(management, vhost, partner.id, passwords):
        yield f"At the broker, {what}: run meldketen provision."
    if not partner.covenants:
        yield "It has no covenant: nothing is sent to it."
    for _, track, until in ending([partner], today, WARN_WITHIN):
        verb = "ended" if until < today else "ends"
        yield f"Its covenant for {track} {verb} on {until}, and none follows."
    queue = await management.get("queues", vhost, partner_queue(partner.id)) or {}
    if not queue.get("consumers"):
        yield "Nobody reads its queue."
    waiting = queue.get("messages", 0)
    if waiting > MANY_WAITING:
        yield f"{waiting} messages wait on its queue."


async def waiting(management: Management, vhost: str, partner: str) -> int:
    queue = await management.get("queues", vhost, partner_queue(partner)) or {}
    many: int = queue.get("messages", 0)
    return many

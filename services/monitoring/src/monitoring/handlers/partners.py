"""What is known of the partner register: who there is, and when they are open."""

from collections.abc import Mapping

from chassis.opening import read
from chassis.transaction import Transaction
from contracts.routing import PartnersListed
from monitoring.domain.escalation import DESK
from monitoring.domain.partners import ListedPartner
from monitoring.store import partners

THIS = "partners"


async def keep_list(event: PartnersListed, tx: Transaction) -> None:
    """For the clocks that begin from now on: those that run keep the hours that they began with. NotAnOpening."""
    listed = [ListedPartner(one.partner, one.partner_name, one.opening) for one in event.partners]
    for one in listed:
        if one.opening is not None:
            read(one.opening)
    await partners.keep(tx, listed)
    tx.kept.pop(THIS, None)


async def opening_for(holder: str, tx: Transaction) -> str | None:
    """When working hours of a holder are counted; as the desk where it says none, and none for those of an office."""
    known = await known_partners(tx)
    own = known.get(holder)
    desk = known.get(DESK)
    return (own and own.opening) or (desk and desk.opening) or None


async def known_partners(tx: Transaction) -> Mapping[str, ListedPartner]:
    """By id; none where nothing was heard of the register yet. Read once for all messages of a transaction."""
    if THIS not in tx.kept:
        tx.kept[THIS] = {one.partner: one for one in await partners.list_all(tx)}
    known: Mapping[str, ListedPartner] = tx.kept[THIS]
    return known

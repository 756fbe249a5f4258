"""Who is in the register, said to the hub: other services cannot read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from chassis.calendar import HERE
from chassis.database import Database
from contracts.routing import ListedPartner, PartnersListed
from routing.adapters.opening import opening_of
from routing.domain.partners import Partner


@dataclass(slots=True)
class Listed:
    """Whether this process said so already: it reads the register when it starts, and never again."""

    done: bool = False


async def list_partners(database: Database, register: Mapping[str, Partner], listed: Listed) -> bool:
    """A job, done when it was committed once."""
    if listed.done:
        return False
    async with database.transaction() as tx:
        today = tx.now.astimezone(HERE).date()
        partners = [
            ListedPartner(partner=one.id, partner_name=one.name, opening=opening_of(_from(one, today)))
            for one in register.values()
        ]
        register_id = uuid5(NAMESPACE_URL, tx.source)
        tx.publish(PartnersListed(register_id=register_id, partners=tuple(partners), listed_at=tx.now))
    listed.done = True
    return False


def _from(partner: Partner, today: date) -> Partner:
    """Without the days that are past: what it says is kept with every clock."""
    return replace(partner, closed=frozenset(day for day in partner.closed if day >= today))

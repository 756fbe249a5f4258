"""What was reported at an address, by names that give nothing away."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.transaction import Transaction
from routing.domain.facts import Sighting
from routing.tables import sightings

_ADD = insert(sightings).on_conflict_do_nothing()


def add(tx: Transaction, report_id: UUID, place: str, seen: Sighting) -> None:
    row = {
        "report_id": report_id,
        "place": place,
        "who": seen.who,
        "category": seen.category,
        "received_at": seen.at,
    }
    tx.write(_ADD, row)


async def list_at(tx: Transaction, places: Collection[str], since: datetime) -> dict[str, list[Sighting]]:
    """What was seen at each of these places, oldest first."""
    columns = sightings.c
    rows = await tx.execute(
        select(columns.place, columns.who, columns.category, columns.received_at)
        .where(columns.place == func.any(cast(list(places), ARRAY(Text))), columns.received_at >= since)
        .order_by(columns.received_at)
    )
    seen: dict[str, list[Sighting]] = {place: [] for place in places}
    for row in rows:
        seen[row.place].append(Sighting(row.who, row.category, row.received_at))
    return seen

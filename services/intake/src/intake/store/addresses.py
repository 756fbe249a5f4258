"""Addresses of an imported extract, in PostgreSQL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Row, Text, delete, func, select

from chassis.bulk import columns, values
from chassis.transaction import Transaction
from intake.domain.addresses import Area, KnownAddress, Spot, alike
from intake.tables import addresses

COLUMNS = (
    "postcode",
    "house_number",
    "addition",
    "street",
    "city",
    "address_id",
    "object_id",
    "area_code",
    "area_name",
    "area_year",
)

_asked = columns(place=Integer, postcode=Text, house_number=Integer, addition=Text)
_FIND = select(_asked.c.place, addresses).join_from(
    _asked,
    addresses,
    (addresses.c.postcode == _asked.c.postcode)
    & (addresses.c.house_number == _asked.c.house_number)
    & (addresses.c.addition == _asked.c.addition),
)


async def find_many(tx: Transaction, spots: Sequence[Spot]) -> Mapping[Spot, KnownAddress]:
    rows = await tx.execute(
        _FIND,
        values(
            place=range(len(spots)),
            postcode=[spot.postcode for spot in spots],
            house_number=[spot.house_number for spot in spots],
            addition=[alike(spot.addition) for spot in spots],
        ),
    )
    return {spots[row.place]: _known(row) for row in rows}


async def replace(tx: Transaction, known: Iterable[tuple[Spot, KnownAddress]]) -> None:
    """These and no others. Who looks an address up meanwhile sees the old ones, until the commit."""
    await tx.execute(delete(addresses))
    await tx.copy(addresses, COLUMNS, (_row(spot, address) for spot, address in known))


async def count(tx: Transaction) -> int:
    many: int = (await tx.execute(select(func.count()).select_from(addresses))).scalar_one()
    return many


def _row(spot: Spot, known: KnownAddress) -> tuple[Any, ...]:
    area = known.area
    return (
        spot.postcode,
        spot.house_number,
        alike(spot.addition),
        known.street,
        known.city,
        known.id,
        known.object_id,
        area and area.code,
        area and area.name,
        area and area.year,
    )


def _known(row: Row[Any]) -> KnownAddress:
    area = Area(row.area_code, row.area_name, row.area_year) if row.area_code else None
    return KnownAddress(row.address_id, row.street, row.city, area, row.object_id)

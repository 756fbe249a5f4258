"""The housing stock in PostgreSQL: of each address, the corporation that owns it."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, DateTime, Text, any_, bindparam, cast, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.bulk import columns, values
from chassis.transaction import Transaction
from routing.domain.stock import Dwelling
from routing.tables import stock

_new = columns(address_key=Text, object_id=Text)
_add = insert(stock).from_select(
    ["address_key", "object_id", "partner", "source", "imported_at"],
    select(
        *_new.c,
        bindparam("partner", type_=Text),
        bindparam("source", type_=Text),
        bindparam("now", type_=DateTime(timezone=True)),
    ),
)
_ADD = _add.on_conflict_do_update(
    index_elements=["address_key"],
    set_={name: _add.excluded[name] for name in ("object_id", "source", "imported_at")},
    where=(stock.c.partner == _add.excluded.partner)
    & stock.c.object_id.is_distinct_from(_add.excluded.object_id),
)


async def owners_of(
    tx: Transaction, keys: Collection[str], objects: Collection[str] = ()
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Who owns these: by the key of the address, and by the BAG number of the dwelling."""
    wanted = _among(stock.c.address_key, keys)
    if objects:
        wanted |= _among(stock.c.object_id, objects)
    rows = await tx.execute(select(stock.c.address_key, stock.c.object_id, stock.c.partner).where(wanted))
    found = [tuple(row) for row in rows]
    by_key = {key: partner for key, _, partner in found}
    return by_key, {number: partner for _, number, partner in found if number}


def _among(column: ColumnElement[str], values: Collection[str]) -> ColumnElement[bool]:
    return column == any_(cast(list(values), ARRAY(Text)))


async def count(tx: Transaction, partner: str) -> int:
    mine = select(func.count()).select_from(stock).where(stock.c.partner == partner)
    many: int = (await tx.execute(mine)).scalar_one()
    return many


async def add(tx: Transaction, partner: str, source: str, dwellings: Sequence[Dwelling]) -> int:
    """How many rows are new or changed. A dwelling of another corporation is left as it is."""
    rows = values(address_key=[one.key for one in dwellings], object_id=[one.object_id for one in dwellings])
    about = {"partner": partner, "source": source, "now": tx.now}
    return (await tx.execute(_ADD, rows | about)).rowcount


async def leave_only(tx: Transaction, partner: str, keys: Collection[str]) -> int:
    """Take out what else was known of the corporation; how many rows."""
    mine = delete(stock).where(stock.c.partner == partner)
    kept = stock.c.address_key.not_in(select(func.unnest(cast(list(keys), ARRAY(Text)))))
    return (await tx.execute(mine.where(kept))).rowcount

"""What is known of a report, as far as the screens show it and its terms go by it."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Insert, insert

from chassis.transaction import Transaction
from monitoring.tables import changes, reports


def describe(tx: Transaction, report_id: UUID, **known: Any) -> None:
    """Keep what is known of a report now; the rest of it stays."""
    tx.write(_describing(*known), {"report_id": report_id, **known})


async def find_facts(tx: Transaction, report_id: UUID) -> dict[str, str]:
    """What terms go by, as far as it is known."""
    asked = select(reports.c.category, reports.c.urgency).where(reports.c.report_id == report_id)
    row = (await tx.execute(asked)).one_or_none()
    return {name: value for name, value in row._asdict().items() if value is not None} if row else {}


@cache
def _describing(*names: str) -> Insert:
    """Made once: what is written with one statement is written together."""
    new = insert(reports)
    known = {name: new.excluded[name] for name in names}
    return new.on_conflict_do_update(
        index_elements=[reports.c.report_id], set_=known | {"changed": changes.next_value()}
    )

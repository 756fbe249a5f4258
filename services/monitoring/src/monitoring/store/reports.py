"""What is known of a report, as far as the screens show it."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import Insert, insert

from chassis.transaction import Transaction
from monitoring.tables import changes, reports


def describe(tx: Transaction, report_id: UUID, **known: Any) -> None:
    """Keep what is known of a report now; the rest of it stays."""
    tx.write(_describing(*known), {"report_id": report_id, **known})


@cache
def _describing(*names: str) -> Insert:
    """Made once: what is written with one statement is written together."""
    new = insert(reports)
    known = {name: new.excluded[name] for name in names}
    return new.on_conflict_do_update(
        index_elements=[reports.c.report_id], set_=known | {"changed": changes.next_value()}
    )

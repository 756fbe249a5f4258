"""Spreadsheets, their rows and their faults, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, Uuid, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.bulk import columns, fields_of, values
from chassis.transaction import Transaction
from intake.domain.sheets import Claim, Fault, NoSuchSheet, Sheet, SheetRow, SheetState
from intake.tables import faults, imported, reports, sheet_rows, sheets


class RowsCross(Exception):
    """Another sheet brought the same row at the same moment: to be looked at again."""


async def add(tx: Transaction, sheet: Sheet, rows: Sequence[SheetRow]) -> None:
    await tx.execute(sheets.insert(), _written(sheet))
    found = ((sheet.sheet_id, row.number, row.cells) for row in rows)
    await tx.copy(sheet_rows, ("sheet_id", "number", "cells"), found)


async def get(tx: Transaction, sheet_id: UUID, *, lock: bool = False) -> Sheet:
    """NoSuchSheet where there is none."""
    wanted = select(sheets).where(sheets.c.sheet_id == sheet_id)
    row = (await tx.execute(wanted.with_for_update() if lock else wanted)).one_or_none()
    if row is None:
        raise NoSuchSheet(f"{sheet_id} is not a spreadsheet here.")
    return _sheet(row)


async def claim_running(tx: Transaction) -> Sheet | None:
    """One that is to be read, locked until the commit; none where there is none, or others have them all."""
    running = select(sheets).where(sheets.c.state == SheetState.RUNNING)
    oldest = running.order_by(sheets.c.uploaded_at).limit(1).with_for_update(skip_locked=True)
    row = (await tx.execute(oldest)).one_or_none()
    return _sheet(row) if row else None


async def save(tx: Transaction, sheet: Sheet) -> None:
    await tx.execute(update(sheets).where(sheets.c.sheet_id == sheet.sheet_id).values(**_written(sheet)))


async def list_newest(tx: Transaction, limit: int) -> list[Sheet]:
    newest = select(sheets).order_by(sheets.c.uploaded_at.desc()).limit(limit)
    return [_sheet(row) for row in await tx.execute(newest)]


async def list_rows(tx: Transaction, sheet_id: UUID, after: int, limit: int) -> list[SheetRow]:
    found = select(sheet_rows.c.number, sheet_rows.c.cells).where(
        sheet_rows.c.sheet_id == sheet_id, sheet_rows.c.number > after
    )
    rows = await tx.execute(found.order_by(sheet_rows.c.number).limit(limit))
    return [SheetRow(row.number, tuple(row.cells)) for row in rows]


async def forget_rows(tx: Transaction, sheet_id: UUID) -> None:
    await tx.execute(delete(sheet_rows).where(sheet_rows.c.sheet_id == sheet_id))


async def add_faults(tx: Transaction, sheet_id: UUID, found: Sequence[Fault]) -> None:
    if found:
        rows = [{"sheet_id": sheet_id, **fields_of(fault)} for fault in found]
        await tx.execute(faults.insert(), rows)


async def forget_faults(tx: Transaction, sheet_id: UUID) -> None:
    await tx.execute(delete(faults).where(faults.c.sheet_id == sheet_id))


async def list_faults(tx: Transaction, sheet_id: UUID, limit: int | None = None) -> list[Fault]:
    found = select(faults).where(faults.c.sheet_id == sheet_id).order_by(faults.c.id).limit(limit)
    return [Fault(row.row, row.column, row.reason) for row in await tx.execute(found)]


async def find_owners(
    tx: Transaction, identities: Collection[str], references: Collection[str]
) -> dict[str, str]:
    """The digest that an identity first came with; '' for the reference of a report that is here."""
    first = select(imported.c.identity, imported.c.digest).where(imported.c.identity.in_(identities))
    ours = select(reports.c.reference).where(reports.c.reference.in_(references))
    known = {row.identity: row.digest for row in await tx.execute(first)}
    rows = await tx.execute(ours)
    return {f"nummer {reference}": "" for reference in rows.scalars()} | known


_owned = columns(identity=Text, digest=Text, report_id=Uuid)
_OWN = (
    insert(imported)
    .from_select(
        ["identity", "digest", "report_id"], select(_owned.c.identity, _owned.c.digest, _owned.c.report_id)
    )
    .on_conflict_do_nothing()
)


async def add_owners(tx: Transaction, claims: Sequence[Claim]) -> None:
    """RowsCross."""
    if not claims:
        return
    in_order = sorted(claims, key=lambda claim: claim.identity)
    written = await tx.execute(
        _OWN,
        values(
            identity=[claim.identity for claim in in_order],
            digest=[claim.digest for claim in in_order],
            report_id=[claim.report.report_id for claim in in_order],
        ),
    )
    if written.rowcount < len(claims):
        raise RowsCross("Rows of two spreadsheets are the same.")


async def numbers_of(tx: Transaction, report_ids: Collection[UUID]) -> dict[UUID, str]:
    """The numbers that imported reports had in their sheet."""
    numbered = imported.c.identity.startswith("nummer ")
    rows = await tx.execute(
        select(imported.c.report_id, imported.c.identity).where(
            imported.c.report_id.in_(report_ids), numbered
        )
    )
    return {row.report_id: row.identity.removeprefix("nummer ") for row in rows}


async def delete_old(tx: Transaction, before: datetime) -> None:
    """Rows and faults go with them."""
    await tx.execute(
        delete(sheets).where(sheets.c.uploaded_at < before, sheets.c.state != SheetState.RUNNING)
    )


def _written(sheet: Sheet) -> dict[str, Any]:
    """An array in PostgreSQL holds '' for a column without a field."""
    return fields_of(sheet) | {
        "headers": list(sheet.headers),
        "mapping": [field or "" for field in sheet.mapping],
    }


def _sheet(row: Row[Any]) -> Sheet:
    read = {
        "headers": tuple(row.headers),
        "mapping": tuple(field or None for field in row.mapping),
        "state": SheetState(row.state),
    }
    return Sheet(**row._asdict() | read)

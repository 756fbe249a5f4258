"""What intake does with a spreadsheet: take it in, show what it would become, make reports of it, give everything back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from chassis.database import Database
from chassis.identity import new_id
from chassis.transaction import Transaction
from contracts.intake import ReportRegistered, ReportSubmitted
from intake.adapters import sheet_columns, sheet_reader
from intake.adapters.sheet_row import Past, Reader
from intake.domain.addresses import Spot
from intake.domain.reports import ALPHABET, Report
from intake.domain.sheets import (
    Claim,
    Fault,
    Sheet,
    SheetRow,
    SheetStarted,
    SheetState,
    Verdict,
    check_mapping,
    judge,
    propose,
)
from intake.handlers.reports import Desk, write_up
from intake.store import reports as report_store
from intake.store import sheets as store

ROWS_TOGETHER = 500
PREVIEWED = 10
SHEETS_LAST = timedelta(days=30)
LOOK_UP_WITHIN_SECONDS = 40
"""PostgreSQL ends a transaction that is idle for 60. What was looked up by then is remembered when it is tried again."""

CONTRADICTS = "Dit nummer is eerder overgenomen met andere gegevens. Deze rij is niet overgenomen."


async def take_in(content: bytes, name: str, who: str, database: Database) -> Sheet:
    """Keep the rows of a file, and propose what its columns mean. BadSheet."""
    columns = sheet_columns.load()
    table = await asyncio.to_thread(sheet_reader.read, content, columns)
    async with database.transaction() as tx:
        sheet = Sheet(
            sheet_id=new_id(),
            name="".join(filter(str.isprintable, name))[:200],
            headers=table.headers,
            mapping=propose(table.headers, columns),
            state=SheetState.READY,
            rows=len(table.rows),
            uploaded_by=who,
            uploaded_at=tx.now,
        )
        await store.add(tx, sheet, table.rows)
    return sheet


async def preview(sheet: Sheet, tx: Transaction, desk: Desk) -> tuple[list[Claim], list[Fault]]:
    """The first rows as the hub would write them down, and what is wrong with the others of them."""
    rows = await store.list_rows(tx, sheet.sheet_id, 0, PREVIEWED)
    return await _read(sheet, rows, tx, desk)


async def choose_columns(sheet_id: UUID, mapping: Sequence[str | None], tx: Transaction) -> Sheet:
    """Say what the columns mean. NoSuchSheet, SheetStarted, MappingIncomplete; a field that is none is none."""
    sheet = await _not_begun(sheet_id, tx)
    fields = {column.field for column in sheet_columns.load()}
    chosen = [field if field in fields else None for field in mapping][: len(sheet.headers)]
    sheet = replace(sheet, mapping=(*chosen, *[None] * (len(sheet.headers) - len(chosen))))
    check_mapping(sheet.mapping, sheet_columns.load())
    await store.save(tx, sheet)
    return sheet


async def start(sheet_id: UUID, tx: Transaction, *, dry_run: bool) -> Sheet:
    """Have the rows made into reports, or only looked at. NoSuchSheet, SheetStarted, MappingIncomplete."""
    sheet = await _not_begun(sheet_id, tx)
    check_mapping(sheet.mapping, sheet_columns.load())
    await store.forget_faults(tx, sheet_id)
    begun = replace(
        sheet,
        state=SheetState.RUNNING,
        dry_run=dry_run,
        at_row=0,
        done=0,
        added=0,
        known=0,
        faulty=0,
        ended_at=None,
    )
    await store.save(tx, begun)
    return begun


async def _not_begun(sheet_id: UUID, tx: Transaction) -> Sheet:
    sheet = await store.get(tx, sheet_id, lock=True)
    if sheet.state not in {SheetState.READY, SheetState.CHECKED}:
        raise SheetStarted("This spreadsheet is being read, or was.")
    return sheet


async def import_rows(tx: Transaction, desk: Desk) -> bool:
    """Make reports of the next rows of a sheet; whether there may be more. Where it is ended, it goes on from there."""
    sheet = await store.claim_running(tx)
    if sheet is None:
        return False
    rows = await store.list_rows(tx, sheet.sheet_id, sheet.at_row, ROWS_TOGETHER)
    if not rows:
        await _end(sheet, tx)
        return True
    claims, faults = await _read(sheet, rows, tx, desk)
    verdict = judge(claims, await _owners(claims, tx))
    if not sheet.dry_run:
        await _write(verdict, tx)
    number = next((h for h, f in zip(sheet.headers, sheet.mapping, strict=True) if f == "number"), "")
    faults += [Fault(claim.row, number, CONTRADICTS) for claim in verdict.contradicting]
    await store.add_faults(tx, sheet.sheet_id, sorted(faults, key=lambda fault: fault.row))
    further = replace(
        sheet,
        at_row=rows[-1].number,
        done=sheet.done + len(rows),
        added=sheet.added + len(verdict.new),
        known=sheet.known + verdict.known,
        faulty=sheet.faulty + len(rows) - len(verdict.new) - verdict.known,
    )
    await store.save(tx, further)
    return True


async def _end(sheet: Sheet, tx: Transaction) -> None:
    """Rows that are reports now are not kept beside them."""
    if not sheet.dry_run:
        await store.forget_rows(tx, sheet.sheet_id)
    state = SheetState.CHECKED if sheet.dry_run else SheetState.DONE
    await store.save(tx, replace(sheet, state=state, ended_at=tx.now))


async def _read(
    sheet: Sheet, rows: Sequence[SheetRow], tx: Transaction, desk: Desk
) -> tuple[list[Claim], list[Fault]]:
    reader = Reader(sheet.headers, sheet.mapping, desk.categories, tx.now)
    read = await asyncio.to_thread(lambda: [reader.read(row) for row in rows])
    past = [one for one in read if isinstance(one, Past)]
    faults = [fault for one in read if isinstance(one, list) for fault in one]
    spots = [_spot(one) for one in past]
    async with asyncio.timeout(LOOK_UP_WITHIN_SECONDS):
        known = await desk.addresses.find_many(spots)
    written = await asyncio.to_thread(
        lambda: [_claim(one, write_up(one.new, known.get(_spot(one)), one.received_at, desk)) for one in past]
    )
    return written, faults


def _spot(past: Past) -> Spot:
    where = past.new.address
    return Spot(where.postcode, where.house_number, where.addition)


def _claim(past: Past, report: Report) -> Claim:
    report = replace(report, imported=True, closed_at=past.closed_at)
    said = (
        report.category, report.received_at, report.closed_at, report.story, report.address.key,
        report.reporter, report.signals, report.language,
    )  # fmt: skip
    digest = sha256(repr(said).encode()).hexdigest()
    identity = f"nummer {past.number}" if past.number else f"inhoud {digest}"
    return Claim(past.row, identity, digest, report)


async def _owners(claims: Sequence[Claim], tx: Transaction) -> dict[str, str]:
    identities = {claim.identity for claim in claims}
    numbers = {identity.removeprefix("nummer ") for identity in identities if identity.startswith("nummer ")}
    references = {number for number in numbers if set(number.removeprefix("WO-")) <= {*ALPHABET, "-"}}
    return await store.find_owners(tx, identities, references)


async def _write(verdict: Verdict, tx: Transaction) -> None:
    reports = [claim.report for claim in verdict.new]
    await store.add_owners(tx, verdict.new)
    await report_store.add(tx, reports)
    for report in reports:
        tx.publish(ReportSubmitted.of(report))
        tx.publish(ReportRegistered.of(report, reachable=report.reporter.email is not None))


async def forget_sheets(tx: Transaction) -> bool:
    """A sheet and its list of faults are there for a month: a job, done when nothing is more to do."""
    await store.delete_old(tx, before=tx.now - SHEETS_LAST)
    return False

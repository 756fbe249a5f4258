"""What intake gives back: every report, in a spreadsheet."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

import structlog

from chassis.database import Database
from intake.adapters import sheet_writer
from intake.domain.reports import Report
from intake.store import reports as report_store
from intake.store import sheets as store

REPORTS_TOGETHER = 2_000

log = structlog.get_logger()


async def export(who: str, database: Database) -> Path:
    """A file with all reports, to be deleted by who asked for it. That somebody took them is in the log."""
    with NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        path = Path(made.name)
    try:
        many = await sheet_writer.write(path, _pages(database))
    except BaseException:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        raise
    log.warning("reports exported", by=who, reports=many)
    return path


async def _pages(database: Database) -> AsyncIterator[list[tuple[str, Report]]]:
    """Each page in a transaction of its own. A report has the number of its old sheet, or else its reference."""
    last: UUID | None = None
    while True:
        async with database.transaction() as tx:
            page = await report_store.list_after(tx, last, REPORTS_TOGETHER)
            numbers = await store.numbers_of(tx, [report.report_id for report in page])
        if not page:
            return
        last = page[-1].report_id
        yield [(numbers.get(report.report_id, report.reference), report) for report in page]

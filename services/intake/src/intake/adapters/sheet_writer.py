"""Reports as a spreadsheet that can be read in again: every cell is text, so that none is a formula."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.responses import FileResponse
from xlsxwriter import Workbook

from chassis.calendar import HERE
from intake.adapters import sheet_columns
from intake.domain.reports import Report

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

CHANNELS = {"web": "website", "phone": "telefoon", "import": "overgenomen"}
TENURES = {
    "corporation-tenant": "huur corporatie",
    "private-tenant": "particuliere huur",
    "owner": "koop",
    "other": "onbekend",
}
WIDTHS = {"story": 60, "category": 30, "received": 20, "closed": 20}
USUAL_WIDTH = 16

CELLS: Mapping[str, Callable[[Report], str | None]] = {
    "received": lambda report: _moment(report.received_at),
    "category": lambda report: report.category_name,
    "postcode": lambda report: report.address.postcode,
    "house_number": lambda report: str(report.address.house_number),
    "addition": lambda report: report.address.addition,
    "story": lambda report: report.story,
    "name": lambda report: report.reporter.name,
    "phone": lambda report: report.reporter.phone,
    "email": lambda report: report.reporter.email,
    "anonymous": lambda report: _flag(yes=report.reporter.anonymous),
    "tenure": lambda report: TENURES[report.reporter.tenure],
    "danger": lambda report: _flag(yes=report.signals.danger),
    "children": lambda report: _flag(yes=report.signals.children),
    "going_on_now": lambda report: _flag(yes=report.signals.going_on_now),
    "reported_before": lambda report: _flag(yes=report.signals.reported_before),
    "language": lambda report: report.language,
    "closed": lambda report: _moment(report.closed_at) if report.closed_at else None,
}
BESIDE: Mapping[str, Callable[[Report], str | None]] = {
    "Straat": lambda report: report.address.street,
    "Woonplaats": lambda report: report.address.city,
    "Buurt": lambda report: report.area.name if report.area else None,
    "Buurtcode": lambda report: f"{report.area.code} ({report.area.year})" if report.area else None,
    "BAG": lambda report: report.address.id,
    "Kanaal": lambda report: CHANNELS.get(report.channel, report.channel),
}
"""What the hub knows beside that; it is not read in again."""


async def write(path: Path, pages: AsyncIterator[Sequence[tuple[str, Report]]]) -> int:
    """Write pages of (number, report) to a file, with little memory; how many reports there are."""
    columns = sheet_columns.load()
    many = 0
    with Workbook(str(path), {"constant_memory": True, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Meldingen")
        sheet.freeze_panes(1, 0)
        heading = book.add_format({"bold": True})
        for place, name in enumerate([*(column.header for column in columns), *BESIDE]):
            field = columns[place].field if place < len(columns) else ""
            sheet.set_column(place, place, WIDTHS.get(field, USUAL_WIDTH))
            sheet.write_string(0, place, name, heading)
        async for page in pages:
            for number, report in page:
                many += 1
                cells = [number if c.field == "number" else CELLS[c.field](report) for c in columns]
                for place, cell in enumerate([*cells, *(read(report) for read in BESIDE.values())]):
                    if cell:
                        sheet.write_string(many, place, cell)
    return many


def handed_over(path: Path) -> FileResponse:
    """The file as an answer; it is gone once it was sent."""
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=MEDIA_TYPE, filename="meldingen.xlsx", background=gone)


def _moment(at: datetime) -> str:
    """To the second, and what is left of it: in the city's time, with how far that is from UTC."""
    return at.astimezone(HERE).isoformat()


def _flag(*, yes: bool) -> str:
    return "ja" if yes else "nee"

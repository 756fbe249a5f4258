"""The screen where the desk leaves its spreadsheet behind, and takes everything out again."""

import csv
from dataclasses import replace
from io import StringIO
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from chassis.database import Database
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.transaction import Transaction
from intake.adapters import sheet_columns
from intake.adapters.sheet_reader import BadSheet
from intake.adapters.sheet_writer import handed_over
from intake.domain.sheets import Claim, Fault, MappingIncomplete, Sheet, SheetState
from intake.handlers import export as export_handlers
from intake.handlers import sheets as handlers
from intake.handlers.reports import Desk
from intake.store import sheets as store
from look.pages import Pages

PATH = "/invoer"
MayImport = Annotated[Principal, Depends(may("reports:import"))]
MayExport = Annotated[Principal, Depends(may("reports:export"))]
SHEETS_SHOWN = 20
FAULTS_SHOWN = 50
NO_FILE = "Kies een bestand dat eindigt op .xlsx of .csv."
STATES = {
    SheetState.READY: ("notice", "Klaar om te beginnen"),
    SheetState.RUNNING: ("almost", "Bezig"),
    SheetState.CHECKED: ("notice", "Gecontroleerd"),
    SheetState.DONE: ("ok", "Overgenomen"),
}


def router(desk: Desk, database: Database) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("intake")

    @routes.get(PATH)
    async def show_sheets(request: Request, tx: InTransaction, principal: MayImport) -> HTMLResponse:
        return pages.render(request, "invoer.html", **await _list(tx, principal))

    @routes.post(PATH)
    async def take_sheet(request: Request, principal: MayImport) -> Response:
        name, content = await _file(request)
        try:
            sheet = await handlers.take_in(content, name, principal.name, database)
        except BadSheet as trouble:
            async with database.transaction() as tx:
                shown = await _list(tx, principal, str(trouble) if name else NO_FILE)
            return pages.render(request, "invoer.html", status=422, **shown)
        return RedirectResponse(f"{PATH}/{sheet.sheet_id}", 303)

    @routes.get(PATH + "/alles.xlsx")
    async def take_everything(principal: MayExport) -> Response:
        return handed_over(await export_handlers.export(principal.name, database))

    @routes.get(PATH + "/{sheet_id}")
    async def show_sheet(
        request: Request, sheet_id: UUID, tx: InTransaction, _principal: MayImport
    ) -> HTMLResponse:
        sheet = await store.get(tx, sheet_id)
        return pages.render(request, "invoer-blad.html", **await _one(sheet, tx, desk))

    @routes.post(PATH + "/{sheet_id}")
    async def go_on(request: Request, sheet_id: UUID, tx: InTransaction, _principal: MayImport) -> Response:
        sent = await request.form()
        sheet = await store.get(tx, sheet_id)
        mapping = tuple(str(sent.get(f"kolom-{place}", "")) or None for place in range(len(sheet.headers)))
        try:
            await handlers.choose_columns(sheet_id, mapping, tx)
        except MappingIncomplete as trouble:
            shown = await _one(replace(sheet, mapping=mapping), tx, desk, str(trouble))
            return pages.render(request, "invoer-blad.html", status=422, **shown)
        if sent.get("doe") in {"controleren", "overnemen"}:
            await handlers.start(sheet_id, tx, dry_run=sent.get("doe") == "controleren")
        return RedirectResponse(f"{PATH}/{sheet_id}", 303)

    @routes.get(PATH + "/{sheet_id}/fouten.csv")
    async def take_faults(sheet_id: UUID, tx: InTransaction, _principal: MayImport) -> Response:
        await store.get(tx, sheet_id)
        return _as_csv(await store.list_faults(tx, sheet_id))

    return routes


async def _file(request: Request) -> tuple[str, bytes]:
    async with request.form() as sent:
        file = sent.get("bestand")
        if not isinstance(file, UploadFile):
            return "", b""
        return file.filename or "", await file.read()


async def _list(tx: Transaction, principal: Principal, fault: str | None = None) -> dict[str, Any]:
    return {
        "active": PATH,
        "sheets": await store.list_newest(tx, SHEETS_SHOWN),
        "states": STATES,
        "may_export": "reports:export" in principal.scopes,
        "errors": [("bestand", fault)] if fault else [],
        "fault": fault,
    }


async def _one(sheet: Sheet, tx: Transaction, desk: Desk, fault: str | None = None) -> dict[str, Any]:
    """The first rows are shown while they can still become something else."""
    waiting = sheet.state in {SheetState.READY, SheetState.CHECKED}
    claims, faults = await handlers.preview(sheet, tx, desk) if waiting else ([], [])
    return {
        "active": PATH,
        "sheet": sheet,
        "waiting": waiting,
        "state": STATES[sheet.state],
        "columns": [("", "Niet overnemen"), *((c.field, c.header) for c in sheet_columns.load())],
        "first": _by_row(claims, faults),
        "faults": await store.list_faults(tx, sheet.sheet_id, FAULTS_SHOWN),
        "errors": [("kolom-0", fault)] if fault else [],
    }


def _as_csv(found: list[Fault]) -> Response:
    made = StringIO()
    lines = csv.writer(made, delimiter=";")
    lines.writerow(("Rij", "Kolom", "Wat er mis is"))
    for fault in found:
        lines.writerow((fault.row, _harmless(fault.column), _harmless(fault.reason)))
    headers = {"Content-Disposition": 'attachment; filename="fouten.csv"'}
    return Response("\ufeff" + made.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _by_row(claims: list[Claim], faults: list[Fault]) -> list[tuple[int, Any, list[Fault]]]:
    """For each of the first rows its number, the report it would be, and what is wrong with it."""
    reports = {claim.row: claim.report for claim in claims}
    rows = sorted({*reports, *(fault.row for fault in faults)})
    return [(row, reports.get(row), [fault for fault in faults if fault.row == row]) for row in rows]


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins with one of these for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell

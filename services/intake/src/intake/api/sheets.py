"""Intake over HTTP: spreadsheets in, and everything out again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import Field

from chassis.database import Database
from chassis.http import InTransaction
from chassis.principals import Principal, may
from contracts.envelope import Shape
from intake.adapters.sheet_reader import BadSheet
from intake.adapters.sheet_writer import handed_over
from intake.domain.sheets import MappingIncomplete, NoSuchSheet, Sheet, SheetStarted, SheetState
from intake.handlers import export as export_handlers
from intake.handlers import sheets as handlers
from intake.store import sheets as store

REFUSALS = {BadSheet: 400, MappingIncomplete: 400, NoSuchSheet: 404, SheetStarted: 409}
PATH = "/intake/v1/sheets"
MOST_FAULTS = 10_000

MayImport = Annotated[Principal, Depends(may("reports:import"))]
MayExport = Annotated[Principal, Depends(may("reports:export"))]


class SheetOut(Shape):
    """A spreadsheet, and how far its rows came."""

    sheet_id: UUID
    name: str
    state: SheetState
    headers: tuple[str, ...]
    mapping: tuple[str | None, ...]
    dry_run: bool
    rows: int
    done: int
    added: int
    known: int
    faulty: int
    uploaded_at: datetime
    ended_at: datetime | None


class FaultOut(Shape):
    row: int
    column: str
    reason: str


class FaultsOut(Shape):
    faults: tuple[FaultOut, ...]


class Start(Shape):
    """`mapping` has for each column the field that it holds, or none; left out, what was proposed."""

    mapping: tuple[str | None, ...] | None = Field(None, max_length=200)
    dry_run: bool = False


def router(database: Database) -> APIRouter:
    routes = APIRouter(prefix=PATH, tags=["sheets"])

    binary: dict[str, Any] = {
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }

    @routes.post("", status_code=201, openapi_extra=binary)
    async def accept_sheet(
        request: Request, principal: MayImport, name: Annotated[str, Query(max_length=200)] = "werkblad"
    ) -> SheetOut:
        """Keep the rows of a .xlsx or .csv file, and propose what its columns mean. Nothing is a report yet."""
        content = await request.body()
        return _out(await handlers.take_in(content, name, principal.name, database))

    @routes.get("/_export", response_class=FileResponse)
    async def export_reports(principal: MayExport) -> FileResponse:
        """Give every report, as a spreadsheet that can be read in again."""
        return handed_over(await export_handlers.export(principal.name, database))

    @routes.get("/{sheetId}")
    async def get_sheet(
        sheet_id: Annotated[UUID, Path(alias="sheetId")], tx: InTransaction, _principal: MayImport
    ) -> SheetOut:
        """Say how far a spreadsheet came."""
        return _out(await store.get(tx, sheet_id))

    @routes.get("/{sheetId}/faults")
    async def list_faults(
        sheet_id: Annotated[UUID, Path(alias="sheetId")], tx: InTransaction, _principal: MayImport
    ) -> FaultsOut:
        """Say which rows were left out, and why; 10,000 at most."""
        await store.get(tx, sheet_id)
        found = await store.list_faults(tx, sheet_id, MOST_FAULTS)
        return FaultsOut(faults=tuple(FaultOut.model_validate(one, from_attributes=True) for one in found))

    @routes.post("/{sheetId}/_start", status_code=202)
    async def start_sheet(
        sheet_id: Annotated[UUID, Path(alias="sheetId")],
        body: Start,
        tx: InTransaction,
        _principal: MayImport,
    ) -> SheetOut:
        """Have the rows made into reports, or with `dryRun` only looked at."""
        if body.mapping is not None:
            await handlers.choose_columns(sheet_id, body.mapping, tx)
        return _out(await handlers.start(sheet_id, tx, dry_run=body.dry_run))

    return routes


def _out(sheet: Sheet) -> SheetOut:
    return SheetOut.model_validate(sheet, from_attributes=True)

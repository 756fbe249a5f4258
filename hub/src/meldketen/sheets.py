"""`meldketen import` and `meldketen export`: leave a spreadsheet behind, and take everything out again."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from intake.adapters import sheet_columns
from meldketen.remote import Remote, remote

LOOK_EVERY_SECONDS = 1.0
FAULTS_LISTED = 1_000
COLUMNS = {column.header.lower(): column.field for column in sheet_columns.load()}

Url = Annotated[str | None, typer.Option(help="The hub. Unset: what MELDKETEN_URL says.")]


def import_sheet(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .xlsx or .csv file.")],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help='What a column means, as "Kolom=Veld"; an empty field leaves the column out. More than once for more.',
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the bad rows, and make no reports.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether the columns are right.")] = False,
    url: Url = None,
) -> None:
    """Make reports of the rows of a spreadsheet, with their own dates; nobody is asked or written to about them.

    Rows that came before are left out, so it can be done again. Bad rows are listed, and ended with 2.
    """
    sheets = remote("intake", "sheets", url)
    sheet = sheets.send("", file.read_bytes(), name=file.name)
    mapping = _mapped(sheet, column or [])
    _show(sheet["headers"], mapping, sheet["rows"])
    if not (yes or dry_run):
        typer.confirm("Is that right?", abort=True, err=True)
    sheets.post(f"/{sheet['sheetId']}/_start", {"mapping": mapping, "dryRun": dry_run})
    sheet = _watch(sheets, sheet["sheetId"])
    faults = sheets.get(f"/{sheet['sheetId']}/faults")["faults"]
    for fault in faults[:FAULTS_LISTED]:
        typer.echo(f"rij {fault['row']}, {fault['column']}: {fault['reason']}")
    if len(faults) > FAULTS_LISTED:
        typer.echo(f"... and {len(faults) - FAULTS_LISTED} more")
    would = "would be " if dry_run else ""
    typer.echo(
        f"{sheet['added']} reports {would}new, {sheet['known']} were there, {sheet['faulty']} rows {would}left out.",
        err=True,
    )
    if faults:
        raise typer.Exit(2)


def export_sheet(
    file: Annotated[Path, typer.Argument(dir_okay=False, help="The .xlsx file to write.")], url: Url = None
) -> None:
    """Write every report to a spreadsheet, which can be imported again."""
    many = remote("intake", "sheets", url).save("/_export", file)
    typer.echo(f"{file}: {many} bytes.", err=True)


def _mapped(sheet: dict[str, Any], given: list[str]) -> list[str | None]:
    """What was proposed, and over it what was said."""
    said = dict(_one(text, sheet["headers"]) for text in given)
    fields = set(said.values())
    return [
        said.get(header, None if field in fields else field)
        for header, field in zip(sheet["headers"], sheet["mapping"], strict=True)
    ]


def _one(text: str, headers: list[str]) -> tuple[str, str | None]:
    header, is_there, field = (part.strip() for part in text.partition("="))
    if header not in headers or not is_there:
        raise typer.BadParameter(f"{header} is not a column: choose one of {', '.join(headers)}.")
    if field and field.lower() not in COLUMNS:
        raise typer.BadParameter(f"{field} is not a field: choose one of {', '.join(COLUMNS)}.")
    return header, COLUMNS.get(field.lower())


def _show(headers: list[str], mapping: list[str | None], rows: int) -> None:
    typer.echo(f"{rows} rows. The columns:", err=True)
    for header, field in zip(headers, mapping, strict=True):
        typer.echo(f"  {header} = {sheet_columns.header_of(field) if field else '(left out)'}", err=True)


def _watch(sheets: Remote, sheet_id: str) -> dict[str, Any]:
    while True:
        sheet: dict[str, Any] = sheets.get(f"/{sheet_id}")
        typer.echo(f"\r{sheet['done']} of {sheet['rows']} rows ...", err=True, nl=sheet["state"] != "running")
        if sheet["state"] != "running":
            return sheet
        time.sleep(LOOK_EVERY_SECONDS)

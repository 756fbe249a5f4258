"""`meldketen stock`: tells routing which corporation owns which dwelling."""

import sys
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from chassis.database import Database
from routing.adapters import register_file, stock_file
from routing.handlers.stocking import NothingToImport, StockTaken, take_stock
from routing.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Which corporation owns which dwelling.")

LISTED = 1_000


@app.callback()
def stock() -> None:
    """Which corporation owns which dwelling."""


@app.command("import")
def import_stock(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .xlsx or .csv file.")],
    partner: Annotated[str, typer.Option(help="The corporation, by its id in the register.")],
    column: Annotated[
        list[str] | None,
        typer.Option("--map", help=f'A column, as "Kolom=one of {", ".join(stock_file.WORDS)}".'),
    ] = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Forget its dwellings that are not in the file.")
    ] = False,
) -> None:
    """Keep the dwellings of a corporation, so that it is asked about them.

    It runs where routing runs, told by the same environment. It can be done again: what is known stays as it is. Bad
    rows are listed, and ended with 2. Reports that came before are not assessed anew.
    """
    settings = Settings()
    known = register_file.read(settings.register_file)
    if partner not in known or not known[partner].has_stock:
        owners = ", ".join(one.id for one in known.values() if one.has_stock) or "nobody"
        raise typer.BadParameter(f"{partner} has no stock by the register (has_stock): {owners} has.")
    try:
        meaning, rows = stock_file.read(file, dict(map(_named, column or [])))
        for header, what in meaning.items():
            typer.echo(f"  {header} = {what}", err=True)
        taken = uvloop.run(_import(rows, partner, file.name, settings, replace=replace))
    except (stock_file.NotAStock, NothingToImport) as trouble:
        raise typer.BadParameter(str(trouble)) from None
    for fault in taken.faults[:LISTED]:
        typer.echo(f"row {fault.row}: {fault.why}")
    if len(taken.faults) > LISTED:
        typer.echo(f"... and {len(taken.faults) - LISTED} more")
    typer.echo(
        f"{taken.dwellings} dwellings of {partner}: {taken.changed} new or changed, {taken.removed} taken out,"
        f" {len(taken.faults)} rows left out.",
        err=True,
    )
    if taken.faults:
        sys.exit(2)


def _named(text: str) -> tuple[str, str]:
    header, _, what = (part.strip() for part in text.partition("="))
    if what not in stock_file.WORDS:
        raise typer.BadParameter(f"{text}: after the = comes one of {', '.join(stock_file.WORDS)}.")
    return header, what


async def _import(
    rows: stock_file.Rows, partner: str, source: str, settings: Settings, *, replace: bool
) -> StockTaken:
    database = Database(settings, "routing")
    try:
        async with database.transaction() as tx:
            return await take_stock(rows, partner, source, tx, _tell, replace=replace)
    finally:
        await database.close()


def _tell(many: int) -> None:
    typer.echo(f"{many} ...", err=True)

"""`meldketen addresses`: fills intake's own address book with an extract of the BAG."""

from pathlib import Path
from typing import Annotated

import typer
import uvloop

from chassis.clock import wall_clock
from chassis.database import Database
from intake.adapters.bag import MAY_HAVE, MUST_HAVE, NotAnExtract
from intake.handlers.addresses import NothingToImport, Reading, import_addresses
from intake.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The address book that intake keeps itself.")

LISTED = 100


@app.callback()
def addresses() -> None:
    """The address book that intake keeps itself."""


@app.command("import")
def import_extract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A .csv or .csv.gz file.")],
    year: Annotated[
        int | None,
        typer.Option(
            help="The year of the layout of its neighbourhoods. Unset: this year.", min=2000, max=2100
        ),
    ] = None,
) -> None:
    reading = uvloop.run(_import(file, year or wall_clock().year))
    for number, fault in reading.faults[:LISTED]:
        typer.echo(f"line {number}: {fault}", err=True)
    if len(reading.faults) > LISTED:
        typer.echo(f"... and {len(reading.faults) - LISTED} more", err=True)
    typer.echo(f"{reading.addresses} addresses are in the book; {len(reading.faults)} lines were left out.")


import_extract.__doc__ = f"""Put the addresses of an extract in the place of those there are.

    It runs where intake runs, told by the same environment. The first line names the columns:
    {", ".join(MUST_HAVE)}; and where they are known {", ".join(MAY_HAVE)}.
    """


async def _import(file: Path, year: int) -> Reading:
    database = Database(Settings(), "intake")
    try:
        async with database.transaction() as tx:
            return await import_addresses(file, year, tx, lambda many: typer.echo(f"{many} ...", err=True))
    except (NotAnExtract, NothingToImport) as trouble:
        raise typer.BadParameter(str(trouble)) from None
    finally:
        await database.close()

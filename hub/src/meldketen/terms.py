"""`meldketen terms`: check a table of terms, and say what it would mean for the clocks there are."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from meldketen.operator import Operator
from meldketen.remote import remote
from meldketen.terminal import console
from monitoring.adapters import term_file
from monitoring.adapters.term_file import TermsAreWrong
from monitoring.api.forecasts import ForecastOut
from monitoring.domain.terms import TermTable
from routing.adapters import register_file

app = typer.Typer(help="Check and try the table of terms.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A table of terms, in TOML.")]


@app.command()
def check(file: File) -> None:
    """Say what is wrong with a table of terms, each fault with its line; ends with 1 where anything is. Needs no hub."""
    table = _checked(file)
    special = sum(bool(rule.asks) for rule in table.rules)
    typer.echo(
        f"{file} is version {table.version}: {len(table.rules)} rules, of which {special} ask something. "
        "Nothing is wrong with it."
    )


@app.command("what-if")
def what_if(
    file: File,
    days: Annotated[
        int, typer.Option(help="Also clocks that were met in the last so many days.", min=0, max=3650)
    ] = 30,
    url: Annotated[str | None, typer.Option(help="The hub. Unset: what MELDKETEN_URL says.")] = None,
) -> None:
    """Show what a table would mean for open clocks and for those of the last days. It is not proposed; nothing changes."""
    _checked(file)
    asked = {"text": file.read_text("utf-8"), "days": days}
    show(ForecastOut.model_validate(remote("monitoring", "terms", url).post("/_foresee", asked)))


def _checked(file: Path) -> TermTable:
    """For whom the operator's register knows. Ends with 1 and every fault where it is wrong."""
    try:
        return term_file.load(file.read_bytes().decode(), register_file.read(Operator().register_file))
    except (TermsAreWrong, UnicodeDecodeError) as wrong:
        said = str(wrong) if isinstance(wrong, TermsAreWrong) else "Dit is geen tekst in UTF-8."
        typer.echo(said, err=True)
        raise typer.Exit(1) from None


def show(found: ForecastOut) -> None:
    rows = Table("Promise", "Holder", "Clocks", "Later", "Sooner", "Would be late", "Would be in time")
    for one in found.rows:
        counts = (one.clocks, one.later, one.sooner, one.newly_late, one.no_longer_late)
        rows.add_row(one.promise, one.holder_name, *map(str, counts))
    out = console()
    out.print(rows)
    out.print(
        f"Of {found.clocks} clocks {found.later} would end later and {found.sooner} sooner. {found.newly_late} "
        f"would be late that are not, {found.no_longer_late} would not be late that are. Nothing was changed."
    )

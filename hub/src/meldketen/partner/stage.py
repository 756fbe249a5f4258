"""The commands by which a partner's system is made and tried: its kit, rehearsals, and the conformance check."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from meldketen.operator import Operator
from meldketen.partner import kit, rehearsing
from meldketen.partner.conformance import Verdict, conform
from meldketen.partner.naming import Id, find
from meldketen.partner.questions import NothingToBuild
from meldketen.terminal import cells, console, run, say

Local = Annotated[
    Path | None,
    typer.Option("--local", help="A folder: rehearse on a broker of this machine, with its data there."),
]


def write_kit(id_: Id, to: Annotated[Path, typer.Option(help="The folder to write.")]) -> None:
    """Write what a partner's developer needs: documents, examples and clients, for this partner alone."""
    try:
        written = kit.write(find(id_, Operator()), to)
    except NothingToBuild as why:
        say(str(why))
        return
    say(f"{len(written)} files are in {to}. Begin with {to / 'README.md'}.")


def rehearse(
    id_: Id,
    local: Local = None,
    every: Annotated[float, typer.Option(help="Seconds between questions.", min=0.1)] = 5,
    questions: Annotated[int | None, typer.Option(help="How many. Unset: until Ctrl-C.", min=1)] = None,
) -> None:
    """Play the hub for one partner, on a virtual host with nothing real: ask, and judge what it answers."""
    told = Operator()
    one = find(id_, told)

    async def work() -> None:
        async with rehearsing.on_stage(one, told, local, say) as stage:
            await rehearsing.rehearse(one, stage, timedelta(seconds=every), questions, say)

    run(work())


def check_conformance(
    id_: Id,
    local: Local = None,
    within: Annotated[float, typer.Option(help="Seconds the partner has for each answer.", min=0.1)] = 60,
    quiet: Annotated[float, typer.Option(help="Seconds to listen on afterwards.", min=0.1)] = 3,
) -> None:
    """Put a partner's system through all answers, in a rehearsal; ends with 1 and what it got wrong."""
    told = Operator()
    one = find(id_, told)
    table = Table("Case", "Came", "Wrong", "What", "Hint")

    def tell(verdict: Verdict) -> None:
        came = ", ".join(verdict.states)
        for finding in verdict.findings:
            table.add_row(*cells(verdict.case, came, finding.about, finding.what, finding.hint))
        if not verdict.findings:
            table.add_row(*cells(verdict.case, came, "", "All is well.", ""))

    async def work() -> None:
        async with rehearsing.on_stage(one, told, local, say) as stage:
            well = await conform(one, stage, timedelta(seconds=within), timedelta(seconds=quiet), tell)
        console().print(table)
        if not well:
            raise typer.Exit(1)

    run(work())

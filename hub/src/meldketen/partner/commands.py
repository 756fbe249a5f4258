"""`meldketen partner`: partners come and go, change their password, are looked after, and rehearse."""

import typer
from rich.table import Table

from chassis.calendar import HERE
from chassis.clock import wall_clock
from meldketen.operator import Operator
from meldketen.partner import place, stage
from meldketen.terminal import cells, console
from routing.adapters import register_file

app = typer.Typer(no_args_is_help=True, help="The partners of the register.")


@app.command("list")
def list_partners() -> None:
    """List the partners: what they play, how they are reached, and until when."""
    table = Table("Id", "Name", "Part", "Adapter", "Covenants", "Until")
    today = wall_clock().astimezone(HERE).date()
    for one in register_file.read(Operator().register_file).values():
        tracks = sorted({covenant.track for covenant in one.covenants})
        ends = {track: one.ends_on(track, today) for track in tracks}
        until = ", ".join(f"{track} {day}" for track, day in ends.items() if day)
        table.add_row(*cells(one.id, one.name, one.part, one.adapter or "-", ", ".join(tracks), until))
    console().print(table)


app.command()(place.add)
app.command()(place.rotate)
app.command()(place.check)
app.command()(place.remove)
app.command("kit")(stage.write_kit)
app.command()(stage.rehearse)
app.command("conform")(stage.check_conformance)

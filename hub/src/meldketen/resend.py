"""`meldketen resend`: what a reader was told is sent again, after its queue was lost."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from chassis.calendar import HERE
from chassis.clock import wall_clock
from contracts.catalogue import CATALOGUE, SERVICES
from meldketen.remote import remote

MOMENT = "%Y-%m-%dT%H:%M"
CLOCKS = "clocks"
READERS = sorted({reader for entry in CATALOGUE for reader in entry.readers} - {CLOCKS})


def _known(reader: str) -> str:
    if reader not in READERS:
        raise typer.BadParameter(f"{reader} reads nothing: choose one of {', '.join(READERS)}.")
    return reader


def resend(
    reader: Annotated[
        str, typer.Argument(help=f"Whose queue was lost: one of {', '.join(READERS)}.", callback=_known)
    ],
    why: Annotated[str, typer.Option(help="Why you do this, for the record.")],
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=[MOMENT],
            help="From this moment on, in the city's time, as 2026-11-23T09:30: well before the trouble."
            " Unset: since yesterday at this time.",
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many that would be, and change nothing.")
    ] = False,
    url: Annotated[str | None, typer.Option(help="The hub. Unset: what MELDKETEN_URL says.")] = None,
) -> None:
    """Send again what a service or partner was told; who had a message leaves it out."""
    begin = since.replace(tzinfo=HERE) if since else wall_clock() - timedelta(days=1)
    asked: dict[str, Any] = {
        "reader": reader,
        "since": begin.isoformat(),
        "why": why,
        "dryRun": dry_run,
    }
    its = {reader} if reader in SERVICES else {reader, CLOCKS}
    publishers = {entry.publisher for entry in CATALOGUE if its & set(entry.readers)}
    for service in (service for service in SERVICES if service in publishers):
        many = remote(service, "sent-messages", url).post("/_resend", asked)["count"]
        typer.echo(f"{service}: {many} {'would be sent' if dry_run else 'on their way'} to {reader}.")

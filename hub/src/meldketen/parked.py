"""`meldketen parked`: what a service could not handle, seen and dealt with over its HTTP API."""

import base64
import json
import sys
import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from contracts.catalogue import SERVICES
from meldketen.remote import Remote, remote
from meldketen.terminal import cells, console, say

app = typer.Typer(help="See what a service parked; replay it, mend it or let it go.", no_args_is_help=True)

PATH = "parked-messages"
MOST_AT_ONCE = 10_000
BATCH = 100
BATCH_SECONDS = 5
FILTERS = ("fingerprint", "subject", "sender", "receiver")


def _known(service: str) -> str:
    if service not in SERVICES:
        raise typer.BadParameter(f"{service} is not a service: choose one of {', '.join(SERVICES)}.")
    return service


Service = Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.", callback=_known)]
Url = Annotated[str | None, typer.Option(help="The hub. Unset: what MELDKETEN_URL says.")]
Numbers = Annotated[list[int] | None, typer.Argument(help="The numbers of the messages.")]
Number = Annotated[int, typer.Argument(help="The number of the message.")]
Fingerprint = Annotated[str | None, typer.Option(help="Those that failed in this way.")]
Subject = Annotated[str | None, typer.Option(help="Those about this subject.")]
Sender = Annotated[str | None, typer.Option(help="Those that came from this partner.")]
Receiver = Annotated[str | None, typer.Option(help="Those that came back from this partner's queue.")]
Why = Annotated[str, typer.Option(help="Why you do this, for the record.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say which would be meant, and change nothing.")]
Limit = Annotated[int, typer.Option(help="How many at most.", min=1, max=MOST_AT_ONCE)]


@app.command("list")
def list_messages(  # noqa: PLR0913  each is an option
    service: Service,
    *,
    state: Annotated[str, typer.Option(help="parked, waiting or retrying.")] = "parked",
    fingerprint: Fingerprint = None,
    subject: Subject = None,
    sender: Sender = None,
    receiver: Receiver = None,
    after: Annotated[int, typer.Option(help="Those with a higher number than this.")] = 0,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=500)] = 100,
    url: Url = None,
) -> None:
    """List what is parked, oldest first."""
    chosen = dict(zip(FILTERS, (fingerprint, subject, sender, receiver), strict=True))
    page = remote(service, PATH, url).get("", **chosen, state=state, after=after, limit=limit)
    table = Table("Number", "Since", "Message", "Subject", "Partner", "Fingerprint", "What is wrong")
    for one in page["items"]:
        partner = one["sender"] or one["receiver"]
        table.add_row(
            *cells(one["id"], _when(one["firstFailedAt"]), one["name"], one["subject"], partner),
            *cells(one["fingerprint"], one["detail"] or one["reason"]),
        )
    _show(table, f"Nothing is {state}.")
    if page["next"]:
        say(f"There are more: --after {page['next']}")


@app.command("groups")
def list_groups(service: Service, url: Url = None) -> None:
    """List the ways in which messages failed, the most frequent first."""
    table = Table("Fingerprint", "Messages", "Since", "Message", "What is wrong")
    for one in remote(service, PATH, url).get("/groups")["items"]:
        wrong = one["detail"] or one["reason"]
        table.add_row(*cells(one["fingerprint"], one["count"], _when(one["oldest"]), one["name"], wrong))
    _show(table, "Nothing is parked.")


@app.command()
def show(
    service: Service,
    number: Number,
    why: Why,
    *,
    body: Annotated[bool, typer.Option("--body", help="Only the body, as it came.")] = False,
    url: Url = None,
) -> None:
    """Show a message with its body, which may be about people: that you read it is written down."""
    message = remote(service, PATH, url).get(f"/{number}", why=why)
    text, encoding = message.pop("body"), message.pop("bodyEncoding")
    if body:
        sys.stdout.buffer.write(base64.b64decode(text) if encoding == "base64" else text.encode())
        return
    table = Table(show_header=False)
    for name, told in message.items():
        table.add_row(*cells(name, told))
    _show(table)
    say(text)


@app.command()
def replay(  # noqa: PLR0913  each is an option
    service: Service,
    why: Why,
    numbers: Numbers = None,
    *,
    fingerprint: Fingerprint = None,
    subject: Subject = None,
    sender: Sender = None,
    receiver: Receiver = None,
    limit: Limit = MOST_AT_ONCE,
    per_second: Annotated[float, typer.Option(help="How fast.", min=0.01, max=1000)] = 20,
    dry_run: DryRun = False,
    url: Url = None,
) -> None:
    """Let parked messages be tried again, each in its own line."""
    parked = remote(service, PATH, url)
    chosen = _chosen(numbers, (fingerprint, subject, sender, receiver))
    meant = _meant(parked, "replay", chosen | {"why": why, "limit": limit}, dry_run=dry_run)
    asked = {"why": why, "perSecond": per_second}
    size = max(1, min(BATCH, round(per_second * BATCH_SECONDS)))
    done = _in_batches(parked, "replay", meant, asked, size, size / per_second)
    _report(f"{done} of {len(meant)} to be tried again.", done == len(meant))


@app.command()
def discard(  # noqa: PLR0913  each is an option
    service: Service,
    why: Why,
    numbers: Numbers = None,
    *,
    fingerprint: Fingerprint = None,
    subject: Subject = None,
    sender: Sender = None,
    receiver: Receiver = None,
    limit: Limit = MOST_AT_ONCE,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: DryRun = False,
    url: Url = None,
) -> None:
    """Let go of parked messages for good, but of none whose turn has still to come."""
    parked = remote(service, PATH, url)
    chosen = _chosen(numbers, (fingerprint, subject, sender, receiver))
    meant = _meant(parked, "discard", chosen | {"why": why, "limit": limit}, dry_run=dry_run)
    if not yes:
        typer.confirm(f"Let go of {_how_many(meant)} for good?", abort=True)
    done = _in_batches(parked, "discard", meant, {"why": why}, BATCH, 0)
    _report(f"{done} of {len(meant)} let go.", done == len(meant))


@app.command()
def edit(
    service: Service,
    number: Number,
    file: Annotated[typer.FileText, typer.Argument(help="The event as it must be, in JSON; - to type it.")],
    why: Why,
    url: Url = None,
) -> None:
    """Put other words in a parked message and try it again; the original is kept."""
    try:
        event = json.load(file)
    except ValueError as fault:
        raise typer.BadParameter(f"{file.name} is not JSON: {fault}") from None
    remote(service, PATH, url).post(f"/{number}/_edit", {"event": event, "why": why})
    say(f"Message {number} is to be tried again, in other words.")


def _chosen(numbers: list[int] | None, filters: tuple[str | None, ...]) -> dict[str, Any]:
    given = {"ids": numbers} | dict(zip(FILTERS, filters, strict=True))
    chosen = {name: value for name, value in given.items() if value}
    if not chosen:
        raise typer.BadParameter("Say which: numbers, --fingerprint, --subject, --sender or --receiver.")
    return chosen


def _meant(parked: Remote, action: str, asked: dict[str, Any], *, dry_run: bool) -> list[int]:
    """The messages that are meant now: what is parked anew while we are at it is not done again."""
    ids: list[int] = parked.post(f"/_{action}", asked | {"dryRun": True})["ids"]
    if not ids:
        _report("Nothing that is parked matches.", done=False)
    if dry_run:
        say(f"Would {action} {_how_many(ids)}: {', '.join(map(str, ids))}")
        raise typer.Exit(0)
    return ids


def _in_batches(
    parked: Remote, action: str, ids: list[int], asked: dict[str, Any], size: int, pause_seconds: float
) -> int:
    """How many were done. Between batches it waits as long as the last one takes."""
    batches = [ids[start : start + size] for start in range(0, len(ids), size)]
    done = 0
    shown = track(batches, action, console=Console(stderr=True), disable=len(batches) == 1)
    for number, batch in enumerate(shown):
        if number:
            time.sleep(pause_seconds)
        done += parked.post(f"/_{action}", asked | {"ids": batch, "limit": size})["count"]
    return done


def _report(sentence: str, done: bool) -> None:  # noqa: FBT001  the whole of what there is to report
    say(sentence)
    if not done:
        raise typer.Exit(1)


def _how_many(ids: list[int]) -> str:
    return "1 message" if len(ids) == 1 else f"{len(ids)} messages"


def _when(moment: str) -> str:
    return moment[:16].replace("T", " ")


def _show(table: Table, when_empty: str = "") -> None:
    if table.row_count:
        console().print(table)
    else:
        say(when_empty)

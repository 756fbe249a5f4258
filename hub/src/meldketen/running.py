"""The commands that run something until somebody ends it."""

import asyncio
import random
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from chassis import logs
from chassis.settings import EdgeSettings
from meldketen import city, secrets
from meldketen.front import create_front, operations
from meldketen.mailbox import Mailbox
from meldketen.mailbox import router as mailbox_router
from meldketen.operator import Operator
from meldketen.services import PARTS
from meldketen.serving import check_port, serve
from meldketen.simulation import partners, reports
from meldketen.terminal import run, say
from routing.adapters import register_file

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


def up(
    folder: Annotated[Path, typer.Option(help="Where the data lies.")] = Path(".local/city"),
    port: Port = 8000,
    smtp_port: Annotated[int, typer.Option(help="The mail catcher's port.")] = 2525,
    day_seconds: Annotated[float, typer.Option(help="How long a day of a term lasts.", min=0.1)] = 6,
    reports_per_minute: Annotated[float, typer.Option(help="How many reports are invented.", min=0)] = 6,
) -> None:
    """Run the whole hub on this machine, with an invented city and partners that answer."""
    logs.configure("auto", "WARNING")
    for wanted in (port, smtp_port):
        check_port(city.LOOPBACK, wanted)
    plan = city.Plan(folder.resolve(), port, smtp_port, timedelta(seconds=day_seconds), reports_per_minute)
    run(city.up(plan, say))


def serve_one(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join([*PARTS, 'front'])}.")],
    host: Host = "127.0.0.1",
    port: Port = 8000,
    *,
    demo: Annotated[bool, typer.Option(help="The front lets people choose who they are.")] = False,
) -> None:
    """Run one service, told by the environment."""
    if service == "front":
        settings = EdgeSettings()
        logs.configure(settings.log_format, settings.log_level)
        front = create_front(settings, demo=demo, routers=[operations([])])
        run(serve(front, host, port, []))
        return
    if service not in PARTS:
        raise typer.BadParameter(f"{service} is not a service: choose one of {', '.join([*PARTS, 'front'])}.")
    part = PARTS[service]
    settings = part.settings()
    logs.configure(settings.log_format, settings.log_level)
    made = part.create(settings)
    run(serve(made.app, host, port, [made]))


def simulate(
    url: Annotated[str, typer.Option(help="The hub to report to.")] = "http://127.0.0.1:8000",
    day_seconds: Annotated[float, typer.Option(help="How long a day of a term lasts.", min=0.1)] = 6,
    reports_per_minute: Annotated[float, typer.Option(help="How many reports are invented.", min=0)] = 6,
) -> None:
    """Play the partners, each with its own credentials, and people who report."""
    told = Operator()
    logs.configure("auto", "WARNING")
    kept = secrets.read(told.secrets)
    register = register_file.read(told.register_file)
    for sentence in partners.not_played(register):
        say(sentence)

    def broker_url(user: str) -> str:
        return secrets.broker_url(kept, user, f"{told.rabbitmq}/{told.vhost}")

    async def work() -> None:
        pace = timedelta(seconds=day_seconds / 3)
        async with asyncio.TaskGroup() as group:
            group.create_task(partners.run(partners.spoken(register), broker_url, pace))
            if reports_per_minute:
                group.create_task(reports.run(url, reports_per_minute, random.Random()))  # noqa: S311  invention

    run(work())


def mailbox(host: Host = "127.0.0.1", port: Port = 8000, smtp_port: int = 2525) -> None:
    """Catch mail instead of sending it, and show it on a page."""
    settings = EdgeSettings()
    logs.configure(settings.log_format, settings.log_level)

    async def work() -> None:
        caught = Mailbox()
        await caught.start(host, smtp_port)
        front = create_front(settings, demo=True, routers=[mailbox_router(caught), operations([])])
        await serve(front, host, port, [])

    run(work())

"""The command line: everything an operator does with the hub."""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from chassis import logs, roles
from chassis.clock import wall_clock
from chassis.management import BrokerSaysNo
from chassis.principals import Signer
from chassis.settings import EdgeSettings
from meldketen import addresses, city, parked, policy, provisioning, secrets, sheets, stock, terms
from meldketen.front import create_front, operations
from meldketen.local.errors import CannotStart
from meldketen.mailbox import Mailbox
from meldketen.mailbox import router as mailbox_router
from meldketen.operator import Operator
from meldketen.partner import commands as partner_commands
from meldketen.remote import HubSaysNo
from meldketen.resend import resend
from meldketen.services import PARTS, connected_partners, partners_hearing_clocks
from meldketen.serving import PortTaken, check_port, serve
from meldketen.simulation import partners, reports
from meldketen.terminal import run, say
from routing.adapters import register_file
from routing.adapters.partner_secrets import SecretsMissing
from routing.adapters.policy_file import PolicyIsWrong
from routing.adapters.register_file import RegisterIsWrong

app = typer.Typer(
    help="Meldketen, the hub of a city's housing-nuisance desk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(parked.app, name="parked")
app.add_typer(addresses.app, name="addresses")
app.add_typer(stock.app, name="stock")
app.add_typer(policy.app, name="policy")
app.add_typer(terms.app, name="terms")
app.add_typer(partner_commands.app, name="partner")
app.command()(resend)
app.command("import")(sheets.import_sheet)
app.command("export")(sheets.export_sheet)
TROUBLE = (
    CannotStart,
    PortTaken,
    BrokerSaysNo,
    HubSaysNo,
    RegisterIsWrong,
    PolicyIsWrong,
    secrets.NoSecrets,
    SecretsMissing,
    *partner_commands.TROUBLE,
)

Host = Annotated[str, typer.Option(help="The address to listen on.")]
Port = Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)]


def main() -> None:
    """Run a command; trouble that a person can mend ends in a sentence, not in a traceback."""
    try:
        app()
    except ValidationError as faults:
        typer.echo(_what_lacks(faults), err=True)
        sys.exit(1)
    except TROUBLE as trouble:
        typer.echo(str(trouble), err=True)
        sys.exit(1)


def _what_lacks(faults: ValidationError) -> str:
    lines = [
        f"  MELDKETEN_{str(fault['loc'][-1]).upper()}: {fault['msg']}"
        for fault in faults.errors(include_input=False)
    ]
    return "\n".join(
        ["These settings are missing or wrong (environment, or files in MELDKETEN_SECRETS_DIR):", *lines]
    )


@app.command()
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


@app.command("serve")
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


@app.command("secrets")
def make_secrets() -> None:
    """Make the passwords that are missing, and a folder of secret files for each service."""
    told = Operator()
    kept = secrets.keep(told.secrets, connected_partners(told.register_file))
    database, broker = f"{told.postgres}/{told.database}", f"{told.rabbitmq}/{told.vhost}"
    management = f"{told.rabbitmq_management}/{told.vhost}"
    secrets.write_for_services(told.secrets, kept, database=database, broker=broker, management=management)
    say(f"Passwords are in {told.secrets}.")


@app.command()
def migrate() -> None:
    """Make roles, schemas and tables, or bring them to their newest shape."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        await _patiently(told.patience_seconds, lambda: roles.reach(told.admin_url()))
        done = await provisioning.migrate(told.admin_url(), told.database, told.postgres, kept)
        say("\n".join([*done, "The database is ready."]))

    run(work())


@app.command()
def provision() -> None:
    """Give RabbitMQ its exchanges, queues, users and rights; says what it changed."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        management = told.management()
        await _patiently(told.patience_seconds, lambda: management.get("overview"))
        names = connected_partners(told.register_file)
        clocks = partners_hearing_clocks(told.register_file)
        done = await provisioning.provision(management, told.vhost, names, kept, clocks)
        say("\n".join([*done, "The broker is ready."]))

    run(work())


@app.command()
def audit() -> None:
    """Compare RabbitMQ with catalogue and register; ends with 1 and what differs where it does."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        names = connected_partners(told.register_file)
        clocks = partners_hearing_clocks(told.register_file)
        differences = await provisioning.audit(told.management(), told.vhost, names, kept, clocks)
        say("\n".join(differences) or "The broker is as it must be.")
        if differences:
            raise typer.Exit(1)

    run(work())


@app.command()
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


@app.command()
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


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="Who it is for.")],
    scope: Annotated[list[str], typer.Option(help="What they may do; more than once for more.")],
    hours: Annotated[float, typer.Option(help="How long it is valid.")] = 1,
) -> None:
    """Issue a token for a machine that talks to the API."""
    signer = Signer(EdgeSettings().signing_key.get_secret_value())
    typer.echo(signer.issue(name, scope, wall_clock(), timedelta(hours=hours)))


@app.command("contracts")
def write_contracts(
    *,
    check: Annotated[
        bool, typer.Option(help="Write nothing; end with 1 where files are out of date.")
    ] = False,
) -> None:
    """Write the JSON Schemas and the AsyncAPI description of every message."""
    from contracts import documents  # noqa: PLC0415  needs what only the workshop has

    documents.main(["--check"] if check else [])


async def _patiently(seconds: int, ask: Callable[[], Awaitable[Any]]) -> None:
    """Ask until there is an answer, or the last trouble when the patience is over."""
    for left in range(seconds, -1, -1):
        try:
            await ask()
        except Exception:
            if not left:
                raise
            await asyncio.sleep(1)
        else:
            return

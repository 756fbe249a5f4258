"""`meldketen partner`: partners come, change their password, are looked after, and rehearse."""

import sys
from collections.abc import Coroutine
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chassis import rehearsal
from chassis.calendar import HERE
from chassis.clock import wall_clock
from chassis.database import Database
from chassis.management import Management
from chassis.topology import partner_queue, partner_user
from meldketen import provisioning, secrets
from meldketen.operator import Operator
from meldketen.partner import checking, kit, registering, rehearsing
from meldketen.partner.conformance import Verdict, conform
from meldketen.partner.questions import CannotRehearse
from routing.adapters import register_file
from routing.domain.partners import Partner
from routing.settings import Settings
from routing.store import assignments

app = typer.Typer(no_args_is_help=True, help="The partners of the register.")

Id = Annotated[str, typer.Argument(metavar="ID", help="The partner, by its id in the register.")]
Local = Annotated[
    Path | None,
    typer.Option("--local", help="A folder: rehearse on a broker of this machine, with its data there."),
]
TROUBLE = (registering.NoRegister, registering.PartnerIsThere, CannotRehearse)


@app.callback()
def partner() -> None:
    """The partners of the register."""


@app.command("list")
def list_partners() -> None:
    """List the partners: what they play, how they are reached, and until when."""
    table = Table("Id", "Name", "Part", "Adapter", "Covenants", "Until")
    today = wall_clock().astimezone(HERE).date()
    for one in register_file.read(Operator().register_file).values():
        tracks = sorted({covenant.track for covenant in one.covenants})
        ends = {track: one.ends_on(track, today) for track in tracks}
        until = ", ".join(f"{track} {day}" for track, day in ends.items() if day)
        _row(table, one.id, one.name, one.part, one.adapter or "-", ", ".join(tracks), until)
    _console().print(table)


@app.command()
def add(  # noqa: PLR0913  each is an option
    id_: Id,
    *,
    name: Annotated[str, typer.Option(help="The organisation.")],
    adapter: Annotated[str, typer.Option(help="The language it speaks.")],
    track: Annotated[list[str], typer.Option(help="care or enforcement; twice for both.")],
    field: Annotated[list[str], typer.Option(help="A field of its covenant; more than once for more.")],
    purpose: Annotated[str, typer.Option(help="What for.")],
    ground: Annotated[str, typer.Option(help="On which ground in law or agreement.")],
    part: Annotated[
        str | None, typer.Option(help="The part of the policy that it plays. Unset: its id.")
    ] = None,
    oin: Annotated[str | None, typer.Option(help="The organisation's number.")] = None,
    told_as: Annotated[str | None, typer.Option(help="What a reporter may hear of it.")] = None,
    area: Annotated[list[str] | None, typer.Option(help="Where it works; more than once for more.")] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the covenant.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the covenant.")
    ] = None,
    has_stock: Annotated[
        bool, typer.Option("--has-stock", help="It is asked about its own dwellings.")
    ] = False,
) -> None:
    """Put a partner in the register, and give it a queue, a user and rights. Can be done again."""
    told = Operator()
    covenant = _given(
        fields=field,
        purpose=purpose,
        ground=ground,
        since=since and since.date(),
        until=until and until.date(),
    )
    block = _given(
        name=name,
        oin=oin,
        part=part,
        adapter=adapter,
        told_as=told_as,
        areas=area,
        has_stock=has_stock,
        covenants=[{"track": one} | covenant for one in track],
    )
    new = _try(lambda: registering.add(told.register_file, id_, block))
    names = register_file.connected(register_file.read(told.register_file))
    kept = secrets.keep(told.secrets, names)

    async def work() -> None:
        management = _management(told)
        done = await provisioning.provision(management, told.vhost, names, kept)
        await management.close()
        _say(*done, f"{id_} is {'now' if new else 'already'} in {told.register_file}.")
        _say("Restart routing: it reads the register when it starts.", *_to_send(told, kept, id_))

    _run(work())


def _to_send(told: Operator, kept: secrets.Secrets, id_: str) -> list[str]:
    file = secrets.write_for_partner(told.secrets, kept, id_)
    return [
        "",
        "Send to the partner:",
        f"  the kit: meldketen partner kit {id_} --to kit-{id_}",
        f"  user {partner_user(id_)}, queue {partner_queue(id_)}, virtual hosts {told.vhost} and {rehearsal.VHOST}",
        f"  the password, by another way than mail: it is in {file}; delete that file then",
    ]


@app.command()
def rotate(id_: Id) -> None:
    """Give a partner a new password. The old one ends at once; connections that stand stay until they are closed."""
    told = Operator()
    _find(id_, told)
    kept = secrets.renew(told.secrets, id_)

    async def work() -> None:
        management = _management(told)
        user = partner_user(id_)
        await management.put("users", user, body={"password": kept.broker[user], "tags": ""})
        await management.close()

    _run(work())
    file = secrets.write_for_partner(told.secrets, kept, id_)
    _say(
        f"{id_} has a new password, in {file}. Hand it over by another way than mail, and delete that file.",
        "The old one ends now: who connects anew needs the new one. A connection that stands goes on until it closes.",
        f"Nothing is lost meanwhile: questions wait on {partner_queue(id_)}. The partner sets the new password, starts",
        "its client again, and sends what was not confirmed once more with the same ids.",
    )


@app.command()
def check(id_: Id) -> None:
    """See whether a partner's place is in order; ends with 1 and what is wrong where it is not."""
    told = Operator()
    one, kept = _find(id_, told), secrets.read(told.secrets)

    async def work() -> None:
        management = _management(told)
        today = wall_clock().astimezone(HERE).date()
        found = [what async for what in checking.faults(management, told.vhost, one, kept.broker, today)]
        many = await checking.waiting(management, told.vhost, id_)
        await management.close()
        last = await _last_answer(told, kept, id_)
        _say(f"{many} messages wait on its queue. Last answer: {last or 'never'}.")
        _say(*found or ["All is well."])
        if found:
            raise typer.Exit(1)

    _run(work())


async def _last_answer(told: Operator, kept: secrets.Secrets, id_: str) -> str | None:
    url = secrets.database_url(kept, "routing", f"{told.postgres}/{told.database}")
    settings = Settings.model_validate(
        {"database_url": url, "amqp_url": "amqp://unused", "signing_key": kept.signing_key}
    )
    database = Database(settings, "routing")
    try:
        async with database.transaction() as tx:
            last = await assignments.find_last_answer(tx, id_)
    finally:
        await database.close()
    return f"{last.astimezone(HERE):%Y-%m-%d %H:%M}" if last else None


@app.command("kit")
def write_kit(id_: Id, to: Annotated[Path, typer.Option(help="The folder to write.")]) -> None:
    """Write what a partner's developer needs: documents, examples and clients, for this partner alone."""
    one = _find(id_, Operator())
    written = _try(lambda: kit.write(one, to))
    _say(f"{len(written)} files are in {to}. Begin with {to / 'README.md'}.")


@app.command()
def rehearse(
    id_: Id,
    local: Local = None,
    every: Annotated[float, typer.Option(help="Seconds between questions.", min=0.1)] = 5,
    questions: Annotated[int | None, typer.Option(help="How many. Unset: until Ctrl-C.", min=1)] = None,
) -> None:
    """Play the hub for one partner, on a virtual host with nothing real: ask, and judge what it answers."""
    told = Operator()
    one = _find(id_, told)

    async def work() -> None:
        async with rehearsing.on_stage(one, told, local, _say) as stage:
            await rehearsing.rehearse(one, stage, timedelta(seconds=every), questions, _say)

    _run(work())


@app.command("conform")
def check_conformance(
    id_: Id,
    local: Local = None,
    within: Annotated[float, typer.Option(help="Seconds the partner has for each answer.", min=0.1)] = 60,
    quiet: Annotated[float, typer.Option(help="Seconds to listen on afterwards.", min=0.1)] = 3,
) -> None:
    """Put a partner's system through all answers, in a rehearsal; ends with 1 and what it got wrong."""
    told = Operator()
    one = _find(id_, told)
    table = Table("Case", "Came", "Wrong", "What", "Hint")

    def tell(verdict: Verdict) -> None:
        came = ", ".join(verdict.states)
        for finding in verdict.findings:
            _row(table, verdict.case, came, finding.about, finding.what, finding.hint)
        if not verdict.findings:
            _row(table, verdict.case, came, "", "All is well.", "")

    async def work() -> None:
        async with rehearsing.on_stage(one, told, local, _say) as stage:
            well = await conform(one, stage, timedelta(seconds=within), timedelta(seconds=quiet), tell)
        _console().print(table)
        if not well:
            raise typer.Exit(1)

    _run(work())


def _find(id_: str, told: Operator) -> Partner:
    register = register_file.read(told.register_file)
    if id_ not in register:
        raise typer.BadParameter(f"{id_} is not in the register: choose one of {', '.join(register)}.")
    return register[id_]


def _given(**named: Any) -> dict[str, Any]:
    return {name: value for name, value in named.items() if value}


def _try(work: Any) -> Any:
    try:
        return work()
    except TROUBLE as trouble:
        raise typer.BadParameter(str(trouble)) from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        uvloop.run(work)
    except CannotRehearse as trouble:
        raise typer.BadParameter(str(trouble)) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _management(told: Operator) -> Management:
    password = told.rabbitmq_admin_password.get_secret_value()
    return Management(told.rabbitmq_management, told.rabbitmq_admin, password)


def _row(table: Table, *cells: str) -> None:
    """What a partner sent must not move the cursor of who reads it."""
    table.add_row(*(Text("".join(filter(str.isprintable, cell)), overflow="fold") for cell in cells))


def _say(*sentences: str) -> None:
    for sentence in sentences:
        _console().print(sentence, markup=False)


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False, soft_wrap=True)

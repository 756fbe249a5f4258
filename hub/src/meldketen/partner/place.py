"""The commands about a partner's place: it comes, changes its password, is looked after, and goes."""

from datetime import datetime
from typing import Annotated, Any

import typer

from chassis import rehearsal
from chassis.calendar import HERE
from chassis.clock import wall_clock
from chassis.topology import partner_queue, partner_user
from meldketen import provisioning, secrets
from meldketen.operator import Operator
from meldketen.partner import checking, records, registering, removing
from meldketen.partner.naming import Id, find
from meldketen.terminal import run, say
from routing.adapters import register_file
from routing.domain.partners import Channel


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
    clocks: Annotated[
        bool, typer.Option("--clocks", help="It hears of the clocks of its own questions, on another queue.")
    ] = False,
    rsin: Annotated[
        str | None, typer.Option(help="Of a zaak, for the adapter enforcement: the number of the city.")
    ] = None,
    zaaktype: Annotated[str | None, typer.Option(help="Of a zaak: the URL of its zaaktype.")] = None,
    communicatiekanaal: Annotated[
        str | None, typer.Option(help="Of a zaak: the URL of its communicatiekanaal.")
    ] = None,
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
        clocks=clocks,
        zgw=_given(rsin=rsin, zaaktype=zaaktype, communicatiekanaal=communicatiekanaal),
        covenants=[{"track": one} | covenant for one in track],
    )
    new = registering.add(told.register_file, id_, block)
    register = register_file.read(told.register_file)
    names, hearing = register_file.connected(register), register_file.hearing_clocks(register)
    kept = secrets.keep(told.secrets, names)

    async def work() -> None:
        management = told.management()
        done = await provisioning.provision(management, told.vhost, names, kept, hearing)
        await management.close()
        say(*done, f"{id_} is {'now' if new else 'already'} in {told.register_file}.")
        say("Restart routing: it reads the register when it starts.", *_to_send(told, kept, id_))

    run(work())


def _to_send(told: Operator, kept: secrets.Secrets, id_: str) -> list[str]:
    file = secrets.write_for_partner(told.secrets, kept, id_)
    return [
        "",
        "Send to the partner:",
        f"  the kit: meldketen partner kit {id_} --to kit-{id_}",
        f"  user {partner_user(id_)}, queue {partner_queue(id_)}, virtual hosts {told.vhost} and {rehearsal.VHOST}",
        f"  the password, by another way than mail: it is in {file}; delete that file then",
    ]


def rotate(id_: Id) -> None:
    """Give a partner a new password. The old one ends at once; connections that stand stay until they are closed."""
    told = Operator()
    if find(id_, told).channel is not Channel.QUEUE:
        raise registering.NoQueue(
            f"{id_} has no user at the broker: put other secrets in MELDKETEN_PARTNER_SECRETS_DIR, and restart routing."
        )
    kept = secrets.renew(told.secrets, id_)

    async def work() -> None:
        management = told.management()
        user = partner_user(id_)
        await management.put("users", user, body={"password": kept.broker[user], "tags": ""})
        await management.close()

    run(work())
    file = secrets.write_for_partner(told.secrets, kept, id_)
    say(
        f"{id_} has a new password, in {file}. Hand it over by another way than mail, and delete that file.",
        "The old one ends now: who connects anew needs the new one. A connection that stands goes on until it closes.",
        f"Nothing is lost meanwhile: questions wait on {partner_queue(id_)}. The partner sets the new password, starts",
        "its client again, and sends what was not confirmed once more with the same ids.",
    )


def check(id_: Id) -> None:
    """See whether a partner's place is in order; ends with 1 and what is wrong where it is not."""
    told = Operator()
    one, kept = find(id_, told), secrets.read(told.secrets)

    async def work() -> None:
        today = wall_clock().astimezone(HERE).date()
        found = [*checking.agreed(one, today), *checking.secret(one, told.partner_secrets_dir)]
        say(checking.way(one))
        if one.channel is Channel.QUEUE and one.is_connected:
            found += [what async for what in checking.at_broker(one, told, kept.broker)]
            say(f"{await checking.waiting(one, told)} messages wait on its queue.")
        try:
            record = await records.read(told, kept, id_)
        except records.NoDatabase as trouble:
            found.append(str(trouble))
        else:
            say(f"Last answer: {record.last_answer or 'never'}. Open assignments: {record.open}.")
            found += checking.delivered(one, record)
        say(*found or ["All is well."])
        if found:
            raise typer.Exit(1)

    run(work())


def remove(
    id_: Id,
    *,
    with_messages: Annotated[
        bool, typer.Option("--with-messages", help="Also where messages wait on its queue: they are lost.")
    ] = False,
) -> None:
    """Take a partner out of the register, and its user, rights and queues from the broker. Can be done again."""
    told = Operator()
    kept = secrets.read(told.secrets)

    async def work() -> None:
        say(*await removing.remove(id_, told, kept, with_messages=with_messages))

    run(work())


def _given(**named: Any) -> dict[str, Any]:
    return {name: value for name, value in named.items() if value}

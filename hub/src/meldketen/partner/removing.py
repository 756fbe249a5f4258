"""A partner goes: out of the register, and with its user and queues from the broker."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from chassis import broker, rehearsal, topology
from chassis.management import Management
from chassis.topology import clocks_queue, partner_queue, partner_user
from chassis.trouble import Trouble
from meldketen import secrets
from meldketen.operator import Operator
from meldketen.partner import records, registering
from routing.adapters import policy_file, register_file
from routing.adapters.policy_file import PolicyIsWrong


class StillNeeded(Trouble):
    """The partner cannot go yet; the message says what to do first."""


async def remove(id_: str, told: Operator, kept: secrets.Secrets, *, with_messages: bool) -> list[str]:
    """What was done, in sentences. StillNeeded, NoRegister, WrittenOtherwise, RegisterIsWrong, NoDatabase.

    The register first: what is in it comes back to the broker.
    """
    management = told.management()
    try:
        await _check_assignments(id_, told, kept)
        _check_part(id_, told)
        lost = await _check_messages(id_, told, management, with_messages=with_messages)
        out = registering.take_out(told.register_file, id_)
        done = [what async for what in _clear(management, told.vhost, id_)]
        done += await _put_others_right(told, management, kept)
    finally:
        await management.close()
    if out:
        done.append(
            f"{id_} is out of {told.register_file}. Restart routing: it reads the register when it starts."
        )
    if lost:
        done.append(f"{lost} messages were lost with its queues.")
    if secrets.forget(told.secrets, id_):
        done.append(f"Its password is out of {told.secrets}.")
    return done or [f"There is nothing of {id_}, in the register or at the broker."]


async def _check_assignments(id_: str, told: Operator, kept: secrets.Secrets) -> None:
    """StillNeeded, NoDatabase."""
    if many := (await records.read(told, kept, id_)).open:
        raise StillNeeded(
            f"{many} assignments are open with {id_}. Decide about each first, on {told.url}/uitzettingen?partner={id_}"
            " or its case: ask another, do it at the desk, or take it back."
        )


def _check_part(id_: str, told: Operator) -> None:
    """StillNeeded where routing would not start without it."""
    register = register_file.read(told.register_file)
    left = {one.part for one in register.values() if one.id != id_}
    try:
        policy_file.check_parts(policy_file.load(), left)
    except PolicyIsWrong as wrong:
        raise StillNeeded(
            f"Without {id_} nobody would play its part, and routing would not start. Add who takes its place first, or"
            f" keep the partner without adapter, so that a person asks it:\n{wrong}"
        ) from None


async def _check_messages(id_: str, told: Operator, management: Management, *, with_messages: bool) -> int:
    """How many will be lost. StillNeeded where none may."""
    queue = partner_queue(id_)
    waiting = sum(
        [await _waiting(told, management, name) for name in (queue, f"dead.{queue}", clocks_queue(id_))]
    )
    if waiting and not with_messages:
        raise StillNeeded(
            f"{waiting} messages wait on the queues of {id_}. Let it take them, or lose them by --with-messages."
        )
    return waiting


async def _waiting(told: Operator, management: Management, queue: str) -> int:
    """By the queue itself, and by the statistics, which lag and also know what was taken and not acknowledged."""
    found = await management.get("queues", told.vhost, queue)
    if found is None:
        return 0
    password = quote(told.rabbitmq_admin_password.get_secret_value(), safe="")
    url = f"amqp://{quote(told.rabbitmq_admin)}:{password}@{told.rabbitmq}/{told.vhost}"
    counted: int = found.get("messages", 0)
    return max(await broker.depth(url, queue), counted)


async def _put_others_right(told: Operator, management: Management, kept: secrets.Secrets) -> list[str]:
    """What routing may read names every partner's queue: those of who left go out of its rights."""
    if not await management.get("vhosts", told.vhost):
        return []
    register = register_file.read(told.register_file)
    partners, clocks = register_file.connected(register), register_file.hearing_clocks(register)
    return await topology.provision(management, told.vhost, partners, kept.broker, clocks)


async def _clear(management: Management, vhost: str, id_: str) -> AsyncIterator[str]:
    """Rights go with the user, bindings with the queue. The user first: then nobody takes from the queue any more."""
    queue = partner_queue(id_)
    places = [
        ("users", partner_user(id_)),
        ("queues", vhost, queue),
        ("queues", vhost, f"dead.{queue}"),
        ("queues", vhost, clocks_queue(id_)),
        ("queues", rehearsal.VHOST, queue),
        ("queues", rehearsal.VHOST, clocks_queue(id_)),
        ("queues", rehearsal.VHOST, rehearsal.answers_queue(id_)),
    ]
    for kind, *where in places:
        if await management.get(kind, *where):
            await management.delete(kind, *where)
            yield f"{kind[:-1]} {' '.join(reversed(where))} removed"

"""How it stands with the messages: every service and the broker are asked at once, and one that is silent costs only itself."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from chassis.topology import dead_queues, partner_queue, service_queue
from contracts.catalogue import SERVICES, UNROUTED
from monitoring.adapters.queues import Queues, QueuesUnknown
from monitoring.adapters.services import NoAnswer, Services
from monitoring.domain.messages import Delivering, Outlet, Overview, Queue, Standing

_OF_PARTNER = partner_queue("")


async def look_over(services: Services, queues: Queues, token: str) -> Overview:
    """NotSignedIn, NotAllowed."""
    asked = asyncio.gather(*(_standing(services, service, token) for service in SERVICES))
    (found, fault), outlets, standings = await asyncio.gather(
        _queues(queues), _outlets(services, token), asked
    )
    return Overview(
        services=tuple(standing if fault else _with_queue(standing, found) for standing in standings),
        partners=tuple(_delivering(found)),
        unrouted=None if fault else _depth(found, UNROUTED),
        broker_fault=fault,
        outlets=outlets,
    )


async def _queues(queues: Queues) -> tuple[dict[str, Queue], str | None]:
    try:
        return {queue.name: queue for queue in await queues.list()}, None
    except QueuesUnknown as unknown:
        return {}, str(unknown)


async def _outlets(services: Services, token: str) -> tuple[Outlet, ...]:
    """None where notifications is silent: that is said of it already."""
    try:
        return tuple(await services.list_outlets(token))
    except NoAnswer:
        return ()


async def _standing(services: Services, service: str, token: str) -> Standing:
    try:
        return Standing(service, backlog=await services.get_backlog(service, token))
    except NoAnswer as none:
        return Standing(service, fault=none.why)


def _with_queue(standing: Standing, queues: Mapping[str, Queue]) -> Standing:
    dead = sum(_depth(queues, name) for name in dead_queues(standing.service))
    return replace(standing, queue=queues.get(service_queue(standing.service)), dead=dead)


def _delivering(queues: Mapping[str, Queue]) -> list[Delivering]:
    mine = sorted(name for name in queues if name.startswith(_OF_PARTNER))
    return [
        Delivering(name.removeprefix(_OF_PARTNER), queues[name], _depth(queues, f"dead.{name}"))
        for name in mine
    ]


def _depth(queues: Mapping[str, Queue], name: str) -> int:
    return queues[name].messages if name in queues else 0

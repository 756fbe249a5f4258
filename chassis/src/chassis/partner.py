"""A partner's side of the broker: take from its own queue, answer under its own key."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import structlog
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from chassis import broker
from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.topology import partner_queue, partner_user
from contracts.catalogue import Exchange
from contracts.envelope import MEDIA_TYPE, CloudEvent
from contracts.envelope import Message as Data

log = structlog.get_logger()

Reply = tuple[timedelta, Data | bytes]
"""How long to wait first, and then what to send: an answer, or bytes as they are."""


async def converse(url: str, partner: str, answer: Callable[[CloudEvent], AsyncIterator[Reply]]) -> None:
    """Answer every question, for ever. A question is acknowledged when its last answer was confirmed."""

    async def work(channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=100)
        asked: asyncio.Queue[AbstractIncomingMessage] = asyncio.Queue()
        await (await channel.get_queue(partner_queue(partner), ensure=False)).consume(asked.put)
        try:
            async with asyncio.TaskGroup() as conversations:
                while True:
                    question = await asked.get()
                    conversations.create_task(_reply(channel, partner, question, answer))
        except ExceptionGroup as several:
            # With the connection every conversation fails; one of them is enough for who keeps it up.
            raise several.exceptions[0] from several

    await broker.keep(url, f"partner-{partner}", work)


async def _reply(
    channel: AbstractChannel,
    partner: str,
    question: AbstractIncomingMessage,
    answer: Callable[[CloudEvent], AsyncIterator[Reply]],
) -> None:
    exchange = await channel.get_exchange(Exchange.PARTNER_IN, ensure=False)
    event = CloudEvent.model_validate_json(question.body)
    number = 0
    async for pause, said in answer(event):
        await asyncio.sleep(pause.total_seconds())
        number += 1
        body = (
            said
            if isinstance(said, bytes)
            else _event(partner, said, f"{event.id}.{number}", event.traceparent)
        )
        name = "nonsense.sent.v1" if isinstance(said, bytes) else said.name
        message = Message(
            body,
            content_type=MEDIA_TYPE,
            delivery_mode=DeliveryMode.PERSISTENT,
            message_id=str(new_id()),
            user_id=partner_user(partner),
        )
        await exchange.publish(message, f"{partner}.{name}", mandatory=True)
    await question.ack()


def _event(partner: str, said: Data, event_id: str, traceparent: str | None) -> bytes:
    """The id follows from the question's, so that a question answered twice is known by its answers."""
    event = CloudEvent(
        specversion="1.0",
        id=event_id,
        source=f"urn:nld:oin:{'0' * 20}:systeem:{partner}",
        type=said.type(),
        subject=said.subject,
        time=wall_clock(),
        traceparent=traceparent,
        data=said.model_dump(mode="json", by_alias=True, exclude_none=True),
    )
    return event.model_dump_json(exclude_none=True).encode()

"""A client to begin with, in plain aio-pika: takes each question, and answers it with the examples of this folder.

AMQP_URL says where and as whom: amqps://user:password@host/vhost.
"""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aio_pika
from aio_pika.abc import AbstractExchange, AbstractIncomingMessage

HERE = Path(__file__).parent
NAMES = json.loads((HERE / "partner.json").read_text("utf-8"))
EXAMPLE = json.loads((HERE / "question.json").read_text("utf-8"))
TYPE_PREFIX = "nl.woonoverlast."


def what_to_do(told: dict[str, Any]) -> list[str]:
    """Your own work goes here: what to say to a question, or to an answer of the desk to what you asked.

    A rehearsal says in its text what it wants.
    """
    if ".clarified." in told["type"]:
        return ["in-progress", "answered"]
    if ".asked." not in told["type"]:
        return []
    text = json.dumps(told["data"], ensure_ascii=False)
    if "OEFENING: vraag eerst om meer" in text:
        return ["information-needed"]
    if "OEFENING: wijs dit af" in text:
        return ["declined"]
    if "OEFENING: pak dit op en wacht" in text:
        return ["accepted"]
    return ["accepted", "in-progress", "answered"]


def answer(question: dict[str, Any], state: str) -> dict[str, Any] | None:
    """The example in this state, made to be about this question; none where the language has no word for it.

    The id follows from that of the question, so that a question that comes twice is not answered anew.
    """
    file = HERE / "answers" / f"{state}.json"
    if not file.exists():
        return None
    said: dict[str, Any] = json.loads(
        file.read_text("utf-8").replace(EXAMPLE["subject"], question["subject"])
    )
    # The desk knows an answer that comes again by its id and its time: keep yours with what you answered.
    return said | {"id": f"{question['id']}.{state}", "time": question["time"]}


async def reply(exchange: AbstractExchange, message: AbstractIncomingMessage) -> None:
    """Answer, wait until the broker confirmed, and only then acknowledge the question."""
    question = json.loads(message.body)
    name = question["type"].removeprefix(TYPE_PREFIX)
    print(f"{datetime.now(UTC):%H:%M:%S} {name} about {question['subject']}", flush=True)
    for said in filter(None, (answer(question, state) for state in what_to_do(question))):
        key = f"{NAMES['partner']}.{said['type'].removeprefix(TYPE_PREFIX)}"
        answered = aio_pika.Message(
            json.dumps(said).encode(),
            content_type="application/cloudevents+json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            user_id=NAMES["user"],
        )
        await exchange.publish(answered, key, mandatory=True)
    await message.ack()


async def main() -> None:
    connection = await aio_pika.connect_robust(os.environ["AMQP_URL"])
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.set_qos(prefetch_count=10)
        exchange = await channel.get_exchange(NAMES["exchange"], ensure=False)
        queue = await channel.get_queue(NAMES["queue"], ensure=False)
        async with queue.iterator() as messages:
            async for message in messages:
                await reply(exchange, message)


if __name__ == "__main__":
    asyncio.run(main())

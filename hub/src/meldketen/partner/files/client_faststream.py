"""The same client in FastStream: takes each question, and answers it with the examples of this folder.

AMQP_URL says where and as whom: amqps://user:password@host/vhost.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitMessage, RabbitQueue

HERE = Path(__file__).parent
NAMES = json.loads((HERE / "partner.json").read_text("utf-8"))
EXAMPLE = json.loads((HERE / "question.json").read_text("utf-8"))
TYPE_PREFIX = "nl.woonoverlast."

broker = RabbitBroker(os.environ["AMQP_URL"], default_channel=Channel(prefetch_count=10))
app = FastStream(broker)
# They are there, and a partner may not make any: declare=False.
queue = RabbitQueue(NAMES["queue"], declare=False)
exchange = RabbitExchange(NAMES["exchange"], type=ExchangeType.TOPIC, declare=False)


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
    """The example in this state, made to be about this question; none where the language has no word for it."""
    file = HERE / "answers" / f"{state}.json"
    if not file.exists():
        return None
    said: dict[str, Any] = json.loads(
        file.read_text("utf-8").replace(EXAMPLE["subject"], question["subject"])
    )
    # The desk knows an answer that comes again by its id and its time: keep yours with what you answered.
    return said | {"id": f"{question['id']}.{state}", "time": question["time"]}


@broker.subscriber(queue, ack_policy=AckPolicy.NACK_ON_ERROR)
async def reply(message: RabbitMessage) -> None:
    question = json.loads(message.body)
    for said in filter(None, (answer(question, state) for state in what_to_do(question))):
        await broker.publish(
            json.dumps(said).encode(),
            exchange=exchange,
            routing_key=f"{NAMES['partner']}.{said['type'].removeprefix(TYPE_PREFIX)}",
            content_type="application/cloudevents+json",
            persist=True,
            mandatory=True,
            user_id=NAMES["user"],
        )


if __name__ == "__main__":
    asyncio.run(app.run())

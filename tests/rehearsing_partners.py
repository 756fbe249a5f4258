"""Partners that rehearse on the tests' broker: the example clients, and systems of our own that may do something wrong."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from chassis import rehearsal
from chassis.topology import partner_user
from meldketen.partner import kit
from meldketen.partner.conformance import Verdict, conform
from routing.domain.partners import Partner

PASSWORD = "only-for-tests"
WITHIN, QUIET = timedelta(seconds=15), timedelta(seconds=0.7)


@dataclass(frozen=True, slots=True)
class Hall:
    """The virtual host of the rehearsal on the tests' broker; whoever plays there has a stage of its own."""

    broker: Any
    folder: Path
    guests: set[str] = field(default_factory=set)
    door: asyncio.Lock = field(default_factory=asyncio.Lock)
    """One at a time: the first makes the virtual host."""

    def url(self, user: str) -> str:
        if user == self.broker.node.user:
            return str(self.broker.node.amqp_url.rpartition("/")[0] + f"/{rehearsal.VHOST}")
        where = self.broker.node.amqp_url.rpartition("@")[2].partition("/")[0]
        return f"amqp://{user}:{PASSWORD}@{where}/{rehearsal.VHOST}"

    async def enters(self, like: Partner, name: str) -> tuple[Partner, Path]:
        """A partner like one of the register, and the folder with its kit."""
        partner = replace(like, id=name)
        async with self.door:
            await rehearsal.provision(self.broker.management, name, PASSWORD, self.broker.node.user)
        if name != like.id:
            self.guests.add(partner_user(name))
        kit.write(partner, self.folder / name)
        return partner, self.folder / name

    async def clear(self) -> None:
        """Nothing is left on the broker of who is not of the register."""
        await self.broker.management.delete("vhosts", rehearsal.VHOST)
        for user in self.guests:
            await self.broker.management.delete("users", user)

    async def verdicts(self, partner: Partner, within: timedelta = WITHIN) -> list[Verdict]:
        found: list[Verdict] = []
        async with rehearsal.stage(self.url(self.broker.node.user), partner.id) as stage:
            well = await conform(partner, stage, within, QUIET, found.append)
        assert well is not any(one.findings for one in found)
        return found


@asynccontextmanager
async def running(program: Path, url: str) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(program),
        env={"AMQP_URL": url, "PATH": "/usr/bin"},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
        assert process.returncode is None, "the client ended"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@dataclass(slots=True)
class Client:
    """A partner's system for tests: as the example does, but for what `spoil` does to each answer."""

    folder: Path
    url: str
    partner: str
    spoil: Callable[[dict[str, Any]], Any] = lambda event: event
    more: dict[str, Any] = field(default_factory=dict)
    states: tuple[str, ...] = ("accepted", "in-progress", "answered")
    fresh_ids: bool = False
    key: str | None = None
    stops: bool = True
    reply: str = "police-replies.given.v1"

    def answers(self, question: dict[str, Any]) -> list[Any]:
        if ".asked." not in question["type"]:
            return [] if self.stops else [self.answer(question, "answered")]
        text = json.dumps(question["data"])
        states = self.states
        if "wijs dit af" in text:
            states = ("declined",)
        elif "en wacht" in text:
            states = ("accepted",)
        return [self.answer(question, state) for state in states]

    def answer(self, question: dict[str, Any], state: str) -> Any:
        example = json.loads((self.folder / "question.json").read_text())["subject"]
        text = (self.folder / f"answers/{state}.json").read_text().replace(example, question["subject"])
        event_id = str(uuid4()) if self.fresh_ids else f"{question['id']}.{state}"
        return self.spoil(json.loads(text) | {"id": event_id})

    async def run(self) -> None:
        connection = await aio_pika.connect(self.url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            exchange = await channel.get_exchange("partner.in", ensure=False)

            async def take(message: AbstractIncomingMessage) -> None:
                for said in self.answers(json.loads(message.body)):
                    body = said if isinstance(said, bytes) else json.dumps(said).encode()
                    properties: dict[str, Any] = {
                        "content_type": "application/cloudevents+json",
                        "delivery_mode": aio_pika.DeliveryMode.PERSISTENT,
                        "user_id": f"partner-{self.partner}",
                    } | self.more
                    key = f"{self.partner}.{self.reply if self.key is None else self.key}"
                    await exchange.publish(aio_pika.Message(body, **properties), key)
                await message.ack()

            await (await channel.get_queue(f"partner.{self.partner}", ensure=False)).consume(take)
            await asyncio.Event().wait()


@asynccontextmanager
async def answering(client: Client) -> AsyncIterator[None]:
    playing = asyncio.ensure_future(client.run())
    try:
        yield
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


class Asking(Client):
    """A partner's system for tests that wants to know more, and says `says` then and when it was told."""

    says: dict[str, tuple[str, ...]]

    def answers(self, question: dict[str, Any]) -> list[Any]:
        if ".clarified." in question["type"]:
            return [self.answer(question, state) for state in self.says["clarified"]]
        if "vraag eerst om meer" in json.dumps(question["data"]):
            return [self.answer(question, state) for state in self.says["more"]]
        return super().answers(question)

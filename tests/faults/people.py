"""The partners, with what they were asked and what they answered, and a mailbox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta

from chassis.partner import Reply, converse
from chassis.topology import partner_user
from contracts.envelope import CloudEvent
from faults.ground import Ground
from meldketen.mailbox import Mailbox
from meldketen.simulation.partners import NONSENSE, Speaker, spoken
from routing.adapters import register_file

SPOKEN = spoken(register_file.load())
PACE = timedelta(milliseconds=20)


class People:
    """`done` are the questions that were answered to the end, `answered` the answers that the broker confirmed."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._partners: dict[str, asyncio.Task[None]] = {}
        self.pace = PACE
        self.mailbox = Mailbox()
        self.done: set[tuple[str, str]] = set()
        self.answered: set[str] = set()

    async def start(self) -> None:
        await self.mailbox.start("127.0.0.1", 0)
        for partner in self._ground.partners:
            self.open(partner)

    def open(self, partner: str) -> None:
        url = self._ground.broker_url(partner_user(partner))
        self._partners[partner] = asyncio.create_task(converse(url, partner, self._manner_of(partner)))

    async def shut(self, partner: str) -> None:
        task = self._partners.pop(partner)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def stop(self) -> None:
        for partner in list(self._partners):
            await self.shut(partner)
        await self.mailbox.stop()

    def _manner_of(self, partner: str) -> Callable[[CloudEvent], AsyncIterator[Reply]]:
        speaker = Speaker(partner, SPOKEN[partner])

        async def answer(question: CloudEvent) -> AsyncIterator[Reply]:
            number = 0
            async for pause, said in speaker.replies(question, self.pace):
                number += 1
                yield pause, said
                if said != NONSENSE:
                    self.answered.add(f"{question.id}.{number}")
            self.done.add((partner, question.id))

        return answer

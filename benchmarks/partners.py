"""The police of the benchmarks: answers every question at once, and is done."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import uvloop

from chassis.partner import Reply, converse
from contracts.envelope import CloudEvent
from meldketen.simulation.words import LANGUAGES

PARTNER = "police"


async def answer(question: CloudEvent) -> AsyncIterator[Reply]:
    _, words = LANGUAGES[PARTNER](question)
    yield timedelta(), words.done


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(converse(sys.argv[1], PARTNER, answer))

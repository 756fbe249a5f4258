"""What tests of partners' languages share: the words of each, and that nothing changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asking_partners import REGISTER
from sqlalchemy import select

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from meldketen.simulation.words import LANGUAGES as SIMULATED
from meldketen.simulation.words import Words
from routing.tables import assignments as table

KENMERK = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


def words_for(partner: str, question: CloudEvent) -> Words:
    language = REGISTER[partner].adapter
    assert language
    return SIMULATED[language](question)[1]


async def rows(bench: Bench) -> Any:
    async with bench.transaction() as tx:
        return (await tx.execute(select(table).order_by(table.c.assignment_id))).all()


@asynccontextmanager
async def nothing_changes(bench: Bench) -> AsyncIterator[None]:
    before = await rows(bench), await bench.said()
    yield
    assert (await rows(bench), await bench.said()) == before


async def newest_aside(bench: Bench) -> tuple[str, str, str]:
    state, reason, detail = (await bench.aside())[-1]
    return state, reason, detail or ""

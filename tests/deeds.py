"""What tests of people's deeds share: a deed, what it is done about, and doing it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.testing import Bench
from monitoring.domain.attention import Act, Deed, SnoozeReason
from monitoring.domain.board import Concern, Sieve
from monitoring.handlers.attention import attend
from monitoring.main import terms_of
from monitoring.settings import Settings
from monitoring.store import board

CONCERN = UUID("019cd41f-1220-7006-8006-000000000006")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TERMS = terms_of(Settings(signing_key="k" * 32, database_url="nowhere", amqp_url="nowhere"))
ME, OTHER = "S. Voorbeeld", "T. Jansen"


def a_deed(act: Act, who: str | None = ME, at: datetime = NOON, **more: Any) -> Deed:
    if act is Act.SNOOZE:
        more = {"until": at + timedelta(hours=3), "why": SnoozeReason.CALLED} | more
    return Deed(CONCERN, act, who, at, **more)


async def a_miss(monitoring: Bench, chain: Any) -> UUID:
    """A question to a partner went unanswered until after its term."""
    await monitoring.hears(chain.opened(), chain.offered(hours=4))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    return (await on_board(monitoring))[0].concern_id


async def on_board(monitoring: Bench, sieve: Sieve | None = None) -> list[Concern]:
    async with monitoring.transaction() as tx:
        return await board.list_concerns(tx, sieve or Sieve(), 50)


async def act(
    monitoring: Bench, concern_id: UUID, act: Act, who: str = ME, seen: int | None = None, **more: Any
) -> None:
    async with monitoring.transaction() as tx:
        await attend(replace(a_deed(act, who, tx.now, **more), concern_id=concern_id), seen, tx, TERMS)

"""How much waits in a service, for the broker and put aside; and where one message stands among the others."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from chassis import aside, by_hand, outbox
from chassis.parked import Id, MayRead, MessageOut
from chassis.requests import InTransaction
from contracts.envelope import Shape


class BacklogOut(Shape):
    """How many messages wait, and where. `gap` are those of `waiting` whose predecessor did not come for a minute."""

    unsent: int = Field(description="Committed, and not yet confirmed by the broker.")
    unsent_since: datetime | None = Field(description="Since when the first of them might have gone.")
    retrying: int
    waiting: int
    gap: int
    parked: int


class SpotOut(Shape):
    """A message where it stands in its line: how many of it are aside before and behind it, and whose turn it is."""

    message: MessageOut
    ahead: int
    behind: int
    next_place: int | None


def router(service: str) -> APIRouter:
    routes = APIRouter(prefix=f"/{service}/v1", tags=["parked messages"])

    @routes.get("/backlog")
    async def get_backlog(tx: InTransaction, _reader: MayRead) -> BacklogOut:
        """Count what waits to be sent, and what was put aside."""
        counted = await aside.count(tx)
        return BacklogOut(
            unsent=await outbox.count(tx),
            unsent_since=await outbox.due_since(tx),
            **{state: counted.get(state, 0) for state in ("retrying", "waiting", "gap", "parked")},
        )

    @routes.get("/parked-messages/{messageId}/line")
    async def get_spot(
        message_id: Annotated[Id, Path(alias="messageId")], tx: InTransaction, _reader: MayRead
    ) -> SpotOut:
        """Give a message that is aside, without its body, and where it stands in its line."""
        spot = await by_hand.find_spot(tx, message_id)
        return SpotOut(
            message=MessageOut.of(spot.message),
            ahead=spot.ahead,
            behind=spot.behind,
            next_place=spot.next_place,
        )

    return routes

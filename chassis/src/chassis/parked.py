"""What a service put aside, over HTTP: to see it, try it again, mend it or let it go."""

import base64
import json
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AliasChoices, ConfigDict, Field, StringConstraints, model_validator

from chassis import by_hand, editing, record
from chassis.by_hand import Choice
from chassis.principals import Principal, may
from chassis.requests import InTransaction
from contracts.envelope import Shape

REFUSALS: dict[type[Exception], int] = {by_hand.NothingParked: 404, editing.NotAnEvent: 400}

LARGEST_ID = 2**63 - 1

MayRead = Annotated[Principal, Depends(may("parked:read"))]
MayReadBody = Annotated[Principal, Depends(may("parked:read-body"))]
MayAct = Annotated[Principal, Depends(may("parked:act"))]

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00]*$")]
Why = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500, pattern=r"^[^\x00]*$")
]
State = Literal["parked", "waiting", "retrying"]
PageSize = Annotated[int, Query(ge=1, le=500)]


class MessageOut(Shape):
    """A message that was put aside. `receiver` is the partner whose queue it came back from."""

    id: int
    state: State
    reason: str
    detail: str | None
    fingerprint: str
    name: str | None
    source: str | None
    subject: str | None
    place: int | None
    sender: str | None
    receiver: str | None
    attempts: int
    next_at: datetime | None
    first_failed_at: datetime

    @classmethod
    def of(cls, row: Any, **more: Any) -> Self:
        receiver = row.bound_for and row.bound_for.partition(".")[0]
        return cls.model_validate({**row._mapping, "receiver": receiver} | more)  # noqa: SLF001  SQLAlchemy's own


class WholeMessageOut(MessageOut):
    """`body` is as it came; in base64 where it is not UTF-8."""

    body: str
    body_encoding: Literal["utf-8", "base64"]


class MessagesOut(Shape):
    """A page, oldest first. `next` is what to give as `after` for the following page; none on the last one."""

    items: list[MessageOut]
    next: int | None


class GroupOut(Shape):
    """Parked messages that failed in the same way. `detail` is that of one of them."""

    fingerprint: str
    reason: str
    detail: str | None
    name: str | None
    count: int = Field(validation_alias=AliasChoices("many", "count"))
    oldest: datetime


class GroupsOut(Shape):
    items: list[GroupOut]


class InterventionOut(Shape):
    """What was done, by whom and why. `deferredId` is the number that the message had; none of what was resent."""

    id: int
    at: datetime
    who: str
    why: str
    action: str
    deferred_id: int | None
    source: str | None
    event_id: str | None
    subject: str | None
    name: str | None


class InterventionsOut(Shape):
    """A page, newest first. `next` is what to give as `after` for the following page; none on the last one."""

    items: list[InterventionOut]
    next: int | None


class ToDiscard(Shape):
    """The parked messages that match all that is given."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=10_000)] | None = None
    fingerprint: Name | None = None
    subject: Name | None = None
    sender: Name | None = None
    receiver: Name | None = None
    why: Why
    dry_run: bool = Field(default=False, description="Say which would be meant, and change nothing.")
    limit: int = Field(100, ge=1, le=10_000)

    @model_validator(mode="after")
    def says_which(self) -> Self:
        if self.choice() == Choice():
            raise ValueError("say which: give ids, fingerprint, subject, sender or receiver")
        return self

    def choice(self) -> Choice:
        return Choice(self.ids or (), self.fingerprint, self.subject, self.sender, self.receiver)


class ToReplay(ToDiscard):
    per_second: float = Field(20, ge=0.01, le=1000, description="How fast they are tried again.")


class ToEdit(Shape):
    model_config = ConfigDict(extra="forbid")

    event: dict[str, Any]
    why: Why


class DoneOut(Shape):
    count: int
    ids: list[int]


def router(service: str) -> APIRouter:
    routes = APIRouter(prefix=f"/{service}/v1/parked-messages", tags=["parked messages"])

    @routes.get("")
    async def list_messages(
        tx: InTransaction,
        _reader: MayRead,
        chosen: Annotated[Choice, Depends(_filters)],
        state: State = "parked",
        after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
        limit: PageSize = 100,
    ) -> MessagesOut:
        """List what was put aside, oldest first, without the bodies."""
        found = await by_hand.list_aside(tx, state, after, limit + 1, chosen)
        page = [MessageOut.of(row) for row in found[:limit]]
        return MessagesOut(items=page, next=page[-1].id if len(found) > limit else None)

    @routes.get("/groups")
    async def list_groups(tx: InTransaction, _reader: MayRead, limit: PageSize = 100) -> GroupsOut:
        """List the ways in which parked messages failed, the most frequent first."""
        found = await by_hand.list_groups(tx, limit)
        return GroupsOut(items=[GroupOut.model_validate(row, from_attributes=True) for row in found])

    @routes.get("/interventions")
    async def list_interventions(
        tx: InTransaction,
        _reader: MayRead,
        after: Annotated[int, Query(ge=1, le=LARGEST_ID)] = LARGEST_ID,
        limit: PageSize = 100,
    ) -> InterventionsOut:
        """List who did what with parked messages, and why, newest first."""
        found = await record.list_interventions(tx, after, limit + 1)
        page = [InterventionOut.model_validate(row, from_attributes=True) for row in found[:limit]]
        return InterventionsOut(items=page, next=page[-1].id if len(found) > limit else None)

    @routes.get("/{messageId}")
    async def get_message(
        message_id: Annotated[Id, Path(alias="messageId")],
        tx: InTransaction,
        reader: MayReadBody,
        why: Why = "to look at it",
    ) -> WholeMessageOut:
        """Give a message with its body. That it was read is written down."""
        row = await by_hand.look(tx, message_id, reader.name, why)
        return WholeMessageOut.of(row, **_legible(row.body))

    @routes.post("/_replay")
    async def replay(asked: ToReplay, tx: InTransaction, actor: MayAct) -> DoneOut:
        """Let parked messages be tried again, each in its own line, spread over time."""
        if asked.dry_run:
            return await _meant(tx, asked)
        ids = await by_hand.replay(
            tx, asked.choice(), actor.name, asked.why, limit=asked.limit, per_second=asked.per_second
        )
        return DoneOut(count=len(ids), ids=ids)

    @routes.post("/_discard")
    async def discard(asked: ToDiscard, tx: InTransaction, actor: MayAct) -> DoneOut:
        """Let go of parked messages for good, but of none whose turn has still to come."""
        if asked.dry_run:
            return await _meant(tx, asked)
        ids = await by_hand.discard(tx, asked.choice(), actor.name, asked.why, limit=asked.limit)
        return DoneOut(count=len(ids), ids=ids)

    @routes.post("/{messageId}/_edit")
    async def edit(
        message_id: Annotated[Id, Path(alias="messageId")], asked: ToEdit, tx: InTransaction, actor: MayAct
    ) -> DoneOut:
        """Put other words in a parked message and try it again. The original is kept."""
        await editing.edit(tx, message_id, json.dumps(asked.event).encode(), actor.name, asked.why)
        return DoneOut(count=1, ids=[message_id])

    return routes


def _filters(
    fingerprint: Name | None = None,
    subject: Name | None = None,
    sender: Annotated[Name | None, Query(description="The partner it came from.")] = None,
    receiver: Annotated[Name | None, Query(description="The partner it was bound for.")] = None,
) -> Choice:
    return Choice((), fingerprint, subject, sender, receiver)


async def _meant(tx: InTransaction, asked: ToDiscard) -> DoneOut:
    ids = [row.id for row in await by_hand.choose(tx, asked.choice(), asked.limit)]
    return DoneOut(count=len(ids), ids=ids)


def _legible(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode(), "body_encoding": "utf-8"}
    except UnicodeDecodeError:
        return {"body": base64.b64encode(body).decode(), "body_encoding": "base64"}

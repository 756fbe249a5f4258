"""Notifications over HTTP: the ways by which alerts go out, and what did not arrive."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field

from chassis.http import InTransaction
from chassis.parked import MayAct, MayRead, Why
from chassis.record import write_down_many
from contracts.envelope import Shape
from notifications.store import letters, outlets, webhooks

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
Mailbox = Annotated[str, Path(pattern=r"^(partner:)?[a-z][a-z0-9-]{1,39}$")]


class NoSuchWebhook(Exception):
    """No webhook is called so."""


class NoSuchMailbox(Exception):
    """No alert ever went to a mailbox that is called so."""


class OutletOut(Shape):
    """`name` is that of a webhook, or of a mailbox: operations, director, coordinator, or a partner's."""

    kind: Literal["mailbox", "webhook"]
    name: str
    waiting: int
    waiting_since: datetime | None
    given_up: int = Field(description="Within the past week.")
    reason: str | None = Field(description="Why the last try did not succeed.")


class OutletsOut(Shape):
    items: list[OutletOut]


class ToTryAgain(Shape):
    why: Why


class AgainOut(Shape):
    count: int


def router(known: Collection[str]) -> APIRouter:
    routes = APIRouter(prefix="/notifications/v1", tags=["alerts"])

    @routes.get("/outlets")
    async def list_outlets(tx: InTransaction, _reader: MayRead) -> OutletsOut:
        """List the mailboxes and webhooks for which alerts wait, or were given up within a week."""
        found = {"mailbox": await outlets.list_mailboxes(tx), "webhook": await outlets.list_webhooks(tx)}
        return OutletsOut.model_validate(
            {
                "items": [
                    {"kind": kind, **{name: getattr(one, name) for name in one.__dataclass_fields__}}
                    for kind, all_of_kind in found.items()
                    for one in all_of_kind
                ]
            }
        )

    @routes.post("/webhooks/{webhook}/_replay")
    async def replay(webhook: Name, asked: ToTryAgain, tx: InTransaction, actor: MayAct) -> AgainOut:
        """Let what was given up for a webhook be tried again, with the same ids."""
        if webhook not in known:
            raise NoSuchWebhook(f"No webhook is called {webhook}.")
        count = await webhooks.try_again(tx, webhook)
        await write_down_many(tx, "replay", f"webhook {webhook} ({count})", actor.name, asked.why)
        return AgainOut(count=count)

    @routes.post("/mailboxes/{mailbox}/_replay")
    async def replay_mail(mailbox: Mailbox, asked: ToTryAgain, tx: InTransaction, actor: MayAct) -> AgainOut:
        """Let the alerts to a mailbox that were given up within a week be mailed after all, together."""
        if not await letters.is_mailbox(tx, mailbox):
            raise NoSuchMailbox(f"No alert ever went to a mailbox {mailbox}.")
        count = await letters.try_again(tx, mailbox, tx.now - outlets.SHOWN_FOR)
        await write_down_many(tx, "replay", f"mailbox {mailbox} ({count})", actor.name, asked.why)
        return AgainOut(count=count)

    return routes

"""Notifications over HTTP: the ways by which alerts go out, and what did not arrive."""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Path
from pydantic import Field

from chassis.http import InTransaction
from chassis.parked import MayAct, MayRead, Why
from contracts.envelope import Shape
from notifications.store import outlets, webhooks

log = structlog.get_logger()

Name = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{1,39}$")]


class NoSuchWebhook(Exception):
    """No webhook is called so."""


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
        log.info("alerts tried again", webhook=webhook, count=count, who=actor.name, why=asked.why)
        return AgainOut(count=count)

    return routes

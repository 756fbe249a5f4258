"""Sending again what a service said, over HTTP: for a reader whose queue was lost."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, ConfigDict, Field

from chassis import sent
from chassis.parked import Name, Why
from chassis.principals import Principal, may
from chassis.requests import InTransaction
from contracts.envelope import Shape

MayResend = Annotated[Principal, Depends(may("sent:resend"))]


class ToResend(Shape):
    """`reader` is a service or a partner."""

    model_config = ConfigDict(extra="forbid")

    reader: Name
    since: AwareDatetime = Field(description="From well before the trouble: who had a message leaves it out.")
    why: Why
    dry_run: bool = Field(default=False, description="Say how many that would be, and change nothing.")


class ResentOut(Shape):
    count: int


def router(service: str) -> APIRouter:
    routes = APIRouter(prefix=f"/{service}/v1/sent-messages", tags=["sent messages"])

    @routes.post("/_resend")
    async def resend(asked: ToResend, tx: InTransaction, actor: MayResend) -> ResentOut:
        """Send again what this service told a reader since a moment, at most seven days ago."""
        if asked.dry_run:
            return ResentOut(count=await sent.count(tx, asked.reader, asked.since))
        return ResentOut(count=await sent.resend(tx, asked.reader, asked.since, actor.name, asked.why))

    return routes

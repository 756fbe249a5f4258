"""What tests of parked messages share: a service that refuses some, and somebody who may do everything about it."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from witness import Refused, opened

from chassis import aside
from chassis.incoming import Incoming
from chassis.tables import deferred, interventions
from chassis.testing import Bench
from chassis.transaction import Transaction
from contracts.casework import CaseOpened
from contracts.partners import PoliceReply, PoliceStatus

URL = "/monitoring/v1/parked-messages"
WHY = "the register knows the case again"
Bearer = Callable[..., dict[str, str]]


@dataclass
class Fault:
    """What refuses these numbers, until it is mended, and keeps what came through."""

    refused: dict[str, str] = field(default_factory=dict)
    handled: list[tuple[UUID, str]] = field(default_factory=list)

    async def hear(self, event: CaseOpened, _tx: Transaction) -> None:
        self._judge(event.case_id, event.number)

    async def hear_partner(self, reply: PoliceReply, _tx: Transaction) -> None:
        self._judge(reply.kenmerk, reply.toelichting or "")

    def _judge(self, case: UUID, number: str) -> None:
        if number in self.refused:
            raise Refused(self.refused[number])
        self.handled.append((case, number))

    def mend(self) -> None:
        self.refused.clear()

    def numbers(self, case: UUID) -> list[str]:
        return [number for handled, number in self.handled if handled == case]


@dataclass
class Desk:
    """Monitoring with a handler of the test, and somebody who may do everything with what it parked."""

    bench: Bench
    fault: Fault
    headers: dict[str, str]

    async def hears(self, case: UUID, *numbers: str, partner: str | None = None) -> None:
        said = replied if partner else opened
        await self.bench.hears(*(said(case, number) for number in numbers), partner=partner)

    async def asks(self, path: str = "", **params: Any) -> Any:
        answer = await self.bench.client.get(URL + path, params=params, headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def does(self, action: str, status: int = 200, **more: Any) -> Any:
        body = {"why": WHY} | more
        answer = await self.bench.client.post(f"{URL}/{action}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def parked(self, **params: Any) -> list[int]:
        return [one["id"] for one in (await self.asks(**params))["items"]]

    async def tries_again(self) -> None:
        """Everything that is to be tried has its try now, until nothing is left to try."""
        while True:
            async with self.bench.transaction() as tx:
                retrying = update(deferred).where(deferred.c.state == "retrying").values(next_at=tx.now)
                ids = sorted((await tx.execute(retrying.returning(deferred.c.id))).scalars())
            for deferred_id in ids:
                await self.bench.consumer.retry(deferred_id)
            if not ids:
                return

    async def everything(self) -> tuple[list[Any], list[Any]]:
        async with self.bench.transaction() as tx:
            rows = (await tx.execute(select(deferred).order_by(deferred.c.id))).all()
            return list(rows), list((await tx.execute(select(interventions))).all())


def replied(case: UUID, number: str) -> PoliceReply:
    return PoliceReply(kenmerk=case, status=PoliceStatus.RECEIVED, toelichting=number)


async def came_back(desk: Desk, partner: str) -> None:
    dead = Incoming(json.dumps({"for": partner}).encode())
    async with desk.bench.transaction() as tx:
        await aside.put(tx, dead, "parked", "dead letter", bound_for=f"{partner}.cases.opened.v1")

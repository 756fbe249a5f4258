"""What tests of the inbox share: a handler that keeps what it saw, and what it is told."""

from dataclasses import dataclass, field
from uuid import UUID

from chassis.identity import new_id
from chassis.testing import Bench
from chassis.transaction import Transaction
from contracts.casework import CaseOpened
from contracts.envelope import Message


class Refused(Exception):
    """A refusal that trying again would not change."""


@dataclass
class Witness:
    """A service's handler that keeps what it saw, and fails where it is told to."""

    seen: list[tuple[UUID, str]] = field(default_factory=list)
    fails_at: dict[str, Exception] = field(default_factory=dict)

    async def hear(self, event: CaseOpened, tx: Transaction) -> None:
        if event.number in self.fails_at:
            raise self.fails_at[event.number]
        self.seen.append((event.case_id, event.number))
        tx.publish(event)

    def numbers(self, case_id: UUID) -> list[str]:
        return [number for seen, number in self.seen if seen == case_id]


def opened(case_id: UUID, number: str) -> CaseOpened:
    return CaseOpened.model_validate(
        {"caseId": case_id, "number": number, "reportId": new_id(), "openedAt": "2026-11-22T10:00:00Z"}
    )


def on_wire(bench: Bench, *messages: Message) -> list[bytes]:
    return [bench.event(message).model_dump_json(exclude_none=True).encode() for message in messages]

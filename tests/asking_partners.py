"""Partners that were asked, for tests: a report for each of them, and what went to whom."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.identity import new_id
from chassis.tables import outbox
from chassis.testing import Bench
from contracts.catalogue import BY_NAME, Exchange
from contracts.envelope import CloudEvent, Message
from contracts.intake import ReportSubmitted
from routing.adapters import register_file
from routing.adapters.envelope import Envelope
from routing.adapters.languages import LANGUAGES
from routing.domain.assignments import Assignment, State
from routing.store import assignments

CONTRACTS = Path(__file__).parents[1] / "contracts"
REGISTER = register_file.load()
ENVELOPE = Envelope(
    "urn:nld:oin:1:systeem:meldketen-routing", "https://schemas.example", "https://hub.example"
)
NOW = datetime(2026, 3, 9, 19, 42, tzinfo=UTC)

# For each partner, a report that asks it.
ASKING: dict[str, dict[str, Any]] = {
    "police": {"category": "VANDAL"},
    "ggz": {"category": "VERWARD"},
    "corporation": {"category": "FRAUDE"},
    "mediation": {"category": "GEL-LEEF"},
    "enforcement": {"category": "KAMER"},
    "neighbourhood-team": {"category": "JEUGD"},
    "health-service": {"category": "ONGED"},
    "youth-protection": {"category": "JEUGD", "signals": {"danger": True, "children": True}},
    "fire-brigade": {"category": "OVERBEW"},
    "environment": {"category": "GEL-INST"},
    "safety": {"category": "DRUGS"},
}
# For each language, a partner that speaks it.
SPEAKERS = {partner.adapter: partner.id for partner in REGISTER.values() if partner.adapter}


def a_report(**changes: Any) -> ReportSubmitted:
    """The golden example under an id of its own; `reporter`, `signals` and `address` are changed field by field."""
    path = CONTRACTS / "examples/reports.submitted.v1.json"
    report = ReportSubmitted.model_validate(json.loads(path.read_text("utf-8"))["data"])
    parts = {
        name: getattr(report, name).model_copy(update=changes.pop(name))
        for name in ("reporter", "signals", "address")
        if name in changes
    }
    return report.model_copy(update={"report_id": new_id()} | changes | parts)


def an_assignment(partner: str = "police", track: str = "enforcement", **changes: Any) -> Assignment:
    known: dict[str, Any] = {
        "assignment_id": UUID("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"),
        "report_id": UUID("bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"),
        "partner": partner,
        "part": partner,
        "track": track,
        "lead": False,
        "question": "Wilt u dit beoordelen?",
        "state": State.OFFERED,
        "offered_at": NOW,
        "due_at": NOW + timedelta(days=5),
        "changed_at": NOW,
    }
    return Assignment(**known | changes)


def data_of(message: Message) -> dict[str, Any]:
    """As it stands on the wire."""
    return message.model_dump(mode="json", by_alias=True, exclude_none=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that went to a partner."""

    partner: str
    event: CloudEvent
    message: Message


async def sent_to_partners(bench: Bench) -> list[Sent]:
    """All that was put on queues of partners, oldest first."""
    found = select(outbox.c.routing_key, outbox.c.body).where(outbox.c.exchange == Exchange.PARTNER_OUT)
    async with bench.transaction() as tx:
        rows = (await tx.execute(found.order_by(outbox.c.id))).all()
    events = [(row.routing_key.partition(".")[0], CloudEvent.model_validate_json(row.body)) for row in rows]
    return [
        Sent(partner, event, BY_NAME[event.name].message.model_validate(event.data))
        for partner, event in events
    ]


async def questions(bench: Bench, *partners: str, house_number: int = 12) -> dict[str, CloudEvent]:
    """Report what asks each of these partners; the question that each got about it."""
    reports = {
        partner: a_report(
            address={"key": f"2599zx-{number}", "house_number": house_number}, **ASKING[partner]
        )
        for number, partner in enumerate(partners, start=100)
    }
    before = len(await sent_to_partners(bench))
    await bench.hears(*reports.values())
    sent = (await sent_to_partners(bench))[before:]
    async with bench.transaction() as tx:
        asked = {
            partner: {str(one.assignment_id) for one in await assignments.list_about(tx, report.report_id)}
            for partner, report in reports.items()
        }
    return {
        partner: next(
            one.event for one in sent if one.partner == partner and one.event.subject in asked[partner]
        )
        for partner in partners
    }


def answer_type(language: str) -> type[Message]:
    (only,) = LANGUAGES[language].answers
    return only

"""The journey of a report: every message about it is a hop, once, whatever comes first."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from chassis.identity import new_id
from chassis.tables import outbox
from chassis.testing import Bench
from contracts.catalogue import CATALOGUE, Entry, Exchange
from contracts.envelope import Message
from contracts.notifications import Kind
from contracts.routing import PartnersListed, ReportAssessed
from monitoring.domain.journey import Hop, Journey, in_order, waits
from monitoring.handlers.journey import FACTS, MOMENTS, follow
from monitoring.pages.journey_words import SENTENCES, sign, told, who
from monitoring.store import journey as store
from monitoring.tables import hops

if TYPE_CHECKING:
    from .conftest import Chain

EXAMPLES = Path(__file__).parents[2] / "contracts/examples"
OPEN = [
    entry
    for entry in CATALOGUE
    if entry.exchange is Exchange.OPEN and entry.message is not PartnersListed  # it is about no report
]
LONG_AGO = datetime(2026, 11, 20, 9, tzinfo=UTC)
NAMES = {"partnerName", "holderName", "number"}
HEARD = [entry for entry in OPEN if "monitoring" in entry.readers]


def example(entry: Entry) -> Message:
    data = json.loads((EXAMPLES / f"{entry.name}.json").read_text("utf-8"))["data"]
    return entry.message.model_validate(data)


async def journey(monitoring: Bench, report_id: UUID) -> Journey:
    async with monitoring.transaction() as tx:
        return await follow(tx, report_id)


async def names(monitoring: Bench, report_id: UUID) -> list[str]:
    return [hop.what for hop in (await journey(monitoring, report_id)).hops]


def test_monitoring_hears_every_open_message_of_others() -> None:
    assert {entry.name for entry in HEARD} == {
        entry.name for entry in OPEN if entry.publisher != "monitoring"
    }


@pytest.mark.parametrize("entry", OPEN, ids=lambda entry: entry.name)
def test_every_open_message_has_its_moment_and_its_words(entry: Entry) -> None:
    assert MOMENTS[entry.message] in entry.message.model_fields
    assert entry.name.rpartition(".v")[0] in SENTENCES


@pytest.mark.parametrize("entry", OPEN, ids=lambda entry: entry.name)
def test_a_sentence_is_dutch_to_its_last_word(entry: Entry) -> None:
    """No code of the example shows, and no gap."""
    event = example(entry)
    facts = event.model_dump(mode="json", include=FACTS, exclude_none=True, by_alias=True)
    said = told(replace(_hop(entry.name), facts=facts))
    codes = {str(value) for name, value in facts.items() if name not in NAMES and isinstance(value, str)}
    assert not {code for code in codes if f" {code} " in f" {said} "}
    assert "  " not in said
    assert not said.endswith((" ", ":", ","))


@pytest.mark.parametrize("entry", HEARD, ids=lambda entry: entry.name)
async def test_what_is_heard_is_a_hop_or_waits_for_what_it_follows(monitoring: Bench, entry: Entry) -> None:
    event: Any = example(entry)
    monitoring.at(getattr(event, MOMENTS[entry.message]) + timedelta(minutes=1))
    await monitoring.hears(event)
    async with monitoring.transaction() as tx:
        kept = {row.name: row for row in await tx.execute(hops.select())}
    if entry.name in kept:
        hop = kept[entry.name]
        assert hop.report_id == getattr(event, "report_id", None)
        assert hop.happened_at == getattr(event, MOMENTS[entry.message])
        assert hop.heard_at == hop.registered_at == hop.happened_at + timedelta(minutes=1)
        assert hop.subject == event.subject
    else:
        assert [reason for _, reason, _ in await monitoring.aside()] == ["NoSuchClock"]


async def test_a_hop_knows_its_message(monitoring: Bench, chain: "Chain") -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    event = monitoring.event(chain.opened()).model_copy(
        update={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}
    )
    await monitoring.receives(event.model_dump_json(exclude_none=True).encode())
    [hop] = (await journey(monitoring, chain.report_id)).hops
    assert (hop.message_id, hop.trace_id, hop.source) == (event.id, trace_id, event.source)
    assert (hop.service, hop.facts) == ("casework", {"number": "2026-000451"})


async def test_a_message_that_comes_twice_is_one_hop(monitoring: Bench, chain: "Chain") -> None:
    body = monitoring.event(chain.opened()).model_dump_json(exclude_none=True).encode()
    await monitoring.receives(body, body)
    await monitoring.receives(body)
    assert await names(monitoring, chain.report_id) == ["cases.opened"]


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_of_coming_does_not_matter(monitoring: Bench, chain: "Chain", seed: int) -> None:
    events = [chain.registered(), chain.opened(), chain.offered(), _assessed(chain)]
    random.Random(seed).shuffle(events)  # noqa: S311  an order for a test, not a secret
    for number, event in enumerate(events):
        monitoring.at(chain.after(number / 60))
        await monitoring.hears(event)
    await monitoring.hears(chain.accepted(1.5), chain.confirmed(0.5))
    found = await names(monitoring, chain.report_id)
    assert set(found[:-4]) == {
        "reports.registered",
        "reports.assessed",
        "cases.opened",
        "assignments.offered",
        "deadlines.started",
    }
    assert found[-4:-2] in (
        ["notifications.sent", "deadlines.met"],
        ["deadlines.met", "notifications.sent"],
    )
    assert set(found[-2:]) == {"assignments.accepted", "deadlines.met"}


async def test_what_monitoring_says_itself_is_a_hop_under_the_id_that_others_get(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(chain.offered(hours=4))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    found = await journey(monitoring, chain.report_id)
    assert [hop.what for hop in found.hops if hop.service == "monitoring"] == [
        "deadlines.started",
        "deadlines.missed",
    ]
    missed = found.hops[-1]
    async with monitoring.transaction() as tx:
        bodies = [json.loads(row.body) for row in await tx.execute(outbox.select())]
    said = next(body for body in bodies if body["type"].endswith("deadlines.missed.v2"))
    assert (missed.message_id, missed.source, missed.subject) == (said["id"], said["source"], said["subject"])
    assert said["traceparent"].split("-")[1] == missed.trace_id


async def test_what_names_no_report_is_found_by_what_it_is_about(monitoring: Bench, chain: "Chain") -> None:
    """As a message about a case alone, which may come before the case is known here."""
    about_the_case = replace(
        _hop("cases.closed.v1"), report_id=None, subject=str(chain.opened().case_id), happened_at=chain.began
    )
    async with monitoring.transaction() as tx:
        store.add(tx, about_the_case)
    await monitoring.hears(chain.opened())
    assert sorted(await names(monitoring, chain.report_id)) == ["cases.closed", "cases.opened"]
    other = replace(chain, report_id=uuid4())
    await monitoring.hears(other.opened())
    assert await names(monitoring, other.report_id) == ["cases.opened"]


async def test_a_journey_keeps_no_words_of_the_policy(monitoring: Bench, chain: "Chain") -> None:
    await monitoring.hears(_assessed(chain), chain.offered())
    facts = [hop.facts for hop in (await journey(monitoring, chain.report_id)).hops]
    assert "Kent u dit adres?" not in json.dumps(facts)
    assert "omdat" not in json.dumps(facts)


async def test_only_the_newest_of_very_many_hops_are_shown(monitoring: Bench, chain: "Chain") -> None:
    async with monitoring.transaction() as tx:
        for number in range(503):
            store.add(
                tx,
                replace(
                    _hop("assignments.progressed.v1"),
                    report_id=chain.report_id,
                    message_id=str(new_id()),
                    happened_at=chain.after(number),
                    registered_at=chain.after(number),
                ),
            )
    found = await journey(monitoring, chain.report_id)
    assert (len(found.hops), found.earlier) == (500, 3)
    assert found.hops[0].happened_at == chain.after(3)


async def test_a_journey_goes_when_nothing_happened_for_long_and_no_clock_runs(
    monitoring: Bench, chain: "Chain"
) -> None:
    over, waiting, recent = (replace(chain, report_id=uuid4(), assignment_id=uuid4()) for _ in range(3))
    await monitoring.hears(over.opened(), waiting.offered(), recent.opened())
    monitoring.at(chain.began + timedelta(days=200))
    await monitoring.hears(
        replace(recent, began=chain.began + timedelta(days=200)).confirmed(0, Kind.PROGRESS)
    )
    await monitoring.turn("forget_journeys")
    assert await names(monitoring, over.report_id) == ["cases.opened"]
    monitoring.at(chain.began + timedelta(days=366))
    await monitoring.turn("forget_journeys")
    async with monitoring.transaction() as tx:
        left = {row.report_id for row in await tx.execute(hops.select())}
    assert left == {waiting.report_id, recent.report_id}


def test_hops_stand_as_they_happened_with_the_time_between_them(chain: "Chain") -> None:
    late = replace(_hop("b.c.v1"), happened_at=chain.after(2), registered_at=chain.after(2))
    first = replace(_hop("a.b.v1"), happened_at=chain.after(0), registered_at=chain.after(9))
    assert in_order([late, first]) == [first, late]
    assert waits([first, late]) == [None, timedelta(hours=2)]
    assert waits([]) == []


def test_a_message_without_words_is_shown_by_its_name() -> None:
    unknown = _hop("visits.planned.v3")
    assert (told(unknown), sign(unknown), who(unknown)) == ("visits.planned", "plain", "Zaken")


def _hop(name: str) -> Hop:
    return Hop(
        message_id=str(uuid4()),
        report_id=uuid4(),
        name=name,
        source="urn:nld:oin:00000000000000000000:systeem:meldketen-casework",
        subject=str(uuid4()),
        happened_at=LONG_AGO,
        registered_at=LONG_AGO,
        heard_at=LONG_AGO,
    )


def _assessed(chain: "Chain") -> ReportAssessed:
    return ReportAssessed.model_validate(
        {
            "report_id": chain.report_id,
            "category": "GEL-ERNST",
            "tracks": ["enforcement"],
            "partners": ["police"],
            "policy_version": "2026-1",
            "rules": [{"rule": "r1", "because": "omdat het zo is"}],
            "assessed_at": chain.began,
        }
    )

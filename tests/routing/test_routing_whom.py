"""A report of every category reaches exactly whom the policy names."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from itertools import product

import pytest
from asking_partners import NOW, REGISTER, a_report, sent_to_partners
from partner_standards import conforms
from recognisable_reports import CATEGORIES, POLICY
from sqlalchemy import select

from chassis.testing import Bench
from contracts.intake import ReportSubmitted, Tenure
from contracts.routing import AssignmentOffered, AssignmentUndeliverable
from routing.adapters import report_facts
from routing.domain.facts import Sighting
from routing.domain.partners import choose, hindrance
from routing.domain.policy import assess
from routing.tables import deliveries


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


def every_kind() -> list[ReportSubmitted]:
    """Each category, by each way to live, in danger and not, with children and not; each at an address of its own."""
    kinds = product(
        CATEGORIES, (Tenure.CORPORATION_TENANT, Tenure.OWNER), ((False, False), (True, False), (True, True))
    )
    return [
        a_report(
            category=category,
            reporter={"tenure": tenure},
            signals={"danger": danger, "children": children},
            address={"key": f"2599zx-{number}", "house_number": number},
        )
        for number, (category, tenure, (danger, children)) in enumerate(kinds, start=1)
    ]


async def test_every_category_reaches_exactly_whom_the_policy_says(routing: Bench) -> None:
    routing.at(NOW)
    told = every_kind()
    await routing.hears(*told)
    assert await routing.aside() == []
    said = await routing.said()
    offered, stuck, asked_about = defaultdict(set), defaultdict(set), {}
    for message in said:
        if isinstance(message, AssignmentOffered):
            offered[message.report_id].add((message.partner, message.track))
            asked_about[str(message.assignment_id)] = (message.report_id, message.partner)
        if isinstance(message, AssignmentUndeliverable):
            stuck[message.report_id].add((message.partner, message.track))
    sent = await sent_to_partners(routing)
    mailed = await to_be_mailed(routing)
    subjects = [*(one.event.subject for one in sent), *mailed]
    assert sorted(asked_about[subject] for subject in subjects) == sorted(asked_about.values())
    assert {asked_about[subject][1] for subject in mailed} == {p.id for p in REGISTER.values() if p.mail}
    for report in told:
        reached, left = expected(report)
        assert (offered[report.report_id], stuck[report.report_id]) == (reached, left), report.category
    for one in sent:
        assert asked_about[one.event.subject][1] == one.partner
        conforms(one.message)
    assert {one.partner for one in sent} == {p.id for p in REGISTER.values() if p.adapter}


async def to_be_mailed(routing: Bench) -> list[str]:
    """The assignments of which a person at a partner gets mail."""
    async with routing.transaction() as tx:
        rows = await tx.execute(select(deliveries.c.assignment_id).where(deliveries.c.channel == "mail"))
        return [str(assignment_id) for assignment_id in rows.scalars()]


def expected(report: ReportSubmitted) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """By policy and register: whom the hub asks, and whom a person must."""
    seen = (Sighting("somebody", report.category, report.received_at),)
    facts = report_facts.facts_of(report, seen, owner=None)
    reached: set[tuple[str, str]] = set()
    left: set[tuple[str, str]] = set()
    for request in assess(facts, POLICY).requests:
        partner = choose(request.part, facts.area, None, REGISTER.values())
        assert partner
        cannot = hindrance(partner, request.track, NOW.date())
        (left if cannot else reached).add((partner.id, request.track))
    return reached, left

"""What if the terms were others: counted over the clocks there are, and running clocks put on them when asked."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from term_versions import SHORTER, SLOWER, put_on_terms

from chassis.testing import Bench
from contracts.monitoring import DeadlineExtended
from monitoring.domain.attention import Act
from monitoring.domain.clocks import Deadline, Promise, State
from monitoring.store import attention, clocks

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]
PATH = "/monitoring/v1/terms"
LONG = 24 * 30


async def clock(bench: Bench, chain: "Chain", promise: Promise = Promise.FIRST_ANSWER) -> Deadline:
    async with bench.transaction() as tx:
        [found] = [one for one in await clocks.list_about(tx, chain.report_id) if one.promise is promise]
        return found


def other(chain: "Chain", partner: str = "police", name: str = "Politie") -> "Chain":
    return replace(chain, report_id=uuid4(), assignment_id=uuid4(), partner=partner, partner_name=name)


async def three_questions(monitoring: Bench, chain: "Chain") -> "tuple[Chain, Chain, Chain]":
    """One that runs, one that was answered after four days, and one of another partner."""
    answered, ggz = other(chain), other(chain, "ggz", "GGZ")
    for one in (chain, answered, ggz):
        await monitoring.hears(one.registered(), one.offered(hours=LONG))
    monitoring.at(chain.after(24 * 4))
    await monitoring.hears(answered.answered(24 * 4))
    return chain, answered, ggz


async def test_what_if_counts_other_ends_and_who_would_be_late(
    monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    await three_questions(monitoring, chain)
    reads = bearer("terms:read")
    answer = await monitoring.client.post(f"{PATH}/_foresee", json={"text": SHORTER}, headers=reads)
    assert answer.status_code == 200, answer.text
    rows = {(row["promise"], row["holder"]): row for row in answer.json()["rows"]}
    police = rows["first-answer", "police"]
    assert [police[name] for name in ("clocks", "later", "sooner", "newlyLate", "noLongerLate")] == [
        2,
        0,
        2,
        2,
        0,
    ]
    assert rows["first-answer", "ggz"]["holderName"] == "GGZ"
    assert (rows["outcome", "desk"]["clocks"], rows["outcome", "desk"]["sooner"]) == (3, 0)
    alone = await monitoring.client.post(f"{PATH}/_foresee", json={"text": SHORTER, "days": 0}, headers=reads)
    assert alone.json()["clocks"] < answer.json()["clocks"]
    wrong = await monitoring.client.post(f"{PATH}/_foresee", json={"text": "version ="}, headers=reads)
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, "application/problem+json")


async def test_running_clocks_are_put_on_the_terms_only_when_that_is_asked_and_keep_why(
    monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    running, answered, _ = await three_questions(monitoring, chain)
    before = await clock(monitoring, running)
    await put_on_terms(monitoring, SLOWER)
    assert not await monitoring.turn("transfer_clocks")
    assert await clock(monitoring, running) == before
    asks = {"version": "2027-01.1", "why": "Afgesproken met partners."}
    who = bearer("terms:activate", name="N. Visser")
    stale = asks | {"version": "2026-12.1"}
    assert (await monitoring.client.post(f"{PATH}/transfers", json=stale, headers=who)).status_code == 409
    begun = await monitoring.client.post(f"{PATH}/transfers", json=asks, headers=who)
    assert begun.status_code == 202, begun.text
    twice = await monitoring.client.post(f"{PATH}/transfers", json=asks, headers=who)
    assert twice.status_code == 409
    while await monitoring.turn("transfer_clocks"):
        pass
    after = await clock(monitoring, running)
    assert (after.amount, after.terms_version, after.state) == (8, "2027-01.1", State.RUNNING)
    assert after.due_at > before.due_at
    assert (await clock(monitoring, answered)).terms_version == "2026-12.1"
    async with monitoring.transaction() as tx:
        [deed] = await attention.list_deeds(tx, after.deadline_id)
    assert (deed.act, deed.who, deed.text, deed.until) == (
        Act.NEW_TERMS,
        "N. Visser",
        "Afgesproken met partners.",
        after.due_at,
    )
    extended = [one for one in await monitoring.said() if isinstance(one, DeadlineExtended)]
    assert {one.reason for one in extended} == {"new-terms"}
    told = await monitoring.client.get(begun.headers["location"], headers=bearer("terms:read"))
    assert (told.json()["later"], told.json()["sooner"], told.json()["endedAt"] is None) == (2, 0, False)


async def test_an_end_comes_sooner_only_where_that_was_asked_in_so_many_words(
    monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    await monitoring.hears(chain.registered(), chain.offered(hours=LONG))
    before = await clock(monitoring, chain)
    await put_on_terms(monitoring, SHORTER)
    who = bearer("terms:activate")
    for also_sooner, moved in ((False, False), (True, True)):
        asks = {"version": "2027-01.2", "why": "Sneller graag.", "alsoSooner": also_sooner}
        await monitoring.client.post(f"{PATH}/transfers", json=asks, headers=who)
        while await monitoring.turn("transfer_clocks"):
            pass
        assert ((await clock(monitoring, chain)).due_at < before.due_at) is moved


async def test_versions_are_proposed_and_activated_over_http_by_two_people(
    monitoring: Bench, bearer: Bearer
) -> None:
    await monitoring.turn("follow_terms")
    one = bearer("terms:read", "terms:propose", "terms:activate", name="B. Smit")
    client = monitoring.client
    wrong = await client.post(
        f"{PATH}/versions", json={"text": SLOWER.replace("within = 8", "within = 0")}, headers=one
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "/text")
    made = await client.post(f"{PATH}/versions", json={"text": SLOWER}, headers=one)
    assert (made.status_code, made.headers["location"]) == (201, f"{PATH}/versions/2027-01.1")
    why = {"why": "Besproken."}
    assert (
        await client.post(f"{made.headers['location']}/_activate", json=why, headers=one)
    ).status_code == 403
    two = bearer("terms:activate", name="N. Visser")
    assert (
        await client.post(f"{made.headers['location']}/_activate", json=why, headers=two)
    ).status_code == 200
    await monitoring.turn("follow_terms")
    told = (await client.get(PATH, headers=one)).json()
    assert (told["version"], told["inForce"]["activatedBy"]) == ("2027-01.1", "N. Visser")
    back = await client.post(f"{PATH}/versions/2026-12.1/_rollback", json=why, headers=one)
    assert back.json()["inForce"]
    assert (await client.get(f"{PATH}/versions", headers=bearer())).status_code == 403

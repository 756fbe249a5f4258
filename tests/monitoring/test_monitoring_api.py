"""The clocks and the board over HTTP: for who may see them, by state and by holder, a page at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chassis.testing import Bench

if TYPE_CHECKING:
    from .conftest import Chain

URL = "/monitoring/v1/deadlines"
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
async def kept_and_running(monitoring: Bench, chain: "Chain") -> Bench:
    """Four clocks: the confirmation, met, the police's answer, running, and those of the chain."""
    await monitoring.hears(chain.registered(), chain.confirmed(0.5), chain.offered())
    return monitoring


async def test_only_who_may_sees_clocks(monitoring: Bench, bearer: Bearer) -> None:
    assert (await monitoring.client.get(URL)).status_code == 401
    assert (await monitoring.client.get(URL, headers=bearer("reports:read"))).status_code == 403
    assert (await monitoring.client.get(URL, headers=bearer("deadlines:read"))).status_code == 200


@pytest.mark.parametrize(
    ("asked", "promises"),
    [
        ({}, ["confirmation", "first-action", "outcome", "first-answer"]),
        ({"state": "met"}, ["confirmation"]),
        ({"state": "running"}, ["first-action", "outcome", "first-answer"]),
        ({"holder": "police"}, ["first-answer"]),
        ({"holder": "desk", "state": "running"}, ["first-action", "outcome"]),
        ({"promise": "outcome"}, ["outcome"]),
        ({"reportId": "00000000-0000-0000-0000-000000000000"}, []),
        ({"dueBefore": "2026-11-23T14:00:00Z"}, ["confirmation"]),
    ],
)
async def test_clocks_are_asked_for_by_state_and_holder(
    kept_and_running: Bench, bearer: Bearer, asked: dict[str, str], promises: list[str]
) -> None:
    answer = await kept_and_running.client.get(URL, params=asked, headers=bearer("deadlines:read"))
    assert [one["promise"] for one in answer.json()["items"]] == promises


async def test_the_pages_together_hold_every_clock_once(
    monitoring: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    await monitoring.hears(*(chain.offered().model_copy(update={"assignment_id": uuid4()}) for _ in range(5)))
    seen: list[str] = []
    after: dict[str, str] = {}
    pages = 0
    while True:
        answer = await monitoring.client.get(
            URL, params={"limit": "2"} | after, headers=bearer("deadlines:read")
        )
        page = answer.json()
        seen += [one["deadlineId"] for one in page["items"]]
        pages += 1
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert (pages, len(seen), len(set(seen))) == (3, 5, 5)


async def test_an_unknown_state_is_refused(monitoring: Bench, bearer: Bearer) -> None:
    answer = await monitoring.client.get(URL, params={"state": "asleep"}, headers=bearer("deadlines:read"))
    assert answer.status_code == 400


BOARD = "/monitoring/v1/concerns"


@pytest.fixture
async def late(monitoring: Bench, chain: "Chain") -> Bench:
    """One question to the police went unanswered, and one could not be delivered."""
    await monitoring.hears(chain.offered(hours=4), replace(chain, assignment_id=uuid4()).undeliverable())
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    return monitoring


@pytest.fixture
def acting(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name="S. Voorbeeld")


@pytest.mark.parametrize(
    ("asked", "urgencies"),
    [
        ({}, ["late", "stranded"]),
        ({"urgency": "stranded"}, ["stranded"]),
        ({"holder": "police"}, ["late"]),
        ({"takenBy": "S. Voorbeeld"}, []),
        ({"untaken": "true"}, ["late", "stranded"]),
        ({"snoozed": "true"}, []),
        ({"pageSize": "1", "page": "2"}, ["stranded"]),
    ],
)
async def test_the_board_is_asked_for_as_it_is_sieved(
    late: Bench, acting: dict[str, str], asked: dict[str, str], urgencies: list[str]
) -> None:
    answer = await late.client.get(BOARD, params=asked, headers=acting)
    assert [one["urgency"] for one in answer.json()["items"]] == urgencies


async def test_a_deed_is_done_once_seen_and_kept(late: Bench, acting: dict[str, str], bearer: Bearer) -> None:
    first = (await late.client.get(BOARD, headers=acting)).json()["items"][0]
    deeds = f"{BOARD}/{first['concernId']}/deeds"
    taken = await late.client.post(deeds, headers=acting, json={"act": "take", "seen": 0})
    assert (taken.json()["takenBy"], taken.json()["revision"]) == ("S. Voorbeeld", 1)
    other = bearer("deadlines:act", name="T. Jansen")
    second = await late.client.post(deeds, headers=other, json={"act": "take", "seen": 0})
    assert (second.status_code, second.json()["type"]) == (409, "urn:woonoverlast:problem:changed-meanwhile")
    assert "S. Voorbeeld pakt dit intussen op." in second.json()["detail"]
    unseen = await late.client.post(deeds, headers=other, json={"act": "take"})
    assert (unseen.status_code, unseen.json()["type"]) == (409, "urn:woonoverlast:problem:act-refused")
    done = (await late.client.get(deeds, headers=acting)).json()
    assert [(one["act"], one["who"]) for one in done] == [("take", "S. Voorbeeld")]


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ({"act": "snooze"}, 400),
        ({"act": "snooze", "until": "2027-01-01T00:00:00Z", "why": "called"}, 400),
        ({"act": "snooze", "until": "2026-11-24T09:00:00", "why": "called"}, 400),
        ({"act": "snooze", "until": "2026-11-24T09:00:00Z", "why": "tired"}, 400),
        ({"act": "note", "text": "\x00"}, 400),
        ({"act": "return"}, 400),
        ({"act": "take", "who": "T. Jansen"}, 400),
        ({"act": "let-go"}, 409),
        ({"act": "snooze", "until": "2026-11-24T09:00:00Z", "why": "called"}, 200),
    ],
)
async def test_a_deed_that_cannot_be_is_refused(
    late: Bench, acting: dict[str, str], deed: dict[str, str], status: int
) -> None:
    first = (await late.client.get(BOARD, headers=acting)).json()["items"][0]
    answer = await late.client.post(f"{BOARD}/{first['concernId']}/deeds", headers=acting, json=deed)
    assert answer.status_code == status


async def test_what_is_settled_or_never_was_says_so(
    late: Bench, acting: dict[str, str], chain: "Chain"
) -> None:
    first = (await late.client.get(BOARD, headers=acting)).json()["items"][0]
    await late.hears(chain.accepted(5))
    deeds = f"{BOARD}/{first['concernId']}/deeds"
    settled = await late.client.post(deeds, headers=acting, json={"act": "take"})
    assert (settled.status_code, settled.json()["type"]) == (409, "urn:woonoverlast:problem:no-concern-now")
    assert (await late.client.get(deeds, headers=acting)).json() == []
    nowhere = f"{BOARD}/{uuid4()}/deeds"
    assert (await late.client.get(nowhere, headers=acting)).status_code == 404
    assert (await late.client.post(nowhere, headers=acting, json={"act": "take"})).status_code == 404


async def test_only_who_may_acts(late: Bench, bearer: Bearer) -> None:
    nowhere = f"{BOARD}/{uuid4()}/deeds"
    reader = bearer("deadlines:read")
    assert (await late.client.get(BOARD)).status_code == 401
    assert (await late.client.post(nowhere, headers=reader, json={"act": "take"})).status_code == 403

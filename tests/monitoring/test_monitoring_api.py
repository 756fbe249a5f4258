"""The clocks over HTTP: for who may see them, by state and by holder, a page at a time."""

from collections.abc import Callable
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

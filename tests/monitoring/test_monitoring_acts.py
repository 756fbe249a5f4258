"""A person lets a clock stand still, go on, last longer or stop, over HTTP; what cannot be is refused in words."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from chassis.testing import Bench
from contracts.monitoring import DeadlineCancelled, DeadlineExtended, DeadlinePaused, DeadlineResumed

if TYPE_CHECKING:
    from .conftest import Chain

URL = "/monitoring/v1/deadlines"
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
async def the_id(monitoring: Bench, chain: "Chain", bearer: Bearer) -> str:
    """The clock of a first answer, of four hours."""
    await monitoring.hears(chain.offered(hours=4))
    answer = await monitoring.client.get(URL, headers=bearer("deadlines:read"))
    return str(answer.json()["items"][0]["deadlineId"])


class Acting:
    def __init__(self, monitoring: Bench, bearer: Bearer, deadline_id: str) -> None:
        self.monitoring, self.bearer, self.deadline_id = monitoring, bearer, deadline_id

    async def __call__(self, act: str, status: int = 200, /, **body: Any) -> dict[str, Any]:
        answer = await self.monitoring.client.post(
            f"{URL}/{self.deadline_id}/_{act}",
            json=body if act != "acknowledge" else None,
            headers=self.bearer("deadlines:act", name="S. Voorbeeld"),
        )
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def is_refused(self, act: str, status: int, slug: str, /, **body: Any) -> str:
        problem = await self(act, status, **body)
        assert problem["type"] == f"urn:woonoverlast:problem:{slug}"
        return str(problem["detail"])


@pytest.fixture
def act(monitoring: Bench, bearer: Bearer, the_id: str) -> Acting:
    return Acting(monitoring, bearer, the_id)


async def test_who_may_look_may_not_act(monitoring: Bench, bearer: Bearer, the_id: str) -> None:
    for scope, status in (("deadlines:read", 403), ("deadlines:act", 200)):
        answer = await monitoring.client.post(
            f"{URL}/{the_id}/_pause", json={"reason": "court"}, headers=bearer(scope)
        )
        assert answer.status_code == status
    one = f"{URL}/{the_id}"
    assert (await monitoring.client.get(one, headers=bearer("deadlines:act"))).status_code == 403
    assert (await monitoring.client.get(one, headers=bearer("deadlines:read"))).json()["state"] == "paused"


async def test_a_pause_moves_the_end(monitoring: Bench, chain: "Chain", act: Acting) -> None:
    monitoring.at(chain.after(1))
    paused = await act("pause", reason="prosecution")
    assert (paused["state"], paused["reason"], paused["nextAt"]) == ("paused", "prosecution", None)
    monitoring.at(chain.after(24))
    resumed = await act("resume")
    assert (resumed["state"], resumed["dueAt"]) == ("running", "2026-11-24T15:00:00Z")
    extended = await act("extend", amount=2, unit="hours", reason="more-partners")
    assert extended["dueAt"] == "2026-11-24T17:00:00Z"
    cancelled = await act("cancel", reason="not-needed")
    assert (cancelled["state"], cancelled["reason"]) == ("cancelled", "not-needed")
    assert [type(one) for one in (await monitoring.said())[1:]] == [
        DeadlinePaused,
        DeadlineResumed,
        DeadlineExtended,
        DeadlineCancelled,
    ]


async def test_it_can_be_told_since_when(monitoring: Bench, chain: "Chain", act: Acting) -> None:
    monitoring.at(chain.after(3))
    await act("pause", reason="reporter", at=chain.after(1).isoformat())
    assert (await act("resume", at=chain.after(2).isoformat()))["dueAt"] == "2026-11-23T17:00:00Z"


async def test_a_pause_while_paused_is_refused(act: Acting) -> None:
    await act("pause", reason="court")
    detail = await act.is_refused("pause", 409, "already-paused", reason="other")
    assert "stands still since 2026-11-23 12:00" in detail


async def test_what_runs_cannot_go_on(act: Acting) -> None:
    await act.is_refused("resume", 409, "not-paused")


async def test_it_cannot_go_on_before_it_stood_still(monitoring: Bench, chain: "Chain", act: Acting) -> None:
    monitoring.at(chain.after(2))
    await act("pause", reason="court")
    await act.is_refused("resume", 400, "before-its-time", at=chain.after(1).isoformat())
    await act("resume")
    await act.is_refused(
        "pause", 400, "before-its-time", reason="court", at=(chain.began - timedelta(days=1)).isoformat()
    )


async def test_what_is_still_to_come_is_refused(chain: "Chain", act: Acting) -> None:
    await act.is_refused("pause", 400, "still-to-come", reason="court", at=chain.after(1).isoformat())


@pytest.mark.parametrize(
    ("amount", "unit", "slug"),
    [
        (0, "hours", "invalid-request"),
        (400, "calendar-days", "not-a-term"),
        (58, "weeks", "not-a-term"),
        (1, "moons", "invalid-request"),
    ],
)
async def test_a_term_of_nothing_or_of_over_a_year_is_refused(
    act: Acting, amount: int, unit: str, slug: str
) -> None:
    await act.is_refused("extend", 400, slug, amount=amount, unit=unit, reason="late")


async def test_an_unknown_reason_is_refused(act: Acting) -> None:
    await act.is_refused("pause", 400, "invalid-request", reason="holiday")
    await act.is_refused("cancel", 400, "invalid-request", reason="Mevrouw Jansen belde")


async def test_what_is_over_is_not_made_longer(monitoring: Bench, chain: "Chain", act: Acting) -> None:
    monitoring.at(chain.after(5))
    await act.is_refused("extend", 409, "term-is-over", amount=1, unit="weeks", reason="late")
    await monitoring.turn("fire_due")
    await act.is_refused("extend", 409, "term-is-over", amount=1, unit="weeks", reason="late")


async def test_what_was_met_stays_so(monitoring: Bench, chain: "Chain", act: Acting) -> None:
    await monitoring.hears(chain.accepted(1))
    for body in ({"reason": "court"}, {}, {"amount": 1, "unit": "weeks", "reason": "late"}):
        named = {1: "pause", 0: "resume", 3: "extend"}[len(body)]
        await act.is_refused(named, 409, "clock-is-over", **body)
    await act.is_refused("cancel", 409, "clock-is-over", reason="not-needed")
    await act.is_refused("acknowledge", 409, "clock-is-over")


async def concerns(monitoring: Bench, act: Acting) -> list[dict[str, Any]]:
    answer = await monitoring.client.get("/monitoring/v1/concerns", headers=act.bearer("deadlines:read"))
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_who_takes_a_missed_term_stops_the_calling(
    monitoring: Bench, chain: "Chain", act: Acting
) -> None:
    await act.is_refused("acknowledge", 409, "nothing-to-take")
    monitoring.at(chain.after(4))
    await monitoring.turn("fire_due")
    taken = await act("acknowledge")
    assert (taken["acknowledgedBy"], taken["nextAt"]) == ("S. Voorbeeld", None)
    (concern,) = await concerns(monitoring, act)
    assert concern["takenBy"] == "S. Voorbeeld"
    assert (await act("acknowledge"))["acknowledgedAt"] == taken["acknowledgedAt"]
    monitoring.at(chain.after(400))
    assert not await monitoring.turn("fire_due")


@pytest.mark.parametrize("what", ["", "/_pause", "/_resume", "/_extend", "/_cancel", "/_acknowledge"])
async def test_there_is_no_such_clock(monitoring: Bench, bearer: Bearer, what: str) -> None:
    bodies = {
        "/_pause": {"reason": "court"},
        "/_extend": {"amount": 1, "unit": "hours", "reason": "late"},
        "/_cancel": {"reason": "late"},
        "/_resume": {},
    }
    headers = bearer("deadlines:read", "deadlines:act")
    url = f"{URL}/{uuid4()}{what}"
    answer = (
        await monitoring.client.post(url, json=bodies.get(what), headers=headers)
        if what
        else await monitoring.client.get(url, headers=headers)
    )
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:woonoverlast:problem:no-such-clock")

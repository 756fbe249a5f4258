"""A process whose clock is wrong stands still and says so: its terms would end at the wrong time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from chassis.clock import wall_clock
from chassis.database import WrongClock
from chassis.identity import new_id
from chassis.reading import read
from chassis.testing import Bench
from contracts.casework import CaseOpened
from contracts.catalogue import Exchange

OnBench = Callable[..., Awaitable[Bench]]
REPORT = {"category": "BUREN", "story": "Ruzie.", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
HOURS = [timedelta(hours=3), timedelta(minutes=-11)]


def be_off(bench: Bench, ahead: timedelta) -> None:
    bench.service.database.clock = lambda: wall_clock() + ahead


@pytest.mark.parametrize("ahead", HOURS, ids=str)
async def test_nothing_is_done_with_a_clock_that_is_wrong(on_bench: OnBench, ahead: timedelta) -> None:
    monitoring = await on_bench("monitoring")
    be_off(monitoring, ahead)
    with pytest.raises(WrongClock):
        async with monitoring.transaction():
            pytest.fail("a transaction was opened")


@pytest.mark.parametrize("ahead", HOURS, ids=str)
async def test_a_wrong_clock_is_said_to_who_asks(on_bench: OnBench, ahead: timedelta) -> None:
    intake = await on_bench("intake")
    be_off(intake, ahead)
    refused = await intake.client.post("/intake/v1/reports", json=REPORT)
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:woonoverlast:problem:wrong-clock")
    assert (await intake.client.get("/health/ready")).status_code == 503
    [seconds] = [
        float(line.rpartition(" ")[2])
        for line in (await intake.client.get("/metrics")).text.splitlines()
        if line.startswith('meldketen_clock_ahead_seconds{service="intake"}')
    ]
    assert abs(seconds - ahead.total_seconds()) < 60


async def test_what_comes_meanwhile_waits_until_the_clock_is_right(on_bench: OnBench) -> None:
    monitoring = await on_bench("monitoring")
    opened = CaseOpened(case_id=new_id(), number="1", report_id=new_id(), opened_at=wall_clock())
    body = monitoring.event(opened).model_dump_json(exclude_none=True).encode()
    async with monitoring.transaction():
        pass
    be_off(monitoring, timedelta(hours=1))
    monitoring.service.database.look_at_the_clock_after = 0
    hearing = asyncio.ensure_future(
        monitoring.consumer.handle(list(read(body, Exchange.OPEN, "", "monitoring")))
    )
    done, _ = await asyncio.wait([hearing], timeout=1)
    assert not done
    be_off(monitoring, timedelta())
    await hearing
    assert await monitoring.aside() == []


async def test_some_minutes_do_no_harm(on_bench: OnBench) -> None:
    intake = await on_bench("intake")
    be_off(intake, timedelta(minutes=9))
    assert (await intake.client.post("/intake/v1/reports", json=REPORT)).status_code == 202

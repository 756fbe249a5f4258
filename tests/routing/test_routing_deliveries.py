"""A partner that is reached over HTTPS gets what is for it, signed, and not for ever."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from posting import a_report, asked, make_due, put, rows
from webhook_receiver import Receiver, receiving

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.partners import PoliceQuestion
from contracts.routing import AssignmentUndeliverable
from routing.store import assignments

OnBench = Callable[..., Awaitable[Bench]]
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    async with receiving(tmp_path) as receiver:
        yield receiver


@pytest.fixture
async def routing(on_bench: OnBench, receiver: Receiver) -> Bench:
    return await put(on_bench, receiver)


async def undeliverable(routing: Bench) -> list[AssignmentUndeliverable]:
    said = await routing.said()
    return [m for m in said if isinstance(m, AssignmentUndeliverable) and m.partner == "police"]


async def test_the_question_is_posted_signed_with_a_token_and_then_forgotten(
    routing: Bench, receiver: Receiver
) -> None:
    await routing.hears(a_report())
    assert await routing.turn("deliver")
    assert not await routing.turn("deliver")
    [(headers, body)] = receiver.came
    event = CloudEvent.model_validate_json(body)
    assert PoliceQuestion.model_validate(event.data).kenmerk == await asked(routing)
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["webhook-id"] == event.id
    assert headers["authorization"] == "Bearer token-1"
    assert headers["traceparent"].split("-")[1] == (event.traceparent or "").split("-")[1]
    [row] = await rows(routing)
    assert (row.stage, row.body, row.attempts) == ("delivered", None, 1)
    assert PoliceQuestion not in [type(m) for m in await routing.said()]


async def test_a_token_is_used_again_until_shortly_before_it_ends(routing: Bench, receiver: Receiver) -> None:
    await routing.hears(a_report())
    await routing.turn("deliver")
    receiver.good_tokens.clear()  # taken back before its time: one new token, and no second attempt
    await routing.hears(a_report().model_copy(update={"report_id": await asked(routing)}))
    await routing.turn("deliver")
    assert receiver.tokens == 2
    assert [row.attempts for row in await rows(routing)] == [1, 1]


async def test_a_token_that_is_about_to_end_is_not_used(routing: Bench, receiver: Receiver) -> None:
    receiver.expires_in = 20
    receiver.answer(503, 204)
    await routing.hears(a_report())
    await routing.turn("deliver")
    await make_due(routing)
    await routing.turn("deliver")
    assert receiver.tokens == 2


async def test_with_a_certificate_instead_of_a_token(on_bench: OnBench, tmp_path: Path) -> None:
    async with receiving(tmp_path, mutual=True) as receiver:
        routing = await put(on_bench, receiver, mutual=True)
        await routing.hears(a_report())
        await routing.turn("deliver")
        assert len(receiver.came) == 1
        assert "authorization" not in receiver.came[0][0]


async def test_a_server_that_nobody_vouches_for_gets_nothing(on_bench: OnBench, receiver: Receiver) -> None:
    (receiver.folder / "police.ca").unlink()
    routing = await put(on_bench, receiver)
    await routing.hears(a_report())
    await routing.turn("deliver")
    assert receiver.came == []
    assert [(row.stage, row.last_error) for row in await rows(routing)] == [("waiting", "ConnectError")]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503, 302])
async def test_a_failure_that_may_pass_is_tried_again_with_the_same_id(
    routing: Bench, receiver: Receiver, status: int
) -> None:
    receiver.answer(status, 204, Location=f"{receiver.url}/elders")
    await routing.hears(a_report())
    await routing.turn("deliver")
    [row] = await rows(routing)
    assert (row.stage, row.attempts) == ("waiting", 1)
    assert row.next_at > row.created_at
    await make_due(routing)
    await routing.turn("deliver")
    assert len(set(receiver.ids())) == 1
    assert len(receiver.came) == 2
    assert [row.stage for row in await rows(routing)] == ["delivered"]


async def test_pauses_grow_and_differ(routing: Bench, receiver: Receiver) -> None:
    receiver.answer(500)
    await routing.hears(a_report())
    pauses = []
    for _ in range(8):
        await make_due(routing)
        routing.at(NOW)
        await make_due(routing)
        await routing.turn("deliver")
        [row] = await rows(routing)
        pauses.append((row.next_at - NOW).total_seconds())
    assert all(0.2 <= pause <= 2 ** (number + 2) for number, pause in enumerate(pauses))
    assert len(set(pauses)) == 8


async def test_a_receiver_that_asks_for_time_gets_it(routing: Bench, receiver: Receiver) -> None:
    receiver.answer(503, retry_after="7200")
    routing.at(NOW)
    await routing.hears(a_report())
    await routing.turn("deliver")
    [row] = await rows(routing)
    assert row.next_at == NOW + timedelta(hours=2)


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_a_refusal_is_given_up_at_once_and_a_person_hears_of_it(
    routing: Bench, receiver: Receiver, status: int
) -> None:
    receiver.answer(status)
    await routing.hears(a_report())
    await routing.turn("deliver")
    [row] = await rows(routing)
    assert (row.stage, row.body, row.last_error) == ("given-up", None, f"answers {status}")
    [told] = await undeliverable(routing)
    assert (told.reason, told.why) == ("not-connected", "Politie neemt deze vraag niet aan: vraag het zelf.")
    async with routing.transaction() as tx:
        assert (await assignments.get(tx, told.assignment_id)).state == "undeliverable"


async def test_after_a_day_it_is_given_up(routing: Bench, receiver: Receiver) -> None:
    receiver.answer(503)
    routing.at(NOW)
    await routing.hears(a_report())
    await routing.turn("deliver")
    routing.at(NOW + timedelta(hours=23))
    await routing.turn("deliver")
    assert not await routing.turn("give_up_overdue")
    routing.at(NOW + timedelta(hours=25))
    assert not await routing.turn("deliver")
    assert await routing.turn("give_up_overdue")
    [told] = await undeliverable(routing)
    assert told.why == "Politie was een dag lang niet te bereiken: vraag het zelf."
    assert [row.stage for row in await rows(routing)] == ["given-up"]
    assert len(receiver.came) == 2


async def test_what_was_never_tried_is_not_given_up_because_we_were_away(
    routing: Bench, receiver: Receiver
) -> None:
    routing.at(NOW)
    await routing.hears(a_report())
    routing.at(NOW + timedelta(days=3))
    assert not await routing.turn("give_up_overdue")
    await routing.turn("deliver")
    assert [row.stage for row in await rows(routing)] == ["delivered"]
    assert len(receiver.came) == 1


async def test_what_waits_for_a_partner_that_is_reached_in_another_way_now_goes_to_a_person(
    routing: Bench, on_bench: OnBench
) -> None:
    await routing.hears(a_report())
    shipped = await on_bench("routing")
    assert await shipped.turn("give_up_overdue")
    assert len(await undeliverable(shipped)) == 1

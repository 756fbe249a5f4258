"""Alerts for machines: signed, tried again, given up in the open, never twice by our own doing."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from webhook_receiver import SECRET, Receiver, receiving

from chassis import jobs
from chassis.testing import Bench
from contracts.catalogue import Exchange, entry_of
from contracts.envelope import CloudEvent
from contracts.monitoring import DeadlineMissed, EscalationRaised, Promise
from notifications.adapters import webhook_file
from notifications.adapters.webhook_file import WebhooksAreWrong
from notifications.tables import deliveries

OnBench = Callable[..., Awaitable[Bench]]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FILE = """
[webhooks.pager]
url = "{url}/vragen"
alerts = ["deadlines.missed.v2", "assignments.undeliverable.v1"]
"""


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    async with receiving(tmp_path, partner="pager") as receiver:
        receiver.asks_token = False
        yield receiver


@pytest.fixture
async def notifications(on_bench: OnBench, receiver: Receiver) -> Bench:
    return await put(on_bench, receiver)


async def put(on_bench: OnBench, receiver: Receiver, text: str = FILE) -> Bench:
    file = receiver.folder / "webhooks.toml"
    file.write_text(text.format(url=receiver.url), encoding="utf-8")
    made = await on_bench("notifications", webhooks_file=file, webhook_secrets_dir=receiver.folder)
    made.at(NOW)
    return made


def a_clock(number: int = 1) -> dict[str, Any]:
    return {
        "deadline_id": UUID(int=number),
        "report_id": UUID(int=100 + number),
        "promise": Promise.FIRST_ANSWER,
        "holder": "police",
        "holder_name": "Politie",
        "due_at": NOW,
    }


def missed(number: int = 1) -> DeadlineMissed:
    return DeadlineMissed(**a_clock(number), missed_at=NOW)


async def state(notifications: Bench) -> list[tuple[str, int, str | None]]:
    async with notifications.transaction() as tx:
        found = await tx.execute(
            select(deliveries.c.stage, deliveries.c.attempts, deliveries.c.reason).order_by(
                deliveries.c.created_at
            )
        )
        return [tuple(row) for row in found]


async def given_up(notifications: Bench) -> float:
    text = (await notifications.client.get("/metrics")).text
    [counted] = re.findall(r'^meldketen_webhook_given_up_total\{webhook="pager"\} (\S+)$', text, re.MULTILINE)
    return float(counted)


async def test_a_webhook_gets_what_it_asked_for_signed_and_as_it_was_said(
    notifications: Bench, receiver: Receiver
) -> None:
    """The receiver answers 400 to what is not signed by the text of Standard Webhooks."""
    event = notifications.event(missed()).model_dump_json(exclude_none=True).encode()
    unasked = EscalationRaised(**a_clock(), rung="partner", rung_due_at=NOW, raised_at=NOW)
    await notifications.receives(event)
    await notifications.receives(event)
    await notifications.hears(unasked)
    assert await notifications.turn("deliver")
    assert not await notifications.turn("deliver")
    [(headers, body)] = receiver.came
    said, heard = CloudEvent.model_validate_json(body), CloudEvent.model_validate_json(event)
    assert said == heard.model_copy(update={"follows": None})
    assert headers["webhook-id"] == heard.id
    assert headers["content-type"] == "application/cloudevents+json"
    assert await state(notifications) == [("delivered", 1, None)]


async def test_what_is_not_taken_is_tried_again_with_the_same_id_when_the_receiver_wants_it(
    notifications: Bench, receiver: Receiver
) -> None:
    receiver.answer(429, 503, 204, Retry_After="7200")
    await notifications.hears(missed())
    for minutes, tries in ((0, 1), (119, 1), (121, 2), (121 + 121, 3), (400, 3)):
        notifications.at(NOW + timedelta(minutes=minutes))
        await notifications.turn("deliver")
        assert len(receiver.came) == tries
    assert len(set(receiver.ids())) == 1
    assert await state(notifications) == [("delivered", 3, None)]


async def test_what_is_refused_is_given_up_seen_and_can_be_tried_again(
    notifications: Bench, receiver: Receiver, bearer: Callable[..., dict[str, str]]
) -> None:
    receiver.answer(410, 204)
    await notifications.turn("count_deliveries")
    before = await given_up(notifications)
    await notifications.hears(missed())
    await notifications.turn("deliver")
    assert await state(notifications) == [("given-up", 1, "answers 410")]
    shown = await notifications.client.get("/notifications/v1/outlets", headers=bearer("parked:read"))
    [outlet] = [one for one in shown.json()["items"] if one["kind"] == "webhook"]
    assert (outlet["name"], outlet["givenUp"], outlet["reason"]) == ("pager", 1, "answers 410")
    assert await given_up(notifications) == before + 1

    async def replay(webhook: str, **asked: str) -> tuple[int, Any]:
        where = f"/notifications/v1/webhooks/{webhook}/_replay"
        answer = await notifications.client.post(where, json=asked, headers=bearer("parked:act"))
        return answer.status_code, answer.json()

    assert (await replay("pager"))[0] == 400
    assert (await replay("nobody", why="it is mended"))[0] == 404
    assert await replay("pager", why="it is mended") == (200, {"count": 1})
    path = "/notifications/v1/parked-messages/interventions"
    [done] = (await notifications.client.get(path, headers=bearer("parked:read"))).json()["items"]
    assert [done[name] for name in ("action", "name", "why")] == [
        "replay",
        "webhook pager (1)",
        "it is mended",
    ]
    await notifications.turn("deliver")
    assert len(set(receiver.ids())) == 1
    assert [stage for stage, *_ in await state(notifications)] == ["delivered"]


async def test_who_stays_away_for_a_day_is_given_up(notifications: Bench, receiver: Receiver) -> None:
    receiver.answer(503)
    await notifications.hears(missed())
    for hours in (0, 12, 25):
        notifications.at(NOW + timedelta(hours=hours))
        await notifications.turn("deliver")
        await notifications.turn("give_up_overdue")
    assert await state(notifications) == [("given-up", 2, "answers 503")]


async def test_what_was_for_a_webhook_that_is_gone_is_given_up(
    on_bench: OnBench, notifications: Bench, receiver: Receiver
) -> None:
    await notifications.hears(missed())
    (receiver.folder / "desk.webhook-secret").write_text(SECRET, encoding="utf-8")
    other = await put(
        on_bench, receiver, '[webhooks.desk]\nurl = "{url}/vragen"\nalerts = ["deadlines.missed.v2"]\n'
    )
    await other.turn("give_up_overdue")
    assert await state(other) == [("given-up", 0, "no such webhook")]


async def test_a_slow_receiver_locks_nothing_and_gets_nothing_twice(
    notifications: Bench, receiver: Receiver
) -> None:
    """Two processes post at once; meanwhile a third hears more."""
    receiver.pause_seconds = 0.3
    await notifications.hears(*(missed(number) for number in range(1, 7)))
    job = next(job for job in notifications.service.jobs if job.name == "deliver")
    posting = [asyncio.create_task(jobs.take_turn(job, notifications.service.database)) for _ in range(2)]
    await asyncio.sleep(0.1)
    await asyncio.wait_for(notifications.hears(missed(7)), 5)
    await asyncio.gather(*posting)
    await notifications.turn("deliver")
    assert len(receiver.ids()) == len(set(receiver.ids())) == 7


async def test_a_redirect_is_not_followed(notifications: Bench, receiver: Receiver) -> None:
    receiver.answer(302, location="http://127.0.0.1:9/")
    await notifications.hears(missed())
    await notifications.turn("deliver")
    assert await state(notifications) == [("waiting", 1, "answers 302, and a redirect is not followed")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("geen toml", "cannot be read"),
        ('[webhooks.x1]\nurl = "http://pager.example/"\nalerts = ["deadlines.missed.v2"]', "https only"),
        ('[webhooks.x1]\nurl = "https://a:b@c.example/"\nalerts = ["deadlines.missed.v2"]', "without a name"),
        ('[webhooks.x1]\nurl = "https://a.example/"\nalerts = ["reports.submitted.v1"]', "is no alert"),
        ('[webhooks.x1]\nurl = "https://a.example/"\nalerts = []', "at least 1"),
        ('[webhooks.x1]\nurl = "https://a.example/"\nalerts = ["deadlines.missed.v2"]\nkey = "x"', "Extra"),
    ],
)
def test_a_file_that_cannot_work_stops_the_start_with_a_sentence(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "webhooks.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WebhooksAreWrong, match=said):
        webhook_file.read(file)


def test_a_secret_that_lacks_or_is_short_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "webhooks.toml").write_text(FILE.format(url="https://pager.example"), encoding="utf-8")
    webhooks = webhook_file.read(tmp_path / "webhooks.toml")
    with pytest.raises(WebhooksAreWrong, match="MELDKETEN_WEBHOOK_SECRETS_DIR"):
        webhook_file.posters(webhooks, None)
    with pytest.raises(WebhooksAreWrong, match=r"needs the file pager\.webhook-secret"):
        webhook_file.posters(webhooks, tmp_path)
    secret = tmp_path / "pager.webhook-secret"
    secret.write_text("kort", encoding="utf-8")
    with pytest.raises(WebhooksAreWrong, match="at least 24 bytes"):
        webhook_file.posters(webhooks, tmp_path)
    secret.write_text(SECRET, encoding="utf-8")
    (tmp_path / "pager.ca").write_text("geen certificaat", encoding="utf-8")
    with pytest.raises(WebhooksAreWrong, match="cannot be used"):
        webhook_file.posters(webhooks, tmp_path)


def test_every_alert_is_an_open_event_that_notifications_hears() -> None:
    entries = [entry_of(alert) for alert in webhook_file.ALERTS]
    assert {entry.exchange for entry in entries} == {Exchange.OPEN}
    assert all("notifications" in entry.readers for entry in entries)

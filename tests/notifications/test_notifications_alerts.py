"""Alerts by mail: to whom they are for, together where there are many, none lost and none told twice."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.testing import Bench
from contracts.monitoring import DeadlineMissed, EscalationRaised, Promise
from contracts.notifications import NotificationFailed, NotificationSent
from meldketen.mailbox import Mailbox
from routing.adapters import register_file

OnBench = Callable[..., Awaitable[Bench]]
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
STAFF = {
    "operations_email": "toezicht@desk.example",
    "director_email": "regie@desk.example",
    "coordinator_email": "coordinator@desk.example",
}


class Crash(Exception):
    """The process ended here."""


@pytest.fixture
async def notifications(on_bench: OnBench, mailbox: Mailbox, routing_url: str) -> Bench:
    put = await on_bench("notifications", routing_url=routing_url, smtp_port=mailbox.port, **STAFF)
    put.at(NOW)
    return put


def a_clock(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "deadline_id": UUID(int=number),
        "report_id": UUID(int=100_000 + number),
        "assignment_id": UUID(int=200_000 + number),
        "promise": Promise.FIRST_ANSWER,
        "holder": "police",
        "holder_name": "Politie",
        "due_at": NOW,
    } | more


def missed(number: int, **more: Any) -> DeadlineMissed:
    return DeadlineMissed(**a_clock(number, **more), missed_at=NOW)


def raised(rung: str, **more: Any) -> EscalationRaised:
    return EscalationRaised(**a_clock(**more), rung=rung, rung_due_at=NOW, raised_at=NOW)


async def send(notifications: Bench) -> None:
    for job in ("bundle_alerts", "send_next"):
        while await notifications.turn(job):
            pass


async def test_each_rung_is_told_to_whom_it_is_for_and_once(notifications: Bench, mailbox: Mailbox) -> None:
    ladder = [raised("partner"), raised("director", case_id=uuid4()), raised("coordinator")]
    await notifications.hears(*ladder)
    await notifications.hears(*ladder)
    await send(notifications)
    assert Counter(mail.to for mail in mailbox.messages) == {
        "wijkdesk@politie.example": 1,
        "regie@desk.example": 1,
        "coordinator@desk.example": 1,
    }
    [to_partner] = [mail for mail in mailbox.messages if mail.to == "wijkdesk@politie.example"]
    assert str(UUID(int=200_001)) in to_partner.text
    assert str(UUID(int=100_001)) not in to_partner.text


@pytest.mark.parametrize("holder", ["fire-brigade", "left-long-ago"])
async def test_what_is_for_a_partner_without_an_address_operations_passes_on(
    notifications: Bench, mailbox: Mailbox, holder: str
) -> None:
    await notifications.hears(raised("partner", holder=holder, holder_name="Brandweer"))
    await send(notifications)
    [mail] = mailbox.messages
    assert mail.to == "toezicht@desk.example"
    assert "deze mail is voor Brandweer" in mail.text


async def test_a_partner_is_written_to_when_routing_answers_again(
    on_bench: OnBench, mailbox: Mailbox
) -> None:
    alone = await on_bench("notifications", routing_url="http://127.0.0.1:9", smtp_port=mailbox.port)
    await alone.hears(raised("partner"))
    await send(alone)
    assert mailbox.messages == []
    assert not [said for said in await alone.said() if isinstance(said, NotificationFailed)]


async def test_a_flood_is_two_mails_and_tells_of_every_clock_once(
    notifications: Bench, mailbox: Mailbox
) -> None:
    """The first goes at once. Five hundred more wait for the end of the window, and a crash changes nothing."""
    await notifications.hears(missed(1))
    await send(notifications)
    await notifications.hears(*(missed(number) for number in range(2, 502)))
    notifications.at(NOW + timedelta(seconds=299))
    await send(notifications)
    assert len(mailbox.messages) == 1

    notifications.at(NOW + timedelta(seconds=300))
    assert await notifications.turn("bundle_alerts")
    job = next(job for job in notifications.service.jobs if job.name == "send_next")
    with suppress(Crash):
        async with notifications.transaction() as tx:
            await job.turn(tx)
            raise Crash
    await notifications.hears(missed(502))
    await send(notifications)
    first, flood, again = mailbox.messages
    assert flood.message_id == again.message_id != first.message_id
    assert flood.subject == "Woonoverlast: 500 punten vragen aandacht"
    told = re.findall(r"/toezicht/termijn/(\S+)", first.text + again.text)
    assert sorted(told) == [str(UUID(int=number)) for number in range(1, 502)]

    notifications.at(NOW + timedelta(seconds=600))
    await send(notifications)
    assert str(UUID(int=502)) in mailbox.messages[-1].text
    sent = [said.report_id.int for said in await notifications.said() if isinstance(said, NotificationSent)]
    assert sorted(sent) == [100_000 + number for number in range(1, 503)]


async def test_what_piles_up_while_the_mail_server_is_away_goes_together(
    notifications: Bench, mailbox: Mailbox
) -> None:
    port = mailbox.port
    await mailbox.stop()
    for number in range(1, 5):
        notifications.at(NOW + timedelta(minutes=10 * number))
        await notifications.hears(missed(number))
        await send(notifications)
    await mailbox.start("127.0.0.1", port)
    for hours in (2, 3):
        notifications.at(NOW + timedelta(hours=hours))
        await send(notifications)
    assert len(mailbox.messages) == 2
    told = re.findall(r"/toezicht/termijn/(\S+)", "".join(mail.text for mail in mailbox.messages))
    assert sorted(told) == [str(UUID(int=number)) for number in range(1, 5)]


async def test_a_clock_that_got_a_new_end_is_told_of_again(notifications: Bench, mailbox: Mailbox) -> None:
    await notifications.hears(missed(1), missed(1, due_at=NOW + timedelta(days=1)))
    await send(notifications)
    [mail] = mailbox.messages
    assert "2 punten" in mail.subject


async def test_what_a_mailbox_does_not_take_can_be_seen(
    on_bench: OnBench, mailbox: Mailbox, bearer: Callable[..., dict[str, str]]
) -> None:
    put = await on_bench("notifications", smtp_port=mailbox.port, operations_email="weg@refused.example")
    await put.hears(missed(1))
    await send(put)
    asked = await put.client.get("/notifications/v1/outlets", headers=bearer("parked:read"))
    [outlet] = asked.json()["items"]
    assert (outlet["kind"], outlet["name"], outlet["givenUp"], outlet["reason"]) == (
        "mailbox",
        "operations",
        1,
        "refused",
    )
    assert (await put.client.get("/notifications/v1/outlets")).status_code == 401


async def test_only_who_may_asks_where_a_partner_reads_mail(
    on_bench: OnBench, tmp_path: Path, bearer: Callable[..., dict[str, str]]
) -> None:
    file = tmp_path / "register.toml"
    file.write_text(register_file.shipped(), encoding="utf-8")
    routing = await on_bench("routing", register_file=file)

    async def asked(partner: str, *scopes: str) -> tuple[int, Any]:
        headers = bearer(*scopes) if scopes else {}
        answer = await routing.client.get(f"/routing/v1/partners/{partner}/contact", headers=headers)
        return answer.status_code, answer.json()

    assert (await asked("police"))[0] == 401
    assert (await asked("police", "reports:read"))[0] == 403
    assert (await asked("nobody", "contacts:read"))[0] == 404
    assert await asked("police", "contacts:read") == (
        200,
        {"name": "Politie", "email": "wijkdesk@politie.example"},
    )
    assert (await asked("animal-police", "contacts:read"))[1]["email"] == "overlast@dierenpolitie.example"
    assert (await asked("fire-brigade", "contacts:read"))[1]["email"] is None


async def test_what_a_mailbox_refused_is_mailed_when_it_is_mended_and_who_asked_is_kept(
    notifications: Bench, on_bench: OnBench, mailbox: Mailbox, bearer: Callable[..., dict[str, str]]
) -> None:
    broken = await on_bench("notifications", smtp_port=mailbox.port, operations_email="weg@refused.example")
    broken.at(NOW)
    await broken.hears(missed(1), missed(2))
    await send(broken)
    assert mailbox.messages == []

    async def replay(name: str, scope: str = "parked:act", **asked: str) -> tuple[int, Any]:
        where = f"/notifications/v1/mailboxes/{name}/_replay"
        answer = await notifications.client.post(
            where, json=asked, headers=bearer(scope, name="S. Voorbeeld")
        )
        return answer.status_code, answer.json()

    why = "the mail server is mended"
    assert (await replay("operations", "parked:read", why=why))[0] == 403
    assert (await replay("operations"))[0] == 400
    assert (await replay("nobody", why=why))[0] == 404
    assert await replay("operations", why=why) == (200, {"count": 2})
    notifications.at(NOW + timedelta(minutes=6))
    await send(notifications)
    assert [mail.to for mail in mailbox.messages] == ["toezicht@desk.example"]
    assert await replay("operations", why=why) == (200, {"count": 0})
    path = "/notifications/v1/parked-messages/interventions"
    done = (await notifications.client.get(path, headers=bearer("parked:read"))).json()["items"]
    assert [(one["who"], one["action"], one["name"], one["why"]) for one in done] == [
        ("S. Voorbeeld", "replay", "mailbox operations (0)", why),
        ("S. Voorbeeld", "replay", "mailbox operations (2)", why),
    ]

"""No mail is lost or sent twice by trouble: it waits, is tried again, or fails for good and says so."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from letters_sent import NOW, Register, send_all, states, the_only

from chassis.testing import Bench
from contracts.notifications import Failure, NotificationFailed
from meldketen.mailbox import Mailbox
from notifications.domain.letters import Letter, Notification
from notifications.store import letters

OnBench = Callable[..., Awaitable[Bench]]


class Crash(Exception):
    """The process ended here."""


async def test_a_refused_address_fails_for_good_and_the_event_does_not_tell_it(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register(email="a.voorbeeld@refused.example")
    await notifications.hears(report)
    await send_all(notifications)
    (said,) = await notifications.said()
    assert isinstance(said, NotificationFailed)
    assert said.reason is Failure.REFUSED
    assert await states(notifications, report) == [("failed", said.reason)]
    assert mailbox.messages == []


async def test_a_report_that_intake_no_longer_has_fails_for_good(
    notifications: Bench, register: Register
) -> None:
    gone = (await register()).model_copy(update={"report_id": uuid4()})
    await notifications.hears(gone)
    await send_all(notifications)
    (said,) = await notifications.said()
    assert isinstance(said, NotificationFailed)
    assert said.reason is Failure.NO_REPORT


async def test_a_deferred_mail_is_tried_again_after_its_pause(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register(email="a.voorbeeld@later.example")
    notifications.at(NOW)
    await notifications.hears(report)
    await send_all(notifications)
    assert await states(notifications, report) == [("queued", "the mail server refuses the recipient: 451")]
    notifications.at(NOW + timedelta(seconds=9))
    assert not await notifications.turn("send_next")
    notifications.at(NOW + timedelta(seconds=10))
    assert await notifications.turn("send_next")
    assert the_only(mailbox).to == "a.voorbeeld@later.example"
    assert await states(notifications, report) == [("sent", None)]
    assert len(await notifications.said()) == 1


async def test_mail_waits_for_a_mail_server_that_is_down(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report, port = await register(), mailbox.port
    notifications.at(NOW)
    await notifications.hears(report)
    await mailbox.stop()
    await send_all(notifications)
    ((state, reason),) = await states(notifications, report)
    assert (state, await notifications.said()) == ("queued", [])
    assert reason
    assert reason.startswith("the mail server does not answer")
    await mailbox.start("127.0.0.1", port)
    notifications.at(NOW + timedelta(minutes=1))
    await send_all(notifications)
    assert len(mailbox.messages) == 1


async def test_mail_waits_for_an_intake_that_is_down(
    on_bench: OnBench, mailbox: Mailbox, register: Register
) -> None:
    nobody = "http://127.0.0.1:9"
    notifications = await on_bench("notifications", intake_url=nobody, smtp_port=mailbox.port)
    report = await register()
    await notifications.hears(report)
    await send_all(notifications)
    assert await states(notifications, report) == [("queued", "intake does not answer: ConnectError")]


async def test_mail_waits_while_somebody_else_answers_for_intake(
    on_bench: OnBench, mailbox: Mailbox, register: Register, intake_url: str
) -> None:
    astray = f"{intake_url}/elsewhere"
    notifications = await on_bench("notifications", intake_url=astray, smtp_port=mailbox.port)
    report = await register()
    await notifications.hears(report)
    await send_all(notifications)
    assert await states(notifications, report) == [("queued", "intake answers 404")]


async def test_a_mail_server_without_the_wanted_protection_gets_no_mail(
    on_bench: OnBench, intake_url: str, mailbox: Mailbox, register: Register
) -> None:
    notifications = await on_bench(
        "notifications", intake_url=intake_url, smtp_port=mailbox.port, smtp_tls="starttls"
    )
    report = await register()
    await notifications.hears(report)
    await send_all(notifications)
    assert [state for state, _ in await states(notifications, report)] == ["queued"]
    assert mailbox.messages == []


async def test_a_mail_that_can_not_be_written_holds_back_no_other(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    notifications.at(NOW)
    async with notifications.transaction() as tx:
        broken = Notification(uuid4(), report.report_id, Letter.MISSED, uuid4(), {}, tx.now, tx.now)
        letters.add(tx, replace(broken, mailbox="operations", bundle_id=broken.notification_id))
    notifications.at(NOW + timedelta(seconds=1))
    await notifications.hears(report)
    await send_all(notifications)
    assert len(mailbox.messages) == 1
    assert sorted(await states(notifications, report), key=str) == [
        ("queued", "UndefinedError"),
        ("sent", None),
    ]


async def test_a_mail_sent_twice_by_a_crash_has_one_id_and_is_announced_once(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    await notifications.hears(await register())
    job = next(job for job in notifications.service.jobs if job.name == "send_next")
    with suppress(Crash):
        async with notifications.transaction() as tx:
            await job.turn(tx)
            raise Crash
    await send_all(notifications)
    first, again = mailbox.messages
    assert first.message_id == again.message_id
    assert len(await notifications.said()) == 1


async def test_two_senders_send_each_mail_once(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    reports = [await register(email=f"nummer{number}@example.nl") for number in range(6)]
    await notifications.hears(*reports)
    await asyncio.gather(send_all(notifications), send_all(notifications))
    assert sorted(mail.to for mail in mailbox.messages) == [f"nummer{n}@example.nl" for n in range(6)]

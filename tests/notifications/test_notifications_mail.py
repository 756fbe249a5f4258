"""What happens becomes mail: once, to the right person, without telling too much, and not lost by trouble."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis import aside
from chassis.testing import Bench
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineMissed, Promise
from contracts.notifications import Failure, Kind, NotificationFailed, NotificationSent
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentUndeliverable,
    DeclineReason,
    Hindrance,
    Outcome,
    Track,
)
from meldketen.mailbox import Mail, Mailbox
from notifications.domain.letters import Letter, Notification
from notifications.store import letters

OnBench = Callable[..., Awaitable[Bench]]
Register = Callable[..., Awaitable[ReportRegistered]]
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PARTNER = "Politie Voorbeeld"


class Crash(Exception):
    """The process ended here."""


def of_assignment(report: ReportRegistered, track: Track = Track.ENFORCEMENT) -> dict[str, Any]:
    return {
        "assignment_id": uuid4(),
        "report_id": report.report_id,
        "partner": "police",
        "partner_name": PARTNER,
        "track": track,
    }


def accepted(report: ReportRegistered, track: Track = Track.ENFORCEMENT) -> AssignmentAccepted:
    return AssignmentAccepted(**of_assignment(report, track), accepted_at=NOW)


def answered(report: ReportRegistered, track: Track) -> AssignmentAnswered:
    return AssignmentAnswered(**of_assignment(report, track), outcome=Outcome.CLOSED, answered_at=NOW)


def missed(report: ReportRegistered) -> DeadlineMissed:
    return DeadlineMissed(
        deadline_id=uuid4(),
        report_id=report.report_id,
        promise=Promise.FIRST_ANSWER,
        holder="police",
        holder_name=PARTNER,
        due_at=NOW,
        missed_at=NOW,
    )


async def send_all(notifications: Bench) -> None:
    for job in ("bundle_alerts", "send_next"):
        while await notifications.turn(job):
            pass


async def states(notifications: Bench, report: ReportRegistered) -> list[tuple[str, str | None]]:
    async with notifications.transaction() as tx:
        return [(one.state, one.reason) for one in await letters.list_about_report(tx, report.report_id)]


def subjects(mailbox: Mailbox) -> list[str]:
    return [mail.subject.partition(" (")[0] for mail in mailbox.messages]


def the_only(mailbox: Mailbox) -> Mail:
    (mail,) = mailbox.messages
    return mail


async def test_a_confirmation_arrives_once_even_when_the_event_is_heard_twice(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    event = notifications.event(report).model_dump_json(exclude_none=True).encode()
    await notifications.receives(event)
    await notifications.receives(event, event)
    await send_all(notifications)
    mail = the_only(mailbox)
    assert mail.to == "a.voorbeeld@example.nl"
    assert mail.subject.startswith("Wij hebben uw melding ontvangen (WO-")
    (said,) = await notifications.said()
    assert isinstance(said, NotificationSent)
    assert (said.report_id, said.kind) == (report.report_id, Kind.CONFIRMATION)
    assert mail.message_id == f"<{said.notification_id}@woonoverlast.example>"


async def test_nobody_is_written_to_about_a_report_that_was_imported(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    await notifications.hears(report.model_copy(update={"imported": True}))
    await send_all(notifications)
    assert mailbox.messages == []
    assert await states(notifications, report) == []


async def test_neither_name_nor_address_is_kept_or_announced(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    await notifications.hears(report)
    await send_all(notifications)
    async with notifications.transaction() as tx:
        kept = repr(await letters.list_about_report(tx, report.report_id))
    assert the_only(mailbox).to == "a.voorbeeld@example.nl"
    assert "oorbeeld" not in kept + repr(await notifications.said())
    assert "Voorbeeld" not in the_only(mailbox).text


async def test_who_can_not_be_reached_gets_nothing(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register(email=None)
    await notifications.hears(report)
    await notifications.hears(accepted(report))
    await notifications.hears(answered(report, Track.ENFORCEMENT))
    await send_all(notifications)
    assert mailbox.messages == []
    assert await notifications.said() == []


async def test_that_a_report_was_taken_up_is_told_once(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    await notifications.hears(report)
    await notifications.hears(accepted(report), accepted(report, Track.CARE), accepted(report))
    await send_all(notifications)
    assert subjects(mailbox) == ["Wij hebben uw melding ontvangen", "Uw melding is opgepakt"]
    assert await notifications.aside() == []
    assert all(PARTNER not in mail.text for mail in mailbox.messages)


async def test_a_step_of_enforcement_is_told_and_one_of_care_is_not(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    await notifications.hears(report)
    await send_all(notifications)
    await notifications.hears(answered(report, Track.CARE))
    await send_all(notifications)
    assert len(mailbox.messages) == 1
    await notifications.hears(answered(report, Track.ENFORCEMENT))
    await send_all(notifications)
    assert subjects(mailbox)[1:] == ["Er is een stap gezet in uw melding"]
    assert PARTNER not in mailbox.messages[1].text


async def test_english_is_written_to_who_reads_english(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    await notifications.hears(await register(language="en"))
    await send_all(notifications)
    assert the_only(mailbox).subject.startswith("We have received your report (WO-")
    assert "Thank you" in the_only(mailbox).text


@pytest.mark.parametrize("email", ["zoë@example.nl", "a@müller.example", "o'neil+melden@example.nl"])
async def test_an_uncommon_address_gets_its_mail(
    notifications: Bench, mailbox: Mailbox, register: Register, email: str
) -> None:
    await notifications.hears(await register(email=email))
    await send_all(notifications)
    assert the_only(mailbox).to == email
    assert the_only(mailbox).subject.startswith("Wij hebben uw melding ontvangen (WO-")


async def test_an_answer_before_the_report_is_known_is_told_after_it(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    notifications.at(NOW)
    await notifications.hears(accepted(report))
    assert [(state, reason) for state, reason, _ in await notifications.aside()] == [
        ("retrying", "ReportNotRegistered")
    ]
    await notifications.hears(report)
    notifications.at(NOW + timedelta(minutes=1))
    async with notifications.transaction() as tx:
        due = await aside.due(tx)
    for deferred_id in due:
        await notifications.consumer.retry(deferred_id)
    await send_all(notifications)
    assert await notifications.aside() == []
    assert subjects(mailbox) == ["Wij hebben uw melding ontvangen", "Uw melding is opgepakt"]


async def test_operations_hears_what_a_person_must_see_to(
    notifications: Bench, mailbox: Mailbox, register: Register
) -> None:
    report = await register()
    for minutes, event in enumerate(
        (
            missed(report),
            AssignmentDeclined(**of_assignment(report), reason=DeclineReason.NO_CAPACITY, declined_at=NOW),
            AssignmentUndeliverable(**of_assignment(report), reason=Hindrance.NOT_CONNECTED, found_at=NOW),
        )
    ):
        notifications.at(NOW + timedelta(minutes=6 * minutes))
        await notifications.hears(event)
        await send_all(notifications)
    assert {mail.to for mail in mailbox.messages} == {"toezicht@woonoverlast.example"}
    assert {mail.subject for mail in mailbox.messages} == {
        f"Een termijn is voorbij: {PARTNER}",
        f"Een partner pakt een melding niet op: {PARTNER}",
        f"Een vraag kan niet worden bezorgd: {PARTNER}",
    }
    assert all(str(report.report_id) in mail.text for mail in mailbox.messages)
    assert {message.kind for message in await sent_by(notifications)} == {Kind.ALERT}


async def sent_by(notifications: Bench) -> list[NotificationSent]:
    return [message for message in await notifications.said() if isinstance(message, NotificationSent)]


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


async def test_the_mail_stays_in_the_trace_of_what_led_to_it(
    notifications: Bench, register: Register, mailbox: Mailbox
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    event = notifications.event(await register()).model_copy(
        update={"traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    )
    await notifications.receives(event.model_dump_json(exclude_none=True).encode())
    job = next(job for job in notifications.service.jobs if job.name == "send_next")
    async with notifications.transaction() as tx:
        await job.turn(tx)
        (said,) = tx.announcements
    assert trace in (said.traceparent or "")
    assert mailbox.messages


async def test_only_who_may_reads_what_was_sent(
    notifications: Bench, register: Register, bearer: Callable[..., dict[str, str]]
) -> None:
    report = await register()
    await notifications.hears(report)
    where = f"/notifications/v1/notifications?reportId={report.report_id}"
    assert (await notifications.client.get(where)).status_code == 401
    assert (await notifications.client.get(where, headers=bearer("reports:read"))).status_code == 403
    (waiting,) = (await notifications.client.get(where, headers=bearer("notifications:read"))).json()
    assert (waiting["kind"], waiting["state"], waiting["endedAt"]) == ("confirmation", "queued", None)
    await send_all(notifications)
    (done,) = (await notifications.client.get(where, headers=bearer("notifications:read"))).json()
    assert (done["state"], done["tries"], done["reason"]) == ("sent", 1, None)
    assert done["endedAt"]
    assert "oorbeeld" not in str(done)


@pytest.mark.parametrize("query", ["", "?reportId=geen-nummer"])
async def test_the_list_is_of_one_report(
    notifications: Bench, bearer: Callable[..., dict[str, str]], query: str
) -> None:
    answer = await notifications.client.get(
        f"/notifications/v1/notifications{query}", headers=bearer("notifications:read")
    )
    assert answer.status_code == 400

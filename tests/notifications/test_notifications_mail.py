"""What happens becomes mail: once, to the right person, and without telling too much."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from letters_sent import (
    NOW,
    PARTNER,
    Register,
    accepted,
    answered,
    of_assignment,
    send_all,
    states,
    subjects,
    the_only,
)

from chassis import aside
from chassis.testing import Bench
from contracts.intake import ReportRegistered
from contracts.monitoring import DeadlineMissed, Promise
from contracts.notifications import Kind, NotificationSent
from contracts.routing import AssignmentDeclined, AssignmentUndeliverable, DeclineReason, Hindrance, Track
from meldketen.mailbox import Mailbox
from notifications.store import letters


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


async def sent_by(notifications: Bench) -> list[NotificationSent]:
    return [message for message in await notifications.said() if isinstance(message, NotificationSent)]


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

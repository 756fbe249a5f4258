"""A partner that is reached over HTTPS gets what is for it: signed, in order, at least once, and not for ever."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update
from webhook_receiver import Receiver, receiving

from chassis import jobs
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.partners import PoliceQuestion, PoliceReply, PoliceStatus
from contracts.routing import AssignmentOffered, AssignmentUndeliverable
from routing.adapters import partner_secrets, register_file
from routing.adapters.envelope import Envelope
from routing.domain.deliveries import Delivery, Kind, Stage
from routing.domain.partners import Channel
from routing.store import assignments, deliveries
from routing.tables import deliveries as table

OnBench = Callable[..., Awaitable[Bench]]
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SHIPPED = Path(register_file.__file__).parents[1] / "register.toml"


class Died(Exception):
    """The process ended here."""


def register(**police: Any) -> str:
    """The register that comes with the hub, with the police reached in another way."""
    keys = "\n".join(f'{name} = "{value}"' for name, value in police.items())
    return SHIPPED.read_text("utf-8").replace('adapter = "police"\n', f'adapter = "police"\n{keys}\n')


def a_report() -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"category": "INTIM"})


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    async with receiving(tmp_path) as receiver:
        yield receiver


async def put(on_bench: OnBench, receiver: Receiver, *, mutual: bool = False) -> Bench:
    oauth = {} if mutual else {"token_url": f"{receiver.url}/token", "client_id": "hub"}
    file = receiver.folder / "register.toml"
    file.write_text(register(channel="push", url=f"{receiver.url}/vragen", **oauth), encoding="utf-8")
    return await on_bench("routing", register_file=file, partner_secrets_dir=receiver.folder)


@pytest.fixture
async def routing(on_bench: OnBench, receiver: Receiver) -> Bench:
    return await put(on_bench, receiver)


async def rows(routing: Bench) -> list[Any]:
    async with routing.transaction() as tx:
        return list(await tx.execute(select(table).order_by(table.c.id)))


async def undeliverable(routing: Bench) -> list[AssignmentUndeliverable]:
    said = await routing.said()
    return [m for m in said if isinstance(m, AssignmentUndeliverable) and m.partner == "police"]


async def make_due(routing: Bench) -> None:
    async with routing.transaction() as tx:
        await tx.execute(update(table).values(next_at=tx.now))


async def asked(routing: Bench) -> Any:
    return next(
        m.assignment_id
        for m in await routing.said()
        if isinstance(m, AssignmentOffered) and m.partner == "police"
    )


async def take_back(routing: Bench) -> None:
    """As taking back does it in a language that has a word for it: a second message about the same assignment."""
    async with routing.transaction() as tx:
        one = await assignments.get(tx, await asked(routing))
        message = PoliceReply(kenmerk=one.assignment_id, status=PoliceStatus.REFUSED)
        body = Envelope("urn:nld:oin:1:systeem:hub", "https://schemas.example", "https://hub.example").around(
            message, one.report_id, tx.now
        )
        deliveries.add(
            tx,
            Delivery(
                event_id=one.report_id, assignment_id=one.assignment_id, partner="police", channel=Channel.PUSH,
                kind=Kind.WITHDRAWAL, body=body, traceparent=None, created_at=tx.now, next_at=tx.now,
            ),
        )  # fmt: skip


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


async def test_who_dies_between_sending_and_writing_down_sends_the_same_again(
    routing: Bench, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await routing.hears(a_report())
    ours = routing.service.database.transaction
    opened = 0

    def dies_at_the_second(*args: Any) -> Any:
        nonlocal opened
        opened += 1
        if opened == 2:
            raise Died
        return ours(*args)

    monkeypatch.setattr(routing.service.database, "transaction", dies_at_the_second)
    with pytest.raises(Died):
        await routing.turn("deliver")
    monkeypatch.undo()
    assert not await routing.turn("deliver")  # the lease of who died still holds
    routing.at(datetime.now(UTC) + timedelta(minutes=3))
    assert await routing.turn("deliver")
    assert len(receiver.came) == 2
    assert len(set(receiver.ids())) == 1
    assert [row.stage for row in await rows(routing)] == ["delivered"]


async def test_who_was_too_slow_changes_nothing_any_more(routing: Bench) -> None:
    await routing.hears(a_report())
    police = register_file.load(register(channel="push", url="https://a.example"))["police"]
    async with routing.transaction() as tx:
        [late] = await deliveries.claim(tx, police, 8, timedelta())
    async with routing.transaction() as tx:
        [newer] = await deliveries.claim(tx, police, 8, timedelta(minutes=1))
    async with routing.transaction() as tx:
        assert not await deliveries.settle(tx, late, Stage.DELIVERED)
        assert await deliveries.settle(tx, newer, Stage.DELIVERED)


async def test_two_processes_send_it_once(routing: Bench, on_bench: OnBench, receiver: Receiver) -> None:
    for _ in range(4):
        await routing.hears(a_report().model_copy(update={"report_id": uuid4()}))
    other = await put(on_bench, receiver)
    await asyncio.gather(routing.turn("deliver"), other.turn("deliver"))
    assert len(receiver.came) == len(set(receiver.ids())) == 4


async def test_a_withdrawal_never_overtakes_its_question(routing: Bench, receiver: Receiver) -> None:
    receiver.answer(503, 204)
    await routing.hears(a_report())
    await take_back(routing)
    await routing.turn("deliver")
    await routing.turn("deliver")
    assert len(receiver.came) == 1
    await make_due(routing)
    await routing.turn("deliver")
    await routing.turn("deliver")
    kinds = [CloudEvent.model_validate_json(body).name.split(".")[0] for _, body in receiver.came]
    assert kinds == ["police-questions", "police-questions", "police-replies"]


async def test_no_row_is_locked_while_the_outside_is_waited_for(routing: Bench, receiver: Receiver) -> None:
    receiver.pause_seconds = 1
    await routing.hears(a_report())
    sending = asyncio.create_task(routing.turn("deliver"))
    while not receiver.came:
        await asyncio.sleep(0.02)
    async with routing.transaction() as tx:
        await assignments.get(tx, await asked(routing))
        await tx.execute(select(table).with_for_update(nowait=True))
        busy = "select count(*) from pg_stat_activity where state = 'idle in transaction' and pid <> pg_backend_pid()"
        assert (await tx.execute(text(f"{busy} and datname = current_database()"))).scalar_one() == 0
    await sending


async def test_who_is_slow_holds_up_eight_at_most_and_nobody_else(routing: Bench, receiver: Receiver) -> None:
    receiver.pause_seconds = 0.3
    for _ in range(10):
        await routing.hears(a_report().model_copy(update={"report_id": uuid4()}))
    await routing.turn("deliver")
    assert len(receiver.came) == 8
    assert 2 <= receiver.most_at_once <= 8
    waits = [job.turn.keywords["receiver"].id for job in routing.service.jobs if job.name == "deliver"]  # type: ignore[attr-defined]
    assert waits == ["police", "animal-police"]


async def test_nobody_listens(on_bench: OnBench, receiver: Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = f"https://127.0.0.1:{nobody.getsockname()[1]}"
    file = receiver.folder / "register.toml"
    file.write_text(
        register(channel="push", url=f"{closed}/v", token_url=f"{receiver.url}/token", client_id="hub"),
        encoding="utf-8",
    )
    routing = await on_bench("routing", register_file=file, partner_secrets_dir=receiver.folder)
    await routing.hears(a_report())
    await routing.turn("deliver")
    assert [(row.stage, row.last_error) for row in await rows(routing)] == [("waiting", "ConnectError")]
    await routing.turn("count_deliveries")
    metrics = (await routing.client.get("/metrics")).text
    assert 'meldketen_deliveries{partner="police"} 1.0' in metrics


async def test_a_job_that_waits_for_the_outside_runs_beside_the_others(
    routing: Bench, receiver: Receiver
) -> None:
    await routing.hears(a_report())
    job = next(job for job in routing.service.jobs if job.name == "deliver")
    running = asyncio.create_task(jobs.run(job, routing.service.database))
    async with asyncio.timeout(10):
        while not receiver.came:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [row.stage for row in await rows(routing)] == ["delivered"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"channel": "push"}, "channel push needs url"),
        ({"channel": "push", "url": "http://partner.example/v"}, "https only"),
        ({"channel": "push", "url": "https://user:pw@partner.example/v"}, "without a name"),
        ({"channel": "push", "url": "https://a.example", "client_id": "x"}, "go together"),
        ({"channel": "mail"}, "channel mail needs mail"),
        ({"channel": "mail", "mail": "geen adres"}, "pattern"),
        ({"channel": "queue", "url": "https://a.example"}, "channel queue has no use for url"),
        ({"channel": "push", "url": "https://a.example", "mail": "a@b.nl"}, "no use for mail"),
        ({"channel": "duif"}, "queue"),
    ],
)
def test_a_register_that_cannot_work_is_refused(keys: dict[str, str], said: str) -> None:
    with pytest.raises(register_file.RegisterIsWrong, match=said):
        register_file.load(register(**keys))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda folder: (folder / "police.webhook-secret").unlink(),
            "needs the file police.webhook-secret in",
        ),
        (lambda folder: (folder / "police.client-secret").unlink(), "needs the file police.client-secret in"),
        (lambda folder: (folder / "police.webhook-secret").write_text("kort"), "at least 24 bytes"),
        (lambda folder: (folder / "police.ca").write_text("geen certificaat"), "cannot be used"),
    ],
)
async def test_a_secret_that_lacks_stops_the_start_with_a_sentence(
    on_bench: OnBench, receiver: Receiver, spoil: Callable[[Path], Any], said: str
) -> None:
    spoil(receiver.folder)
    with pytest.raises(partner_secrets.SecretsMissing, match=said):
        await put(on_bench, receiver)


def test_without_a_folder_the_setting_is_named() -> None:
    partners = register_file.load(register(channel="push", url="https://a.example"))
    with pytest.raises(partner_secrets.SecretsMissing, match="MELDKETEN_PARTNER_SECRETS_DIR"):
        partner_secrets.load(partners.values(), None)


def test_secrets_do_not_show() -> None:
    secrets = partner_secrets.PartnerSecrets("whsec_geheim", "geheim", "geheim")
    assert "geheim" not in repr(secrets)

"""Who is reached by push or by mail has a kit, a check and an answer of its own, and no rehearsal on a queue."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from asking_partners import ASKING, a_report, an_assignment
from operating import Operating
from typer.testing import CliRunner, Result
from webhook_receiver import SECRET, receiving

from chassis import jobs
from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.testing import Bench
from chassis.trouble import Trouble
from contracts.intake import ReportSubmitted
from meldketen import main
from meldketen.partner import kit
from routing.adapters import register_file
from routing.domain.assignments import State
from routing.domain.deliveries import Delivery, Kind, Stage
from routing.domain.partners import Channel
from routing.store import assignments, deliveries

pytestmark = pytest.mark.timeout(300)

OnBench = Callable[..., Awaitable[Bench]]
PUSH = 'channel = "push"\nurl = "{url}"\n'


def register(url: str = "https://koppeling.politie.example/vragen") -> str:
    """The one that comes with the hub, with the police reached by push and known by a certificate."""
    shipped = register_file.shipped()
    return shipped.replace('adapter = "police"\n', 'adapter = "police"\n' + PUSH.format(url=url), 1)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "register.toml"
    path.write_text(register())
    monkeypatch.setenv("MELDKETEN_REGISTER_FILE", str(path))
    return path


def types(*words: str) -> Result:
    return CliRunner().invoke(main.command_line(), ["partner", *words])


def test_the_kit_of_who_is_reached_by_push_is_about_requests_and_not_about_a_queue(
    file: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "kit"
    assert types("kit", "police", "--to", str(folder)).exit_code == 0
    names = {one.name for one in folder.iterdir()}
    assert {"README.md", "receiver.py", "requirements.txt", "schemas", "question.json", "answers"} == names
    readme = (folder / "README.md").read_text()
    for said in (
        "https://koppeling.politie.example/vragen",
        "webhook-signature",
        "/routing/v1/partner-answers",
    ):
        assert said in readme
    assert "partner.police" not in readme
    assert "AMQP" not in readme
    assert register_file.read(file)["police"].channel is Channel.PUSH


def test_the_example_in_the_kit_checks_a_signature() -> None:
    """The lines of the page, run on what the hub signs."""
    [page] = [
        text for name, text in kit.contents(register_file.load(register())["police"]) if name == "README.md"
    ]
    lines = page.partition("```python\n")[2].partition("```")[0].replace("whsec_...", SECRET)
    found: dict[str, Any] = {}
    exec(lines, found)  # noqa: S102  the kit's own words
    signer = found["Webhook"](SECRET)
    now = wall_clock()
    headers = {
        "webhook-id": "1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signer.sign("1", now, '{"id": "1"}'),
    }
    assert found["checked"](b'{"id": "1"}', headers) == {"id": "1"}
    with pytest.raises(found["WebhookVerificationError"]):
        found["checked"](b'{"id": "2"}', headers)


@pytest.mark.usefixtures("file")
def test_for_who_gets_mail_there_is_nothing_to_build(tmp_path: Path) -> None:
    ended = types("kit", "animal-police", "--to", str(tmp_path / "kit"))
    assert ended.exit_code == 0
    assert ended.output.startswith("There is nothing to build for animal-police: it gets mail with a link")
    assert ended.output.count("\n") == 1
    assert not (tmp_path / "kit").exists()


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("command", ["rehearse", "conform"])
@pytest.mark.parametrize(
    ("partner", "why"), [("police", "reached by push"), ("animal-police", "nothing to build")]
)
def test_nothing_is_rehearsed_with_who_has_no_queue(
    command: str, partner: str, why: str, tmp_path: Path
) -> None:
    ended = types(command, partner, "--local", str(tmp_path / "rehearsal"))
    assert (ended.exit_code, why in str(ended.exception)) == (1, True)
    assert isinstance(ended.exception, Trouble)
    assert not (tmp_path / "rehearsal").exists()


async def test_check_looks_at_what_push_needs_and_not_at_a_queue(
    operator: Operating, on_bench: OnBench
) -> None:
    operator.register.write_text(register())
    lacks = await operator.types("partner", "check", "police")
    assert lacks.returncode == 1, lacks.stderr
    assert "posted to https://koppeling.politie.example/vragen" in lacks.stdout
    assert "police.webhook-secret: set MELDKETEN_PARTNER_SECRETS_DIR" in lacks.stdout
    assert "queue" not in lacks.stdout
    refused = await operator.types("partner", "rotate", "police")
    assert (refused.returncode, "no user at the broker" in refused.stderr) == (1, True)

    async with receiving(operator.folder, mutual=True):
        folder = {"MELDKETEN_PARTNER_SECRETS_DIR": str(operator.folder)}
        well = await operator.types("partner", "check", "police", **folder)
        assert (well.returncode, well.stdout.endswith("All is well.\n")) == (0, True), well.stdout
        routing = await on_bench("routing")
        await fail(routing, "answers 503")
        failed = await operator.types("partner", "check", "police", **folder)
    assert failed.returncode == 1
    assert "did not arrive and is tried again: answers 503." in failed.stdout


async def fail(routing: Bench, why: str) -> None:
    """Something to the police was tried, and did not arrive."""
    one = an_assignment()
    async with routing.transaction() as tx:
        assignments.add(tx, [one])
        deliveries.add(
            tx,
            Delivery(
                event_id=new_id(), assignment_id=one.assignment_id, partner="police", channel=Channel.PUSH,
                kind=Kind.QUESTION, body=b"{}", traceparent=None, created_at=tx.now, next_at=tx.now,
            ),
        )  # fmt: skip
    async with routing.transaction() as tx:
        police = register_file.load(register())["police"]
        [claimed] = await deliveries.claim(tx, police, 1, timedelta(minutes=2))
        await deliveries.postpone(tx, claimed, tx.now + timedelta(hours=1), why)


MAIL = "overlast@dierenpolitie.example"


async def test_check_of_who_gets_mail_looks_at_address_and_covenant(operator: Operating) -> None:
    operator.register.write_text(register_file.shipped())
    well = await operator.types("partner", "check", "animal-police")
    assert (well.returncode, well.stdout.endswith("All is well.\n")) == (0, True), well.stdout + well.stderr
    assert MAIL in well.stdout
    shipped = register_file.shipped()
    begin = shipped.index("[[partners.animal-police.covenants]]")
    end = shipped.index("[partners.safety]")
    operator.register.write_text(
        shipped[:begin].replace(f'mail = "{MAIL}"\n', f'mail = "{MAIL}"\nsecond_factor = true\n')
        + shipped[end:]
    )
    lacks = await operator.types("partner", "check", "animal-police")
    assert lacks.returncode == 1
    for said in ("It has no covenant", "animal-police.code"):
        assert said in lacks.stdout
    away = await operator.types("partner", "check", "animal-police", MELDKETEN_POSTGRES="127.0.0.1:1")
    assert (away.returncode, "does not answer" in away.stdout) == (1, True)
    assert "Traceback" not in away.stderr


async def test_what_was_given_up_counts_until_something_arrives(on_bench: OnBench) -> None:
    routing = await on_bench("routing")
    await fail(routing, "answers 410")
    police = register_file.load(register())["police"]
    async with routing.transaction() as tx:
        assert [(stage, why) for _, stage, why in await deliveries.list_failed(tx, "police", 3)] == [
            (Stage.WAITING, "answers 410")
        ]
        assert await deliveries.list_failed(tx, "ggz", 3) == []
    routing.at(wall_clock() + timedelta(hours=2))
    async with routing.transaction() as tx:
        [one] = await deliveries.claim(tx, police, 1, timedelta(minutes=2))
        await deliveries.settle(tx, one, Stage.GIVEN_UP, "answers 410")
        assert [stage for _, stage, _ in await deliveries.list_failed(tx, "police", 3)] == [Stage.GIVEN_UP]
    routing.at(wall_clock() + timedelta(hours=3))
    async with routing.transaction() as tx:
        deliveries.add(
            tx, Delivery(new_id(), new_id(), "police", Channel.PUSH, Kind.SEQUEL, b"{}", None, tx.now, tx.now)
        )
    async with routing.transaction() as tx:
        [one] = await deliveries.claim(tx, police, 1, timedelta(minutes=2))
        await deliveries.settle(tx, one, Stage.DELIVERED)
        assert await deliveries.list_failed(tx, "police", 3) == []


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await running


@asynccontextmanager
async def receiver(folder: Path, port: int, told: dict[str, str]) -> AsyncIterator[None]:
    """The kit's own, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "uvicorn", "receiver:app", "--port", str(port), "--no-access-log",
        cwd=folder, env={"PATH": os.environ["PATH"]} | told, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
        assert process.returncode is None, "the receiver ended"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def test_the_receiver_of_the_kit_takes_a_question_and_answers_it(
    on_bench: OnBench,
    bearer: Callable[..., dict[str, str]],
    a_police_report: ReportSubmitted,
    tmp_path: Path,
) -> None:
    """Over HTTP both ways: routing posts and signs, the receiver checks, keeps and answers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    file = tmp_path / "register.toml"
    file.write_text(register(f"http://127.0.0.1:{port}/vragen"))
    folder = tmp_path / "kit"
    kit.write(register_file.read(file)["police"], folder)
    async with receiving(tmp_path, mutual=True):  # for the certificate and the secret in the folder
        routing = await on_bench("routing", register_file=file, partner_secrets_dir=tmp_path)
    token = bearer("partner:answer", name="police")["Authorization"].removeprefix("Bearer ")
    async with serving(routing.service.app) as url:
        told = {"WEBHOOK_SECRET": SECRET, "HUB_URL": url, "HUB_TOKEN": token}
        async with receiver(folder, port, told):
            await routing.hears(a_police_report)
            work = [
                asyncio.create_task(jobs.run(job, routing.service.database)) for job in routing.service.jobs
            ]
            try:
                await answered(routing, a_police_report)
            finally:
                for one in work:
                    one.cancel()
                await asyncio.gather(*work, return_exceptions=True)
    assert len(list((folder / "kept").glob("*.done"))) == 1


async def answered(routing: Bench, report: ReportSubmitted) -> None:
    async with asyncio.timeout(60):
        while True:
            async with routing.transaction() as tx:
                asked = await assignments.list_about(tx, report.report_id)
            if {one.state for one in asked if one.partner == "police"} == {State.ANSWERED}:
                return
            await asyncio.sleep(0.2)


@pytest.fixture
def a_police_report() -> ReportSubmitted:
    return a_report(**ASKING["police"])

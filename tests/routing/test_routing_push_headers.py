"""What a language wants beside the message goes with what is posted."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from webhook_receiver import receiving

from chassis import jobs
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from routing.adapters import register_file

OnBench = Callable[..., Awaitable[Bench]]
EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"


async def test_a_corporation_hears_who_sent_what_and_when_as_vera_wants_it(
    on_bench: OnBench, tmp_path: Path
) -> None:
    async with receiving(tmp_path) as receiver:
        keys = (
            f'channel = "push"\nurl = "{receiver.url}/vragen"\n'
            f'token_url = "{receiver.url}/token"\nclient_id = "hub"\n'
        )
        mark = 'adapter = "corporation"\n'
        file = receiver.folder / "register.toml"
        file.write_text(register_file.shipped().replace(mark, mark + keys), encoding="utf-8")
        for kept in receiver.folder.glob("police.*"):
            shutil.copy(kept, kept.with_name(f"corporation{kept.suffix}"))
        bench = await on_bench(
            "routing", register_file=file, partner_secrets_dir=receiver.folder, oin="1" * 20
        )
        report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
        await bench.hears(report.model_copy(update={"category": "VERWARD"}))
        for job in bench.service.jobs:
            if job.name == "deliver":
                await jobs.take_turn(job, bench.service.database)
    [(headers, body)] = receiver.came
    event = CloudEvent.model_validate_json(body)
    assert headers["x-stuurgegevens-referentienummer"] == event.id == headers["webhook-id"]
    assert headers["x-stuurgegevens-zender-organisatie"] == "1" * 20
    assert headers["x-stuurgegevens-zender-administratie"] == "Meldketen"
    assert headers["x-stuurgegevens-tijdstip-bericht"].endswith("Z")

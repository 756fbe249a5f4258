"""What tests of posting share: routing with the police reached over HTTPS, and what waits for them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from webhook_receiver import Receiver

from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted
from contracts.routing import AssignmentOffered
from routing.adapters import register_file
from routing.tables import deliveries as table

OnBench = Callable[..., Awaitable[Bench]]
EXAMPLE = Path(__file__).parents[1] / "contracts/examples/reports.submitted.v1.json"
SHIPPED = Path(register_file.__file__).parents[1] / "register.toml"


def register(**police: Any) -> str:
    """The register that comes with the hub, with the police reached in another way."""
    keys = "\n".join(f'{name} = "{value}"' for name, value in police.items())
    return SHIPPED.read_text("utf-8").replace('adapter = "police"\n', f'adapter = "police"\n{keys}\n')


def a_report() -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"category": "INTIM"})


async def put(on_bench: OnBench, receiver: Receiver, *, mutual: bool = False) -> Bench:
    oauth = {} if mutual else {"token_url": f"{receiver.url}/token", "client_id": "hub"}
    file = receiver.folder / "register.toml"
    file.write_text(register(channel="push", url=f"{receiver.url}/vragen", **oauth), encoding="utf-8")
    return await on_bench("routing", register_file=file, partner_secrets_dir=receiver.folder)


async def rows(routing: Bench) -> list[Any]:
    async with routing.transaction() as tx:
        return list(await tx.execute(select(table).order_by(table.c.id)))


async def make_due(routing: Bench) -> None:
    async with routing.transaction() as tx:
        await tx.execute(update(table).values(next_at=tx.now))


async def asked(routing: Bench) -> Any:
    return next(
        m.assignment_id
        for m in await routing.said()
        if isinstance(m, AssignmentOffered) and m.partner == "police"
    )

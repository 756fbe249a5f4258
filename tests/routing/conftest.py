"""What routing's tests of the desk share: a city in which every partner is connected, and one report in it."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
from answering_by_link import register as with_mediation_by_mail
from fastapi import FastAPI

from chassis.consumer import Consumer
from chassis.http import create_app
from chassis.identity import new_id
from chassis.pseudonyms import Pseudonyms
from chassis.testing import Bench
from chassis.transaction import Transaction
from chassis.version_handlers import InForce
from contracts.envelope import CloudEvent, Message
from contracts.intake import ReportSubmitted, ReportTold, Tenure
from contracts.monitoring import DeadlineMissed, Promise
from contracts.routing import ReportReassessed, ReportWanted
from look.pages import problem_page
from meldketen.mailbox import Mailbox
from routing.adapters import policy_file, register_file
from routing.adapters.envelope import Envelope
from routing.api import assignments as assignments_api
from routing.domain.assignments import Answer, Assignment, State
from routing.handlers.answering import keep_answer
from routing.handlers.asking import Desk
from routing.pages import assignments as assignment_pages
from routing.store import assignments
from routing.subscriptions import subscriptions

EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
Bearer = Callable[..., dict[str, str]]
OnBench = Callable[..., Awaitable[Bench]]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DIRECTING = ("assignments:read", "assignments:direct")

EVERYBODY_CONNECTED = (
    """
[partners.police]
name = "Politie"
told_as = "police"
adapter = "police"
[[partners.police.covenants]]
track = "enforcement"
fields = ["category", "address", "story", "signals"]
purpose = "Beoordelen of de politie moet optreden"
ground = "Convenant woonoverlast"
[[partners.police.covenants]]
track = "care"
fields = ["category", "address", "signals"]
purpose = "Beoordelen of de politie moet optreden"
ground = "Convenant woonoverlast"
"""
    + "".join(
        f"""
[partners.{part}]
name = "{name}"
adapter = "{adapter}"
[[partners.{part}.covenants]]
track = "care"
fields = ["category", "address"]
purpose = "Doen wat nodig is"
ground = "Convenant woonoverlast"
[[partners.{part}.covenants]]
track = "enforcement"
fields = ["category", "address"]
purpose = "Doen wat nodig is"
ground = "Convenant woonoverlast"
"""
        for part, name, adapter in (
            ("ggz", "GGZ", "ggz"),
            ("corporation", "Woningcorporatie", "corporation"),
            ("mediation", "Buurtbemiddeling", "police"),
            ("enforcement", "Haagse Pandbrigade", "police"),
            ("neighbourhood-team", "Sociaal wijkteam", "police"),
            ("health-service", "GGD", "police"),
            ("youth-protection", "Veilig Thuis", "police"),
            ("fire-brigade", "Brandweer", "police"),
            ("environment", "Omgevingsdienst", "police"),
            ("animal-police", "Dierenpolitie", "police"),
            ("safety", "Bestuursdienst Veiligheid", "police"),
        )
    )
    + '[partners.desk]\nname = "Meldpunt"\n'
)


def a_report(**changes: Any) -> ReportSubmitted:
    """The golden example as a report of its own; `reporter`, `signals` and `address` are changed field by field."""
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    parts = {
        name: getattr(report, name).model_copy(update=changes.pop(name))
        for name in ("reporter", "signals", "address")
        if name in changes
    }
    own = {"report_id": new_id(), "received_at": NOW, "joins": None, "repeats": None}
    return report.model_copy(update=own | changes | parts)


@dataclass(slots=True)
class Directed:
    """Routing with a desk in which every partner of the policy can be reached, or the one that comes with the hub."""

    bench: Bench
    desk: Desk
    bearer: Bearer
    app: FastAPI
    report: ReportSubmitted | None = None

    async def hears_of(self, report: ReportSubmitted) -> "Directed":
        self.report = report
        await self.bench.hears(report)
        return self

    @property
    def report_id(self) -> UUID:
        assert self.report
        return self.report.report_id

    async def asked(self) -> list[Assignment]:
        async with self.bench.transaction() as tx:
            return await assignments.list_about(tx, self.report_id)

    async def of(self, partner: str) -> Assignment:
        """The newest of a partner."""
        return next(one for one in reversed(await self.asked()) if one.partner == partner)

    async def states(self) -> dict[str, State]:
        """Of each partner the newest."""
        return {one.partner: one.state for one in await self.asked()}

    async def answers(self, partner: str, state: State, **more: Any) -> None:
        """A partner answers, whatever its language."""
        one = await self.of(partner)
        async with self.bench.transaction() as tx:
            await keep_answer(Answer(one.assignment_id, state, **more), tx, self.desk, partner)

    async def answers_to(self, one: Assignment, state: State, **more: Any) -> None:
        """Its partner answers to this assignment, whatever became of it."""
        async with self.bench.transaction() as tx:
            await keep_answer(Answer(one.assignment_id, state, **more), tx, self.desk, one.partner)

    async def is_told(self) -> None:
        """Intake tells the report again, as it does when it is wanted."""
        assert self.report
        await self.bench.hears(ReportTold.of(self.report))

    async def misses(self, partner: str) -> None:
        one = await self.of(partner)
        await self.bench.hears(
            DeadlineMissed(
                deadline_id=new_id(),
                report_id=self.report_id,
                assignment_id=one.assignment_id,
                promise=Promise.FIRST_ANSWER,
                holder=partner,
                holder_name=partner,
                due_at=NOW,
                missed_at=NOW + timedelta(days=1),
            )
        )

    async def decides(self, act: str, one: Assignment, **body: Any) -> Any:
        path = f"/routing/v1/assignments/{one.assignment_id}/_{act}"
        headers = self.bearer(*DIRECTING, name="M. de Vries")
        return await self.bench.client.post(path, json=body, headers=headers)

    async def decide_together(self, act: str, one: Assignment, **body: Any) -> list[Any]:
        """Two people who do the same at once."""
        return await asyncio.gather(*(self.decides(act, one, **body) for _ in range(2)))

    async def said(self, *kinds: type[Message]) -> list[Any]:
        return [one for one in await self.bench.said() if not kinds or isinstance(one, kinds)]

    def let_covenants_end(self, partner: str, on: date) -> None:
        """Its covenants count no more after this day."""
        register = dict(self.desk.register)
        ended = tuple(replace(one, until=on) for one in register[partner].covenants)
        register[partner] = replace(register[partner], covenants=ended)
        self.desk = replace(self.desk, register=register)
        self.bench.consumer = Consumer(self.bench.service.database, subscriptions(self.desk))

    async def together(self, *works: Callable[[Transaction], Awaitable[Any]]) -> None:
        """Each in a transaction of its own, all at once."""

        async def do(work: Callable[[Transaction], Awaitable[Any]]) -> None:
            async with self.bench.transaction() as tx:
                await work(tx)

        await asyncio.gather(*map(do, works))

    async def difference(self) -> str:
        """What the newest assessment anew changed, in words."""
        return " ".join((await self.said(ReportReassessed))[-1].difference)

    async def wanted(self) -> int:
        return len(await self.said(ReportWanted))


@pytest.fixture(scope="session")
def new_report() -> Callable[..., ReportSubmitted]:
    return a_report


@asynccontextmanager
async def directed(bench: Bench, register: str | None, bearer: Bearer) -> AsyncIterator[Directed]:
    """Routing with another register than the one that comes with the hub."""
    settings, database = bench.service.settings, bench.service.database
    desk = Desk(
        in_force=InForce(policy_file.load(), policy_file.shipped()),
        register=register_file.load(register),
        calendar=settings.calendar(),
        pseudonyms=Pseudonyms("only for tests, and of thirty-two signs"),
        envelope=Envelope(settings.source("routing"), settings.schemas_url, settings.public_url),
    )
    bench.consumer = Consumer(database, subscriptions(desk))
    routers = [assignments_api.router(desk), assignment_pages.router(desk)]
    app = create_app(settings, database, "1", routers, assignments_api.REFUSALS, problem_page)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        bench.client = client
        bench.at(NOW)
        yield Directed(bench, desk, bearer, app)


@pytest.fixture
async def city(on_bench: OnBench, bearer: Bearer) -> AsyncIterator[Directed]:
    """Every partner of the policy is connected."""
    async with directed(await on_bench("routing"), EVERYBODY_CONNECTED, bearer) as found:
        yield found


@pytest.fixture
async def as_shipped(on_bench: OnBench, bearer: Bearer) -> AsyncIterator[Directed]:
    """The register that comes with the hub, with three partners connected and the others not."""
    tables = re.split(r"\n(?=\[)", register_file.shipped())
    three = ("[partners.police]", "[partners.ggz]", "[partners.corporation]")
    way = re.compile(r"^(adapter|channel|mail) = .*\n", re.MULTILINE)
    register = "\n".join(table if table.startswith(three) else way.sub("", table) for table in tables)
    async with directed(await on_bench("routing"), register, bearer) as found:
        yield found


@pytest.fixture
async def worry(city: Directed) -> Directed:
    """A worry about somebody who seems confused: care, the neighbourhood team and the police are asked."""
    calm = {"danger": False, "children": False}
    return await city.hears_of(a_report(category="VERWARD", reporter={"tenure": Tenure.OWNER}, signals=calm))


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start("127.0.0.1", 0)
    yield mailbox
    await mailbox.stop()


@pytest.fixture
async def by_mail(on_bench: OnBench, mailbox: Mailbox, tmp_path: Path) -> Callable[..., Awaitable[Bench]]:
    """Routing with mediation reached by mail: `await by_mail("second_factor = true")`."""

    async def make(*register_with: str) -> Bench:
        file = tmp_path / "register.toml"
        file.write_text(with_mediation_by_mail(*register_with), encoding="utf-8")
        return await on_bench(
            "routing", register_file=file, partner_secrets_dir=tmp_path, smtp_port=mailbox.port,
            public_url="http://hub.test",
        )  # fmt: skip

    return make

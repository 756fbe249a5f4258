"""The whole hub on one machine, with an invented city around it: what `meldketen up` runs."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from chassis.management import Management
from chassis.service import Service
from chassis.settings import Settings
from chassis.topology import service_user
from meldketen import provisioning, secrets
from meldketen.front import OneOrigin, create_front, operations
from meldketen.local import postgres, rabbitmq
from meldketen.mailbox import Mailbox
from meldketen.mailbox import router as mailbox_router
from meldketen.operator import Operator
from meldketen.register import connected_partners, partners_hearing_clocks
from meldketen.secrets import Secrets
from meldketen.services import PARTS
from meldketen.serving import serve
from meldketen.simulation import partners, reports
from routing.adapters import register_file

DATABASE = "meldketen"
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the city is to be. `day` is how long a day of a term lasts, `reports_per_minute` how many are invented."""

    folder: Path
    port: int
    smtp_port: int
    day: timedelta
    reports_per_minute: float
    partners: bool = True

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


@dataclass(frozen=True, slots=True)
class Ground:
    """The servers under the hub, ready for it."""

    database: postgres.Postgres
    broker: rabbitmq.RabbitMQ
    secrets: Secrets

    def broker_url(self, user: str) -> str:
        where = self.broker.amqp_url.rpartition("@")[2]
        return secrets.broker_url(self.secrets, user, where)

    @property
    def watch_url(self) -> str:
        return secrets.watch_url(self.secrets, f"{self.broker.management_url}/{rabbitmq.VHOST}")

    def database_url(self, service: str) -> str:
        return secrets.database_url(
            self.secrets, service, f"{self.database.host}:{self.database.port}/{DATABASE}"
        )


@asynccontextmanager
async def ground(folder: Path, tell: Callable[[str], None]) -> AsyncIterator[Ground]:
    """Start PostgreSQL and RabbitMQ and make them ready; stop them at the end. CannotStart where they do not."""
    tell("Starting PostgreSQL and RabbitMQ ...")
    async with AsyncExitStack() as ending:
        database, broker = await _start_both(folder, ending)
        names = connected_partners(Operator().register_file)
        clocks = partners_hearing_clocks(Operator().register_file)
        kept = secrets.keep(folder / "secrets", names)
        tell("Making tables, queues and rights ...")
        await provisioning.migrate(
            database.url("postgres"), DATABASE, f"{database.host}:{database.port}", kept
        )
        management = Management(broker.management_url, broker.user, broker.password)
        await provisioning.provision(management, rabbitmq.VHOST, names, kept, clocks)
        await management.close()
        yield Ground(database, broker, kept)
        tell("Stopping ...")


async def _start_both(folder: Path, ending: AsyncExitStack) -> tuple[postgres.Postgres, rabbitmq.RabbitMQ]:
    """Side by side, since each takes seconds; what was started is stopped by `ending`, also if the other fails."""

    async def start_database() -> postgres.Postgres:
        server = await asyncio.to_thread(postgres.start, folder / "postgres")
        ending.push_async_callback(asyncio.to_thread, server.stop)
        return server

    async def start_broker() -> rabbitmq.RabbitMQ:
        node = await asyncio.to_thread(rabbitmq.start, folder / "rabbitmq")
        ending.push_async_callback(asyncio.to_thread, node.stop)
        return node

    database, broker = await asyncio.gather(start_database(), start_broker(), return_exceptions=True)
    if isinstance(database, BaseException):
        raise database
    if isinstance(broker, BaseException):
        raise broker
    return database, broker


def create_services(plan: Plan, under: Ground) -> list[Service]:
    """The five services, told about the servers and about each other."""
    beside: dict[str, dict[str, object]] = {
        "intake": {"evidence_folder": plan.folder / "evidence"},
        "monitoring": {
            "service_url": plan.url,
            "watch_url": SecretStr(under.watch_url),
        },
        "routing": {"smtp_host": LOOPBACK, "smtp_port": plan.smtp_port},
        "notifications": {
            "smtp_host": LOOPBACK,
            "smtp_port": plan.smtp_port,
            "intake_url": plan.url,
            "routing_url": plan.url,
        },
    }
    return [
        part.create(_settings(part.settings, name, plan, under, beside.get(name, {})))
        for name, part in PARTS.items()
    ]


def _settings(
    kind: type[Settings], name: str, plan: Plan, under: Ground, more: dict[str, object]
) -> Settings:
    return kind.model_validate(
        {
            "database_url": SecretStr(under.database_url(name)),
            "amqp_url": SecretStr(under.broker_url(service_user(name))),
            "signing_key": SecretStr(under.secrets.signing_key),
            "public_url": plan.url,
            "demo_day_seconds": plan.day.total_seconds(),
        }
        | more
    )


async def up(plan: Plan, tell: Callable[[str], None]) -> None:
    """Run the city until somebody ends it."""
    async with ground(plan.folder, tell) as under:
        await live(plan, under, tell)


async def live(plan: Plan, under: Ground, tell: Callable[[str], None]) -> None:
    """Run the services and the people around them, until somebody ends it."""
    services = create_services(plan, under)
    mailbox = Mailbox()
    await mailbox.start(LOOPBACK, plan.smtp_port)
    routers = [mailbox_router(mailbox), operations(services)]
    front = create_front(services[0].settings, demo=True, routers=routers)
    beside = [_greet(plan, tell)]
    if plan.partners:
        register = register_file.read(Operator().register_file)
        for sentence in partners.not_played(register):
            tell(sentence)
        beside.append(partners.run(partners.spoken(register), under.broker_url, pace=plan.day / 3))
    if plan.reports_per_minute:
        beside.append(reports.run(plan.url, plan.reports_per_minute, random.Random()))  # noqa: S311  invention
    try:
        await serve(OneOrigin(front, services), LOOPBACK, plan.port, services, beside)
    finally:
        await mailbox.stop()


async def _greet(plan: Plan, tell: Callable[[str], None]) -> None:
    tell(
        f"\nMeldketen runs at {plan.url}\n"
        "Begin there: the page says what to look at and gives a report to post with curl.\n"
        f"  {plan.url}/toezicht   the live board     {plan.url}/zaken   the cases\n"
        f"  {plan.url}/melden     the citizen's form {plan.url}/post    the mail the hub sent\n"
        "A day of a term lasts "
        f"{plan.day.total_seconds():g} seconds here. Ctrl-C stops it; the data stays in {plan.folder}/.\n"
    )
    await asyncio.Event().wait()

"""Real parts for the tests: PostgreSQL and RabbitMQ of our own, of a container, or of whoever names their URLs."""

import importlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from emptying import Databases
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from chassis import logs, migrations, roles, topology
from chassis.clock import wall_clock
from chassis.management import Management
from chassis.principals import Signer
from chassis.settings import Settings
from chassis.testing import Bench, bench
from contracts.catalogue import SERVICES
from meldketen.local import postgres, rabbitmq
from meldketen.register import connected_partners

KEY = "a key for tests, longer than thirty-two characters"
PASSWORD = "only-for-tests"
TEMPLATE = "meldketen_template"
IN_CONTAINERS = os.environ.get("MELDKETEN_TEST_WITH") == "containers"
# The containers are stopped by their fixtures: no helper container, whose image is one more to have.
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
PARTNERS = connected_partners()
LONG = ("tests/faults/", "tests/partner/", "tests/hub/", "tests/docs/test_docs_partner", "tests/browser/")

logs.configure("console", "WARNING")
# A machine that does much else is slow, and no rule is broken by that.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: much of a test is waiting for others."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process is left alone with it in the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A superuser's URL of a PostgreSQL server."""
    if url := os.environ.get("MELDKETEN_TEST_POSTGRES_URL"):
        yield url
    elif IN_CONTAINERS:
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer("postgres:17", driver="asyncpg") as container:
            yield container.get_connection_url()
    else:
        server = postgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
        yield server.url("postgres")
        server.stop()


@pytest.fixture(scope="session")
async def template(postgres_url: str) -> str:
    """A database with every service's schema at its newest, to be copied for a test."""
    await roles.provision(postgres_url, TEMPLATE, dict.fromkeys(SERVICES, PASSWORD))
    for service in SERVICES:
        await migrations.upgrade(service_url(postgres_url, TEMPLATE, service), service)
    return TEMPLATE


def service_url(postgres_url: str, database: str, service: str) -> str:
    url = make_url(postgres_url).set(database=database, username=service, password=PASSWORD)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
async def databases(postgres_url: str, template: str) -> AsyncIterator[Databases]:
    made = Databases(postgres_url.replace("+asyncpg", ""), template)
    yield made
    await made.end()


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[str]:
    """The name of a database of its own for one test."""
    name = await databases.take()
    yield name
    await databases.give_back(name)


@pytest.fixture
async def on_bench(postgres_url: str, database: str) -> AsyncIterator[Callable[..., Awaitable[Bench]]]:
    """Put a service on a bench: `await on_bench("intake")`, with more settings by keyword."""
    async with AsyncExitStack() as stack:

        async def put(service: str, **more: Any) -> Bench:
            settings_of = importlib.import_module(f"{service}.settings").Settings
            settings: Settings = settings_of(
                database_url=service_url(postgres_url, database, service),
                **{"amqp_url": "amqp://nowhere.invalid", "signing_key": KEY} | more,
            )
            create = importlib.import_module(f"{service}.main").create
            return await stack.enter_async_context(bench(create(settings)))

        yield put


@pytest.fixture(scope="session")
def bearer() -> Callable[..., dict[str, str]]:
    """The header of somebody with these scopes."""

    def header(*scopes: str, name: str = "T. Test") -> dict[str, str]:
        token = Signer(KEY).issue(name, scopes, wall_clock(), timedelta(hours=1))
        return {"Authorization": f"Bearer {token}"}

    return header


@dataclass(slots=True)
class Broker:
    """A provisioned RabbitMQ node, with an AMQP URL for each user."""

    node: Any
    management: Management

    def url(self, user: str) -> str:
        return f"amqp://{user}:{PASSWORD}@{self.node.amqp_url.rpartition('@')[2]}"

    @property
    def watch_url(self) -> str:
        """The management API's, with the user who may only look."""
        where = self.node.management_url.partition("://")[2]
        return f"http://{topology.WATCH_USER}:{PASSWORD}@{where}/{rabbitmq.VHOST}"

    def kill(self) -> None:
        self.node.kill()

    def revive(self) -> None:
        if IN_CONTAINERS:
            self.node.revive()
        else:
            self.node.stop()
            self.node = rabbitmq.start(self.node.folder)


@pytest.fixture(scope="session")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    """RabbitMQ of the system; in a container of RabbitMQ 4 where containers are asked for."""
    folder = Path(tmp_path_factory.mktemp("rabbitmq"))
    if IN_CONTAINERS:
        from broker_container import NodeInContainer

        node: Any = NodeInContainer.start(folder)
    else:
        node = rabbitmq.start(folder)
    management = Management(node.management_url, node.user, node.password)
    passwords = dict.fromkeys(topology.users(PARTNERS), PASSWORD)
    await topology.provision(management, rabbitmq.VHOST, PARTNERS, passwords)
    made = Broker(node, management)
    yield made
    await management.close()
    made.node.stop()

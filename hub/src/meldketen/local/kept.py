"""What a data folder keeps between two runs: secrets, ports, and the lock of whoever uses it."""

import fcntl
import json
import os
import random
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from meldketen.local.errors import AlreadyRunning, NotYours, PortInUse

# Below the ports Linux hands to outgoing connections, so that a kept port is still free at the next run.
PORTS = range(20_000, 32_000)


def keep(file: Path, create: Callable[[], dict[str, str]]) -> dict[str, str]:
    """The values kept in `file`, created at the first call. Readable by the owner only."""
    try:
        return dict(json.loads(file.read_text()))
    except FileNotFoundError:
        values = create()
        write_private(file, json.dumps(values))
        return values
    except PermissionError as refused:
        raise NotYours(file.parent) from refused


def write_private(file: Path, text: str) -> None:
    """Write `file` whole or not at all, readable by the owner only."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(text)
    draft.rename(file)


def new_secret() -> str:
    return secrets.token_hex(24)


def keep_ports(folder: Path, *names: str) -> dict[str, int]:
    """A port for each name, chosen at the first call and the same ever after. Raises PortInUse."""
    kept = keep(folder / "ports.json", lambda: dict(zip(names, map(str, _free_ports()), strict=False)))
    ports = {name: int(kept[name]) for name in names}
    for port in ports.values():
        if not _is_free(port):
            raise PortInUse(port, folder)
    return ports


def _free_ports() -> Iterator[int]:
    return filter(_is_free, random.sample(PORTS, len(PORTS)))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do themselves: the closing connections of the last run do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def holder(folder: Path) -> int | None:
    """The process that locked `folder` last."""
    with suppress(OSError, ValueError):
        return int((folder / "lock").read_text().partition("\n")[0])
    return None


@contextmanager
def lock(folder: Path, patience_seconds: float = 15) -> Iterator[int]:
    """The only lock on `folder`, as a file descriptor: whoever inherits it goes on holding the lock.

    Waits a while, because the servers of a hub that was killed need a moment to end. Raises AlreadyRunning.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
    except PermissionError as refused:
        raise NotYours(folder) from refused
    try:
        deadline = time.monotonic() + patience_seconds
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() > deadline:
                raise AlreadyRunning(folder, holder(folder))
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        yield descriptor
    finally:
        os.close(descriptor)

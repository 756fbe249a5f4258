"""What the tests of the local servers ask the operating system."""

import ipaddress
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

LISTENING = "0A"


@dataclass(frozen=True, slots=True)
class Door:
    """A TCP socket on which some process of this machine listens."""

    address: IPv4Address | IPv6Address
    port: int
    inode: str

    def belongs_to(self, pid: int) -> bool:
        return f"socket:[{self.inode}]" in _open_by(pid)


def _open_by(pid: int) -> set[str]:
    opened = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since the folder was read
            opened.add(link.readlink().name)
    return opened


@pytest.fixture(scope="session")
def doors() -> Callable[[], list[Door]]:
    def listening() -> list[Door]:
        rows = [
            row.split()
            for family in ("tcp", "tcp6")
            for row in Path(f"/proc/net/{family}").read_text().splitlines()[1:]
        ]
        return [_door(*row[1].split(":"), inode=row[9]) for row in rows if row[3] == LISTENING]

    return listening


def _door(address: str, port: str, *, inode: str) -> Door:
    # The kernel writes each 32-bit group in the order of the machine, here little-endian.
    groups = [bytes.fromhex(address[at : at + 8])[::-1] for at in range(0, len(address), 8)]
    return Door(ipaddress.ip_address(b"".join(groups)), int(port, 16), inode)

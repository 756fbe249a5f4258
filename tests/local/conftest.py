"""What the tests of the local servers ask the operating system."""

import ipaddress
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

Address = IPv4Address | IPv6Address
LISTENING = "0A"


@pytest.fixture(scope="session")
def addresses_of() -> Callable[[int], set[Address]]:
    """The addresses on which a process listens."""

    def addresses(pid: int) -> set[Address]:
        own = {link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir()}
        return {
            _address(row[1].partition(":")[0])
            for family in ("tcp", "tcp6")
            for row in map(str.split, Path(f"/proc/{pid}/net/{family}").read_text().splitlines()[1:])
            if row[3] == LISTENING and f"socket:[{row[9]}]" in own
        }

    return addresses


def _address(hexadecimal: str) -> Address:
    """The kernel writes each 32-bit group in the order of the machine, here little-endian."""
    groups = [bytes.fromhex(hexadecimal[at : at + 8])[::-1] for at in range(0, len(hexadecimal), 8)]
    return ipaddress.ip_address(b"".join(groups))

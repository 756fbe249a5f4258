"""An operator for tests: told of the test's broker and database, with passwords and a register in a folder of its own."""

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from chassis.topology import partner_user, users
from contracts.catalogue import SERVICES
from meldketen.register import connected_partners

MELDKETEN = Path(sys.executable).with_name("meldketen")
PASSWORD = "only-for-tests"
Ended = subprocess.CompletedProcess[str]


@dataclass(frozen=True, slots=True)
class Operating:
    """`folder` has `register.toml`, where somebody writes it, and `secrets`."""

    folder: Path
    broker: Any
    vhost: str
    told: dict[str, str]

    @property
    def register(self) -> Path:
        return self.folder / "register.toml"

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("MELDKETEN_")}
        return plain | self.told

    async def types(self, *words: str, **more: str) -> Ended:
        """`meldketen` with these words, to its end."""
        return await asyncio.to_thread(
            subprocess.run,
            [str(MELDKETEN), *words],
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )

    async def starts(self, *words: str) -> asyncio.subprocess.Process:
        """`meldketen` with these words, whose output can be read as it comes."""
        return await asyncio.create_subprocess_exec(
            *(str(MELDKETEN), *words),
            env=self.environment | {"PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )

    def password(self, partner: str) -> str:
        kept = json.loads((self.folder / "secrets/passwords.json").read_text())
        return str(kept["broker"][partner_user(partner)])

    def address(self, partner: str, vhost: str | None = None) -> str:
        """The partner's URL on the broker."""
        where = self.told["MELDKETEN_RABBITMQ"]
        return f"amqp://{partner_user(partner)}:{self.password(partner)}@{where}/{vhost or self.vhost}"


def operating(broker: Any, postgres_url: str, database: str, folder: Path, vhost: str) -> Operating:
    """On a virtual host of its own, which whoever asks for it takes away."""
    kept = folder / "secrets"
    kept.mkdir()
    passwords = {
        "database": dict.fromkeys(SERVICES, PASSWORD),
        "broker": dict.fromkeys(users(connected_partners()), PASSWORD),
        "signing_key": "a key for tests, longer than thirty-two characters",
    }
    (kept / "passwords.json").write_text(json.dumps(passwords))
    server = make_url(postgres_url)
    told = {
        "MELDKETEN_SECRETS": str(kept),
        "MELDKETEN_REGISTER_FILE": str(folder / "register.toml"),
        "MELDKETEN_RABBITMQ": broker.node.amqp_url.rpartition("@")[2].partition("/")[0],
        "MELDKETEN_RABBITMQ_MANAGEMENT": broker.node.management_url,
        "MELDKETEN_RABBITMQ_ADMIN": broker.node.user,
        "MELDKETEN_RABBITMQ_ADMIN_PASSWORD": broker.node.password,
        "MELDKETEN_VHOST": vhost,
        "MELDKETEN_POSTGRES": f"{server.host}:{server.port}",
        "MELDKETEN_DATABASE": database,
    }
    return Operating(folder, broker, vhost, told)

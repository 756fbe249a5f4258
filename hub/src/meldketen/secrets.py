"""Passwords of the hub's own making: one for each user of database and broker, and the key that signs tokens."""

import json
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import quote

from chassis.topology import WATCH_USER, partner_user, service_user, users
from chassis.trouble import Trouble
from contracts.catalogue import SERVICES

FILE = "passwords.json"


class NoSecrets(Trouble):
    """The passwords were not made yet; the message says how."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """`database` is by service, `broker` by user."""

    database: dict[str, str]
    broker: dict[str, str]
    signing_key: str


def keep(folder: Path, partners: list[str]) -> Secrets:
    """The passwords kept in the folder; those that are missing are made, and readable by the owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    known = json.loads(file.read_text()) if file.exists() else {"database": {}, "broker": {}}
    kept = Secrets(
        database={service: known["database"].get(service) or _new() for service in SERVICES},
        broker={user: known["broker"].get(user) or _new() for user in users(partners)},
        signing_key=known.get("signing_key") or _new(),
    )
    if asdict(kept) != known:
        _write_all(folder, kept)
    return kept


def renew(folder: Path, partner: str) -> Secrets:
    """The passwords, with a new one for a partner. NoSecrets."""
    kept = read(folder)
    renewed = replace(kept, broker=kept.broker | {partner_user(partner): _new()})
    _write_all(folder, renewed)
    return renewed


def forget(folder: Path, partner: str) -> bool:
    """Let go of a partner's password, and of the files in which it was handed over; whether there was one. NoSecrets."""
    kept, user = read(folder), partner_user(partner)
    for kind in ("password", "amqp_url"):
        (folder / f"{user}.{kind}").unlink(missing_ok=True)
    if user not in kept.broker:
        return False
    others = {name: password for name, password in kept.broker.items() if name != user}
    _write_all(folder, replace(kept, broker=others))
    return True


def write_for_partner(folder: Path, kept: Secrets, partner: str) -> Path:
    """The file with a partner's password, to be handed over; readable by the owner alone."""
    file = folder / f"{partner_user(partner)}.password"
    _write(file, kept.broker[partner_user(partner)])
    return file


def write_address(folder: Path, kept: Secrets, partner: str, where: str) -> Path:
    """The file with the URL by which a partner reaches `where`, with its password in it."""
    file = folder / f"{partner_user(partner)}.amqp_url"
    _write(file, broker_url(kept, partner_user(partner), where))
    return file


def read(folder: Path) -> Secrets:
    """The passwords kept in the folder. NoSecrets where there are none."""
    file = folder / FILE
    if not file.exists():
        raise NoSecrets(
            f"There are no passwords in {folder}: run `meldketen secrets` first, or set MELDKETEN_SECRETS."
        )
    return Secrets(**json.loads(file.read_text()))


def write_for_services(folder: Path, kept: Secrets, *, database: str, broker: str, management: str) -> None:
    """A folder of secret files for each service, as its settings read them; the front gets the signing key alone.

    `database` is `host:port/name`, `broker` is `host:port/vhost`, `management` the URL of the management API with the
    vhost behind it.
    """
    for service in SERVICES:
        where = folder / service
        where.mkdir(exist_ok=True)
        _write(where / "meldketen_database_url", database_url(kept, service, database))
        _write(where / "meldketen_amqp_url", broker_url(kept, service_user(service), broker))
        _write(where / "meldketen_signing_key", kept.signing_key)
    _write(folder / "monitoring" / "meldketen_watch_url", watch_url(kept, management))
    front = folder / "front"
    front.mkdir(exist_ok=True)
    _write(front / "meldketen_signing_key", kept.signing_key)


def database_url(kept: Secrets, service: str, where: str) -> str:
    return f"postgresql+asyncpg://{service}:{quote(kept.database[service])}@{where}"


def broker_url(kept: Secrets, user: str, where: str) -> str:
    return f"amqp://{user}:{quote(kept.broker[user])}@{where}"


def watch_url(kept: Secrets, where: str) -> str:
    """The URL of the management API, with the user who may only look."""
    scheme, _, rest = where.partition("://")
    return f"{scheme}://{WATCH_USER}:{quote(kept.broker[WATCH_USER])}@{rest}"


def _write_all(folder: Path, kept: Secrets) -> None:
    _write(folder / FILE, json.dumps(asdict(kept), indent=1))


def _new() -> str:
    return secrets.token_urlsafe(32)


def _write(file: Path, content: str) -> None:
    file.touch(mode=0o600)
    file.write_text(content)

"""Who gets alerts over HTTPS: a file that an operator keeps, and beside it what only the hub and a receiver know."""

import ssl
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from chassis.posting import SHORTEST_KEY_BYTES, Poster, is_secret, safe_url
from contracts.envelope import Message
from contracts.monitoring import DeadlineMissed, EscalationRaised
from contracts.routing import AssignmentDeclined, AssignmentQueried, AssignmentUndeliverable
from notifications.domain.webhooks import Webhook

ALERTS: tuple[type[Message], ...] = (
    DeadlineMissed,
    EscalationRaised,
    AssignmentDeclined,
    AssignmentUndeliverable,
    AssignmentQueried,
)
"""What a webhook can be told: the open events that ask for a person."""

NAMES = frozenset(alert.name for alert in ALERTS)


class WebhooksAreWrong(Exception):
    """The webhooks cannot be used as they are written down: a line for each fault."""


def _is_alert(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"{name} is no alert; choose from {', '.join(sorted(NAMES))}")
    return name


class _WebhookShape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, AfterValidator(safe_url)]
    alerts: frozenset[Annotated[str, AfterValidator(_is_alert)]] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    webhooks: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")], _WebhookShape]


def read(file: Path | None) -> tuple[Webhook, ...]:
    """The webhooks; none where there is no file. WebhooksAreWrong."""
    if file is None:
        return ()
    try:
        found = _File.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as trouble:
        raise WebhooksAreWrong(f"{file} cannot be read: {trouble}") from None
    except ValidationError as failure:
        raise WebhooksAreWrong("\n".join(_faults(file, failure))) from None
    return tuple(Webhook(name, shape.url, shape.alerts) for name, shape in found.webhooks.items())


def _faults(file: Path, failure: ValidationError) -> Iterator[str]:
    for fault in failure.errors():
        where = ".".join(map(str, fault["loc"]))
        yield f"{file}, {where}: {fault['msg'].removeprefix('Value error, ')}"


def posters(webhooks: Sequence[Webhook], folder: Path | None) -> Mapping[str, Poster]:
    """What posts to each, with its secret. WebhooksAreWrong, with a sentence about each secret that lacks."""
    if faults := [fault for one in webhooks for fault in _secret_faults(one.name, folder)]:
        raise WebhooksAreWrong("\n".join(faults))
    return {one.name: _poster(one, folder or Path()) for one in webhooks}


def _secret_faults(webhook: str, folder: Path | None) -> Iterator[str]:
    name = f"{webhook}.webhook-secret"
    if folder is None:
        yield f"Webhook {webhook} needs the file {name}: set MELDKETEN_WEBHOOK_SECRETS_DIR to its folder."
    elif not (folder / name).is_file():
        yield f"Webhook {webhook} needs the file {name} in {folder}."
    elif not is_secret(_text(folder / name)):
        yield f"{name} must be whsec_ and at least {SHORTEST_KEY_BYTES} bytes in base64."


def _poster(webhook: Webhook, folder: Path) -> Poster:
    """`.ca` says who may vouch for the server: without it, the public authorities. WebhooksAreWrong."""
    authorities = folder / f"{webhook.name}.ca"
    try:
        tls = ssl.create_default_context(cafile=authorities if authorities.is_file() else None)
    except OSError as trouble:  # ssl.SSLError is one
        raise WebhooksAreWrong(f"{authorities.name} cannot be used: {trouble}.") from None
    return Poster(webhook.url, _text(folder / f"{webhook.name}.webhook-secret"), tls)


def _text(file: Path) -> str:
    return file.read_text("utf-8").strip()

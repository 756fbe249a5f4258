"""What only the hub and a partner know: files beside the register, never in it."""

import ssl
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chassis.posting import SHORTEST_KEY_BYTES, is_secret
from chassis.trouble import Trouble
from routing.domain.partners import Channel, Partner

SHORTEST_CODE = 6


class SecretsMissing(Trouble):
    """Partners cannot be reached as the register says."""


@dataclass(frozen=True, slots=True)
class PartnerSecrets:
    """`webhook` signs what is posted, `client` gets tokens, `code` is asked for on the answer page."""

    webhook: str = field(default="", repr=False)
    client: str | None = field(default=None, repr=False)
    code: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None


def load(partners: Iterable[Partner], folder: Path | None) -> Mapping[str, PartnerSecrets]:
    """The secrets of each partner that needs them. SecretsMissing, with a sentence about each that is not there."""
    found: dict[str, PartnerSecrets] = {}
    faults: list[str] = []
    for partner in partners:
        if lacks := list(_faults(partner, folder)):
            faults += lacks
        else:
            found[partner.id] = _read(partner, folder or Path())
    if faults:
        raise SecretsMissing("\n".join(faults))
    return found


def _wanted(partner: Partner) -> Iterator[str]:
    if partner.push:
        yield "webhook-secret"
        yield from ("client-secret",) if partner.push.token_url else ("crt", "key")
    elif partner.second_factor:
        yield "code"


def _faults(partner: Partner, folder: Path | None) -> Iterator[str]:
    for kind in _wanted(partner):
        name = f"{partner.id}.{kind}"
        if folder is None:
            yield f"Partner {partner.id} needs the file {name}: set MELDKETEN_PARTNER_SECRETS_DIR to its folder."
        elif not (folder / name).is_file():
            yield f"Partner {partner.id} needs the file {name} in {folder}."
        elif kind == "webhook-secret" and not is_secret(_text(folder / name)):
            yield f"{name} must be whsec_ and at least {SHORTEST_KEY_BYTES} bytes in base64."
        elif kind == "code" and len(_text(folder / name)) < SHORTEST_CODE:
            yield f"{name} must have {SHORTEST_CODE} signs or more."


def _read(partner: Partner, folder: Path) -> PartnerSecrets:
    def kept(kind: str) -> str | None:
        return _text(folder / f"{partner.id}.{kind}") if kind in _wanted(partner) else None

    tls = _tls(folder / partner.id) if partner.channel is Channel.PUSH else None
    return PartnerSecrets(kept("webhook-secret") or "", kept("client-secret"), kept("code"), tls)


def _tls(stem: Path) -> ssl.SSLContext:
    """`.crt` and `.key` say who we are, `.ca` who may vouch for the partner's server: unset, the public authorities.

    SecretsMissing where they cannot be used.
    """
    name = stem.name
    authorities, certificate, key = (stem.with_name(f"{name}.{kind}") for kind in ("ca", "crt", "key"))
    try:
        context = ssl.create_default_context(cafile=authorities if authorities.is_file() else None)
        if certificate.is_file():
            context.load_cert_chain(certificate, key)
    except OSError as trouble:  # ssl.SSLError is one
        raise SecretsMissing(f"The certificates of partner {name} cannot be used: {trouble}.") from None
    return context


def _text(file: Path) -> str:
    return file.read_text("utf-8").strip()

"""Posting to somebody's server over HTTPS, signed by Standard Webhooks 1.0."""

import asyncio
import base64
import binascii
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
from standardwebhooks import Webhook

from contracts.envelope import MEDIA_TYPE

PATIENCE_SECONDS = 10
LONGEST_TRY_SECONDS = 15
"""A body that drips in never times out by itself."""

SHORTEST_KEY_BYTES = 24
"""Of a signing secret (Standard Webhooks, signature scheme)."""

LONGEST_WAIT = timedelta(hours=24)
AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class PostRefused(Exception):
    """The receiver will not have it, now or later."""


class PostNotTaken(Exception):
    """It was not taken now; later it may be. `wait` is how long the receiver asked to be left alone."""

    def __init__(self, why: str, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.wait = wait


def safe_url(url: str) -> str:
    """The URL, which is over https; to this machine itself http will do, for tests and demonstrations. ValueError."""
    parts = urlsplit(url)
    if parts.username or parts.password or parts.fragment or not parts.hostname:
        raise ValueError("give https://host/path, without a name, a password or a fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise ValueError("https only: http is for this machine itself")
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_secret(text: str) -> bool:
    """Whether it can sign: `whsec_` and enough bytes in base64."""
    try:
        return len(base64.b64decode(text.removeprefix("whsec_"), validate=True)) >= SHORTEST_KEY_BYTES
    except binascii.Error:
        return False


class Poster:
    """One address. Redirects are not followed, and what it answers beside a status is not read."""

    def __init__(self, url: str, secret: str, tls: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._signer = Webhook(secret)
        self.http = httpx2.AsyncClient(
            verify=tls or True, follow_redirects=False, trust_env=False, timeout=PATIENCE_SECONDS
        )

    async def send(self, event_id: UUID | str, body: bytes, at: datetime, headers: Mapping[str, str]) -> None:
        """Return once it was taken. PostRefused where it never will be, PostNotTaken for any other trouble."""
        async with in_time():
            status, wait = await self.post(event_id, body, at, headers)
        judge(status, wait)

    async def post(
        self, event_id: UUID | str, body: bytes, at: datetime, headers: Mapping[str, str]
    ) -> tuple[int, str | None]:
        """Give the status, and how long to wait, as it was answered."""
        signed = {
            **headers,
            "Content-Type": MEDIA_TYPE,
            "User-Agent": "meldketen",
            "webhook-id": str(event_id),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(str(event_id), at, body.decode()),
        }
        async with self.http.stream("POST", self._url, content=body, headers=signed) as answer:
            return answer.status_code, answer.headers.get("retry-after")

    async def close(self) -> None:
        await self.http.aclose()


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """PostNotTaken where the world gives no answer, or not soon enough."""
    try:
        async with asyncio.timeout(LONGEST_TRY_SECONDS):
            yield
    except TimeoutError:
        raise PostNotTaken("no answer in time") from None
    except httpx2.HTTPError as trouble:
        raise PostNotTaken(type(trouble).__name__) from None


def judge(status: int, retry_after: str | None) -> None:
    """PostRefused, PostNotTaken."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status in AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise PostNotTaken(f"answers {status}", _wait(retry_after))
    if status < HTTPStatus.BAD_REQUEST:
        raise PostNotTaken(f"answers {status}, and a redirect is not followed")
    raise PostRefused(f"answers {status}")


def _wait(retry_after: str | None) -> timedelta | None:
    """In seconds or as a date (RFC 9110 §10.2.3), a day at most; none where it is neither."""
    try:
        if (retry_after or "").isdecimal():
            asked = timedelta(seconds=int(retry_after or ""))
        else:
            asked = parsedate_to_datetime(retry_after or "").astimezone(UTC) - datetime.now(UTC)
    except (ValueError, OverflowError):
        return None
    return min(max(asked, timedelta()), LONGEST_WAIT)

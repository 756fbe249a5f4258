"""Posting to a partner over HTTPS, signed by Standard Webhooks 1.0."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote_plus
from uuid import UUID

import httpx2
from pydantic import BaseModel, ConfigDict, ValidationError
from standardwebhooks import Webhook

from contracts.envelope import MEDIA_TYPE
from routing.adapters.partner_secrets import PartnerSecrets
from routing.domain.deliveries import NotNow, Refused
from routing.domain.partners import PushAddress

PATIENCE_SECONDS = 10
LONGEST_TRY_SECONDS = 15
"""A body that drips in never times out by itself."""

FRESH_FOR_SECONDS = 30
"""A token that ends sooner is not used any more."""

Headers = Callable[[UUID, datetime], Mapping[str, str]]
"""What a partner's language wants beside: of this event, sent at this moment."""

LONGEST_WAIT = timedelta(hours=24)
AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class _Token(BaseModel):
    """The answer of a token endpoint (RFC 6749 §5.1)."""

    model_config = ConfigDict(hide_input_in_errors=True)

    access_token: str
    expires_in: int = 60


@dataclass(slots=True)
class _Kept:
    token: str = ""
    until: float = 0


class Push:
    """One partner's address. Redirects are not followed, and what it answers beside a status is not read."""

    def __init__(self, address: PushAddress, secrets: PartnerSecrets, headers: Headers) -> None:
        self._address = address
        self._secrets = secrets
        self._headers = headers
        self._signer = Webhook(secrets.webhook)
        self._kept = _Kept()
        self._asking = asyncio.Lock()
        self._http = httpx2.AsyncClient(
            verify=secrets.tls or True, follow_redirects=False, trust_env=False, timeout=PATIENCE_SECONDS
        )

    async def send(self, event_id: UUID, body: bytes, at: datetime, traceparent: str | None) -> None:
        """Return once it was taken. Refused where it never will be, NotNow for any other trouble."""
        try:
            async with asyncio.timeout(LONGEST_TRY_SECONDS):
                status, wait = await self._post(event_id, body, at, traceparent)
                if status == HTTPStatus.UNAUTHORIZED and self._address.token_url:
                    self._kept = _Kept()  # taken back before its time
                    status, wait = await self._post(event_id, body, at, traceparent)
        except TimeoutError:
            raise NotNow("no answer in time") from None
        except httpx2.HTTPError as trouble:
            raise NotNow(type(trouble).__name__) from None
        _judge(status, wait)

    async def _post(
        self, event_id: UUID, body: bytes, at: datetime, traceparent: str | None
    ) -> tuple[int, str | None]:
        headers = {
            **self._headers(event_id, at),
            "Content-Type": MEDIA_TYPE,
            "User-Agent": "meldketen",
            "webhook-id": str(event_id),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(str(event_id), at, body.decode()),
        }
        if traceparent:
            headers["traceparent"] = traceparent
        if self._address.token_url:
            headers["Authorization"] = f"Bearer {await self._token(self._address.token_url)}"
        async with self._http.stream("POST", self._address.url, content=body, headers=headers) as answer:
            return answer.status_code, answer.headers.get("retry-after")

    async def _token(self, url: str) -> str:
        """By client credentials (RFC 6749 §4.4), once for all who want one. NotNow."""
        async with self._asking:
            if time.monotonic() > self._kept.until:
                who = (quote_plus(self._address.client_id or ""), quote_plus(self._secrets.client or ""))
                answer = await self._http.post(url, data={"grant_type": "client_credentials"}, auth=who)
                if answer.status_code != HTTPStatus.OK:
                    raise NotNow(f"the token endpoint answers {answer.status_code}")
                try:
                    token = _Token.model_validate_json(answer.content)
                except ValidationError:
                    raise NotNow("the token endpoint gives no token") from None
                until = time.monotonic() + token.expires_in - FRESH_FOR_SECONDS
                self._kept = _Kept(token.access_token, until)
            return self._kept.token

    async def close(self) -> None:
        await self._http.aclose()


def _judge(status: int, retry_after: str | None) -> None:
    """Refused, NotNow."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status in AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotNow(f"answers {status}", _wait(retry_after))
    if status < HTTPStatus.BAD_REQUEST:
        raise NotNow(f"answers {status}, and a redirect is not followed")
    raise Refused(f"answers {status}")


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

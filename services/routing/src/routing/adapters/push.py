"""Posting to a partner over HTTPS, with a token or a certificate."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote_plus
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.posting import Poster, PostNotTaken, in_time, judge
from routing.adapters.partner_secrets import PartnerSecrets
from routing.domain.partners import PushAddress

FRESH_FOR_SECONDS = 30
"""A token that ends sooner is not used any more."""

Headers = Callable[[UUID, datetime], Mapping[str, str]]
"""What a partner's language wants beside: of this event, sent at this moment."""


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
    """One partner's address."""

    def __init__(self, address: PushAddress, secrets: PartnerSecrets, headers: Headers) -> None:
        self._address = address
        self._secrets = secrets
        self._headers = headers
        self._kept = _Kept()
        self._asking = asyncio.Lock()
        self._poster = Poster(address.url, secrets.webhook, secrets.tls)

    async def send(self, event_id: UUID, body: bytes, at: datetime, traceparent: str | None) -> None:
        """Return once it was taken. PostRefused where it never will be, PostNotTaken for any other trouble."""
        async with in_time():
            status, wait = await self._post(event_id, body, at, traceparent)
            if status == HTTPStatus.UNAUTHORIZED and self._address.token_url:
                self._kept = _Kept()  # taken back before its time
                status, wait = await self._post(event_id, body, at, traceparent)
        judge(status, wait)

    async def _post(
        self, event_id: UUID, body: bytes, at: datetime, traceparent: str | None
    ) -> tuple[int, str | None]:
        headers = dict(self._headers(event_id, at))
        if traceparent:
            headers["traceparent"] = traceparent
        if self._address.token_url:
            headers["Authorization"] = f"Bearer {await self._token(self._address.token_url)}"
        return await self._poster.post(event_id, body, at, headers)

    async def _token(self, url: str) -> str:
        """By client credentials (RFC 6749 §4.4), once for all who want one. PostNotTaken."""
        async with self._asking:
            if time.monotonic() > self._kept.until:
                who = (quote_plus(self._address.client_id or ""), quote_plus(self._secrets.client or ""))
                asked = {"grant_type": "client_credentials"}
                answer = await self._poster.http.post(url, data=asked, auth=who)
                if answer.status_code != HTTPStatus.OK:
                    raise PostNotTaken(f"the token endpoint answers {answer.status_code}")
                try:
                    token = _Token.model_validate_json(answer.content)
                except ValidationError:
                    raise PostNotTaken("the token endpoint gives no token") from None
                until = time.monotonic() + token.expires_in - FRESH_FOR_SECONDS
                self._kept = _Kept(token.access_token, until)
            return self._kept.token

    async def close(self) -> None:
        await self._poster.close()

"""Who reported and how a partner is reached: asked of intake and routing at the moment of sending, and forgotten after it."""

import ssl
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx2

from chassis import trace
from chassis.clock import wall_clock
from chassis.principals import Signer
from notifications.domain.letters import Addressee, NotNow, Undeliverable

PATIENCE_SECONDS = 5


class Contacts:
    """Asks over HTTP. The reporter's name is left where it is: no letter needs it."""

    def __init__(self, intake_url: str, routing_url: str, signer: Signer) -> None:
        self._intake_url = intake_url.rstrip("/")
        self._routing_url = routing_url.rstrip("/")
        self._signer = signer
        self._tls = ssl.create_default_context()

    async def get(self, report_id: UUID) -> Addressee:
        """Undeliverable where there is no such report or no e-mail address, NotNow where intake gives no answer."""
        url = f"{self._intake_url}/intake/v1/reports/{report_id}/contact"
        answer = await self._ask("intake", url)
        if _says(answer, "no-such-report"):
            raise Undeliverable("no-such-report")
        contact = _read("intake", answer)
        if contact["email"] is None:
            raise Undeliverable("no-address")
        return Addressee(contact["email"], contact["language"], contact["reference"])

    async def find_partner(self, partner: str) -> str | None:
        """Where a person at the partner reads mail; none where the register does not say. NotNow."""
        url = f"{self._routing_url}/routing/v1/partners/{quote(partner, safe='')}/contact"
        answer = await self._ask("routing", url)
        if _says(answer, "no-such-partner"):
            return None
        email: str | None = _read("routing", answer)["email"]
        return email

    async def _ask(self, service: str, url: str) -> httpx2.Response:
        token = self._signer.issue(
            "notifications", ["contacts:read"], wall_clock(), lifetime=timedelta(minutes=1)
        )
        headers = {"Authorization": f"Bearer {token}", "traceparent": trace.current() or ""}
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, verify=self._tls) as client:
                return await client.get(url, headers=headers)
        except httpx2.TransportError as trouble:
            raise NotNow(f"{service} does not answer: {type(trouble).__name__}") from trouble


def _says(answer: httpx2.Response, code: str) -> bool:
    """Only the service's own words: another 404 comes from a wrong address, which will be put right."""
    return answer.status_code == HTTPStatus.NOT_FOUND and code in answer.text


def _read(service: str, answer: httpx2.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise NotNow(f"{service} answers {answer.status_code}")
    found: dict[str, Any] = answer.json()
    return found

"""Intake knows who reported and how to reach them: asked at the moment of sending, and forgotten after it."""

import ssl
from datetime import timedelta
from uuid import UUID

import httpx2

from chassis import trace
from chassis.clock import wall_clock
from chassis.principals import Signer
from notifications.domain import Addressee, NotNow, Undeliverable

PATIENCE_SECONDS = 5


class Contacts:
    """Asks intake over HTTP. The reporter's name is left where it is: no letter needs it."""

    def __init__(self, intake_url: str, signer: Signer) -> None:
        self._url = intake_url.rstrip("/")
        self._signer = signer
        self._tls = ssl.create_default_context()

    async def get(self, report_id: UUID) -> Addressee:
        """Undeliverable where there is no such report or no e-mail address, NotNow where intake gives no answer."""
        token = self._signer.issue(
            "notifications", ["contacts:read"], wall_clock(), lifetime=timedelta(minutes=1)
        )
        headers = {"Authorization": f"Bearer {token}", "traceparent": trace.current() or ""}
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, verify=self._tls) as client:
                answer = await client.get(
                    f"{self._url}/intake/v1/reports/{report_id}/contact", headers=headers
                )
        except httpx2.TransportError as trouble:
            raise NotNow(f"intake does not answer: {type(trouble).__name__}") from trouble
        # Only intake's own words: another 404 comes from a wrong address of intake, which will be put right.
        if answer.status_code == 404 and "no-such-report" in answer.text:  # noqa: PLR2004  not found
            raise Undeliverable("no-such-report")
        if not answer.is_success:
            raise NotNow(f"intake answers {answer.status_code}")
        contact = answer.json()
        if contact["email"] is None:
            raise Undeliverable("no-address")
        return Addressee(contact["email"], contact["language"], contact["reference"])

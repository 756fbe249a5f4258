"""A mail catcher for demonstrations and tests: a real SMTP server that keeps what it gets and sends nothing on."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from itertools import count
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from chassis.clock import wall_clock
from look.pages import Pages

KEPT = 500
LARGEST_MAIL_BYTES = 1024 * 1024
REFUSED = "refused.example"
LATER = "later.example"


@dataclass(frozen=True, slots=True)
class Mail:
    """`number` counts from 1 since the start."""

    number: int
    to: str
    subject: str
    text: str
    received_at: datetime
    message_id: str


class Mailbox:
    """Takes mail for anybody, with two exceptions to show failure with.

    A recipient at refused.example is refused for good (550), one at later.example at every first try (451).
    """

    def __init__(self) -> None:
        self._kept: deque[Mail] = deque(maxlen=KEPT)
        self._numbers = count(1)
        self._deferred: set[str] = set()
        self._server: asyncio.Server | None = None
        self._visits: set[_Visit] = set()

    @property
    def messages(self) -> list[Mail]:
        """The last 500, oldest first."""
        return list(self._kept)

    @property
    def port(self) -> int:
        """Where it listens. RuntimeError where it does not."""
        if self._server is None:
            raise RuntimeError("the mailbox was not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, host: str, port: int) -> None:
        """Listen; with port 0 on a port that is free. OSError where the port is taken."""
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Visit(self, self._visits), host, port
        )

    async def stop(self) -> None:
        """Listen no more, and end the visits that are going on. What was kept stays."""
        if self._server is None:
            return
        self._server.close()
        for visit in list(self._visits):
            visit.end()
        await self._server.wait_closed()
        self._server = None

    async def handle_RCPT(  # noqa: N802  aiosmtpd finds it by this name and form
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        domain = address.rpartition("@")[2].lower()
        if domain == REFUSED:
            return "550 5.1.1 No such mailbox"
        if domain == LATER and address not in self._deferred:
            self._deferred.add(address)
            return "451 4.7.1 Try again later"
        self._deferred.discard(address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self._kept.append(self._mail(envelope))
        return "250 2.0.0 Kept"

    def _mail(self, envelope: Envelope) -> Mail:
        content = envelope.content
        message = message_from_bytes(
            content if isinstance(content, bytes) else (content or "").encode(), policy=policy.default
        )
        body = message.get_body(("plain", "html"))
        return Mail(
            number=next(self._numbers),
            to=", ".join(envelope.rcpt_tos),
            subject=message.get("Subject", ""),
            text=body.get_content().replace("\r\n", "\n") if body else "",
            received_at=wall_clock(),
            message_id=message.get("Message-ID", ""),
        )


class _Visit(SMTP):
    """One connection; it stands in `visits` as long as it lasts."""

    def __init__(self, mailbox: Mailbox, visits: "set[_Visit]") -> None:
        super().__init__(
            mailbox,
            hostname="mailbox.localhost",
            data_size_limit=LARGEST_MAIL_BYTES,
            enable_SMTPUTF8=True,
            loop=asyncio.get_running_loop(),
        )
        self._visits = visits

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._visits.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._visits.discard(self)

    def end(self) -> None:
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()


def router(mailbox: Mailbox) -> APIRouter:
    """`/post` and `/post/{number}` for people, `/post.json` for programs: newest first."""
    routes = APIRouter(include_in_schema=False)
    pages = Pages("meldketen")

    @routes.get("/post")
    async def show_mails(request: Request) -> HTMLResponse:
        return pages.render(request, "post.html", active="/post", mails=mailbox.messages[::-1], kept=KEPT)

    @routes.get("/post.json")
    async def list_mails() -> list[Mail]:
        return mailbox.messages[::-1]

    @routes.get("/post/{number}")
    async def show_mail(request: Request, number: int) -> HTMLResponse:
        mail = next((one for one in mailbox.messages if one.number == number), None)
        if mail is None:
            gone: dict[str, Any] = {
                "title": "Deze mail is er niet (meer)",
                "advice": f"De postbus bewaart de laatste {KEPT} mails, en alleen zolang de hub draait.",
            }
            return pages.render(request, "problem.html", status=404, **gone)
        return pages.render(request, "mail.html", active="/post", mail=mail, paragraphs=_paragraphs(mail))

    return routes


def _paragraphs(mail: Mail) -> Iterator[list[str]]:
    """The text as a page shows it: its paragraphs, each as lines."""
    return (part.split("\n") for part in mail.text.strip().split("\n\n"))

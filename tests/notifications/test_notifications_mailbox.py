"""The mail catcher speaks real SMTP, keeps what it gets, and shows it."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import httpx2
import pytest
from aiosmtplib import SMTPRecipientsRefused
from fastapi import FastAPI

from meldketen.mailbox import KEPT, Mailbox, router


@pytest.fixture
async def browser(mailbox: Mailbox) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(router(mailbox))
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        yield client


async def send(
    mailbox: Mailbox, to: str = "b@example.nl", subject: str = "Één mail", text: str = "Dag"
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "a@example.nl", to, subject, "<1@a.nl>"
    mail.set_content(text)
    await aiosmtplib.send(
        mail, hostname="127.0.0.1", port=mailbox.port, local_hostname="test", start_tls=False
    )


async def test_a_mail_is_kept_as_it_was_written(mailbox: Mailbox) -> None:
    await send(mailbox, text="Eén regel\n\nen nog één, met een teken: €\n")
    (mail,) = mailbox.messages
    assert (mail.number, mail.to, mail.subject, mail.message_id) == (
        1,
        "b@example.nl",
        "Één mail",
        "<1@a.nl>",
    )
    assert mail.text == "Eén regel\n\nen nog één, met een teken: €\n"


async def test_failure_can_be_shown(mailbox: Mailbox) -> None:
    with pytest.raises(SMTPRecipientsRefused) as refused:
        await send(mailbox, to="b@Refused.example")
    with pytest.raises(SMTPRecipientsRefused) as deferred:
        await send(mailbox, to="b@later.example")
    assert [refused.value.recipients[0].code, deferred.value.recipients[0].code] == [550, 451]
    await send(mailbox, to="b@later.example")
    assert [mail.to for mail in mailbox.messages] == ["b@later.example"]


async def test_only_the_last_mails_are_kept(mailbox: Mailbox) -> None:
    async with aiosmtplib.SMTP(
        hostname="127.0.0.1", port=mailbox.port, local_hostname="test", start_tls=False
    ) as client:
        for _ in range(KEPT + 2):
            await client.sendmail("a@example.nl", "b@example.nl", "Subject: x\r\n\r\ny\r\n")
    assert [mailbox.messages[0].number, len(mailbox.messages)] == [3, KEPT]


async def test_it_stops_while_somebody_is_connected(mailbox: Mailbox) -> None:
    port = mailbox.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    async with asyncio.timeout(5):
        await mailbox.stop()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


async def test_the_page_says_what_it_is_for_and_that_it_is_empty(browser: httpx2.AsyncClient) -> None:
    page = (await browser.get("/post")).text
    assert "voor demonstraties en tests" in page
    assert "Er is nog geen mail." in page
    assert "<table" not in page


async def test_the_newest_mail_stands_first(browser: httpx2.AsyncClient, mailbox: Mailbox) -> None:
    await send(mailbox, subject="Eerste")
    await send(mailbox, subject="Tweede")
    page = (await browser.get("/post")).text
    assert 0 < page.index('href="/post/2">Tweede') < page.index('href="/post/1">Eerste')
    mails = (await browser.get("/post.json")).json()
    assert [mail["subject"] for mail in mails] == ["Tweede", "Eerste"]
    assert set(mails[0]) == {"number", "to", "subject", "text", "received_at", "message_id"}


async def test_a_mail_is_shown_as_text_with_its_links(browser: httpx2.AsyncClient, mailbox: Mailbox) -> None:
    await send(mailbox, subject="<b>Dag</b>", text="<script>x</script>\n\nZie https://hub.example/melden\n")
    page = (await browser.get("/post/1")).text
    assert "&lt;script&gt;" in page
    assert "<b>Dag" not in page
    assert 'href="https://hub.example/melden"' in page


async def test_a_mail_that_is_not_there_is_not_found(browser: httpx2.AsyncClient) -> None:
    answer = await browser.get("/post/7")
    assert answer.status_code == 404
    assert "Deze mail is er niet" in answer.text

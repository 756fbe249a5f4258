"""The mail server, over SMTP."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from pydantic import SecretStr

from notifications.domain import NotNow, Undeliverable

PATIENCE_SECONDS = 10
PERMANENT = 500
"""From here on a mail server's reply is for good (RFC 5321 §4.2.1)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """`name` is what we call ourselves to it."""

    host: str
    port: int
    user: str | None
    password: SecretStr | None
    tls: Literal["none", "starttls", "tls"]
    name: str

    async def send(self, message: EmailMessage) -> None:
        """Return once the mail server took it.

        Undeliverable where it refuses the recipient or the content for good, NotNow for any other trouble: a
        refused sender or sign-in is a fault of our settings, and no letter may be lost by it.
        """
        try:
            await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port,
                username=self.user,
                password=self.password.get_secret_value() if self.password else None,
                use_tls=self.tls == "tls",
                start_tls=self.tls == "starttls",
                local_hostname=self.name,
                timeout=PATIENCE_SECONDS,
            )
        except SMTPRecipientsRefused as refusals:
            raise _refusal("the recipient", refusals.recipients[0]) from None
        except SMTPDataError as refusal:
            raise _refusal("the content", refusal) from None
        except SMTPResponseException as refusal:
            raise NotNow(f"the mail server answers {refusal.code}") from None
        except (SMTPException, OSError) as trouble:
            raise NotNow(f"the mail server does not answer: {type(trouble).__name__}") from None


def _refusal(what: str, refusal: SMTPResponseException) -> Exception:
    """Without the server's own words: those may hold the address."""
    if refusal.code >= PERMANENT:
        return Undeliverable("refused")
    return NotNow(f"the mail server refuses {what}: {refusal.code}")

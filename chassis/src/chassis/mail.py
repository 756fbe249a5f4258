"""A mail server, over SMTP."""

from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal, Self

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from pydantic import SecretStr

from chassis.settings import MailSettings

PATIENCE_SECONDS = 10
PERMANENT = 500
"""From here on a mail server's reply is for good (RFC 5321 §4.2.1)."""


class MailRefused(Exception):
    """The mail server will not have this mail, now or later."""


class MailNotTaken(Exception):
    """The mail server did not take this mail now; later it may."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """`name` is what we call ourselves to it."""

    host: str
    port: int
    user: str | None
    password: SecretStr | None
    tls: Literal["none", "starttls", "tls"]
    name: str

    @classmethod
    def of(cls, settings: MailSettings) -> Self:
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            user=settings.smtp_user,
            password=settings.smtp_password,
            tls=settings.smtp_tls,
            name=settings.mail_from.partition("@")[2],
        )

    async def send(self, message: EmailMessage) -> None:
        """Return once the mail server took it.

        MailRefused where it refuses the recipient or the content for good, MailNotTaken for any other trouble: a
        refused sender or sign-in is a fault of our settings, and no mail may be lost by it.
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
            raise MailNotTaken(f"the mail server answers {refusal.code}") from None
        except (SMTPException, OSError) as trouble:
            raise MailNotTaken(f"the mail server does not answer: {type(trouble).__name__}") from None


def _refusal(what: str, refusal: SMTPResponseException) -> Exception:
    """Without the server's own words: those may hold the address."""
    if refusal.code >= PERMANENT:
        return MailRefused("refused")
    return MailNotTaken(f"the mail server refuses {what}: {refusal.code}")

"""Letters in plain words, each from its text in the right language."""

from collections.abc import Sequence
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from look import words
from notifications.domain.letters import Addressee, Notification

LANGUAGES = ("nl", "en")
"""What a reporter can read; the desk and its partners read Dutch."""


class Letters:
    """Writes the mail of one notification, or of several to one mailbox. The first line of a text is its subject."""

    def __init__(self, public_url: str, sender: str) -> None:
        self._sender = Address("Meldpunt Woonoverlast", addr_spec=sender)
        self._texts = Environment(
            loader=PackageLoader("notifications", "templates/mail"),
            autoescape=False,  # noqa: S701  text, not HTML
            undefined=StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )
        self._texts.globals.update(hub=public_url.rstrip("/"))
        self._texts.filters["moment"] = lambda iso: words.moment(datetime.fromisoformat(iso))

    def write(
        self, notifications: Sequence[Notification], addressee: Addressee, now: datetime
    ) -> EmailMessage:
        """The same Message-ID at every try, so that a mail that was sent twice can be recognised."""
        first = notifications[0]
        language = addressee.language if addressee.language in LANGUAGES else LANGUAGES[0]
        told = first.letter if len(notifications) == 1 else "bundle"
        text = self._texts.get_template(f"{told}.{language}.txt").render(
            facts=first.facts, report_id=first.report_id, letters=notifications, addressee=addressee
        )
        subject, _, body = text.partition("\n\n")
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = self._sender
        message["To"] = _address(addressee.email)
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{first.bundle_id or first.notification_id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: so that no machine answers it
        message.set_content(body, cte="quoted-printable")
        message["Content-Language"] = language
        return message


def _address(email: str) -> Address:
    """Its parts apart, since `addr_spec` refuses what an internationalised address may hold (RFC 6531)."""
    user, _, domain = email.rpartition("@")
    return Address(username=user, domain=domain)

"""The mail with a link to the answer page. It says that there is a question and until when, and nothing of what it is about."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from look import words
from routing.domain.assignments import Assignment
from routing.domain.deliveries import Delivery
from routing.domain.partners import Partner


def mark(assignment: Assignment) -> str:
    """What an assignment is called in mail and on the page: nobody can find it by this."""
    last = assignment.assignment_id.hex[-8:].upper()
    return f"{last[:4]}-{last[4:]}"


@dataclass(frozen=True, slots=True)
class Written:
    """What a mail is about. `token` opens the page; none where there is nothing to open any more."""

    delivery: Delivery
    assignment: Assignment
    token: str | None


class LinkMail:
    """Writes mail to one partner. The first line of a text is its subject."""

    def __init__(self, partner: Partner, public_url: str, sender: str) -> None:
        self._to = Address(partner.name, addr_spec=partner.mail or "")
        self._hub = public_url.rstrip("/")
        self._sender = Address("Meldpunt Woonoverlast", addr_spec=sender)
        self._texts = Environment(
            loader=PackageLoader("routing", "templates/mail"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            keep_trailing_newline=True,
        )
        self._texts.filters["day"] = words.day

    def write(self, written: Written, now: datetime) -> EmailMessage:
        """The same Message-ID at every try, so that a mail that was sent twice can be recognised."""
        facts = {
            "mark": mark(written.assignment),
            "due_at": written.assignment.due_at,
            "link": f"{self._hub}/partner/{written.token}" if written.token else None,
        }
        kind = written.delivery.kind
        subject, _, text = self._texts.get_template(f"{kind}.txt").render(facts).partition("\n\n")
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = self._sender
        message["To"] = self._to
        message["Subject"] = subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{written.delivery.event_id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: so that no machine answers it
        message["Content-Language"] = "nl"
        message.set_content(text, cte="quoted-printable")
        html = self._texts.get_template(f"{kind}.html").render(facts, subject=subject)
        message.add_alternative(html, subtype="html", cte="quoted-printable")
        return message

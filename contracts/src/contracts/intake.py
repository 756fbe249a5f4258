"""What intake says."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message, Shape


class Channel(StrEnum):
    """How the report came. `import`: from the desk's own spreadsheet, when it left that behind."""

    WEB = "web"
    PHONE = "phone"
    IMPORT = "import"


class Tenure(StrEnum):
    """How the reporter lives: decides who else is asked."""

    CORPORATION_TENANT = "corporation-tenant"
    PRIVATE_TENANT = "private-tenant"
    OWNER = "owner"
    OTHER = "other"


class Area(Shape):
    """A neighbourhood by its code and the year of that layout: borders change every year."""

    code: str
    name: str
    year: int


class Address(Shape):
    """One address. `id` is its BAG number where known, `object_id` that of the dwelling; `key` is the same for every spelling."""

    key: str
    postcode: str
    house_number: int
    addition: str | None = None
    street: str | None = None
    city: str | None = None
    id: str | None = None
    object_id: str | None = None


class Reporter(Shape):
    """Who reported. Never shown to the subject of the report, nor to a partner without ground."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    anonymous: bool = False
    tenure: Tenure = Tenure.OTHER


class Signals(Shape):
    """What was asked at once, because it changes who must know and how fast."""

    danger: bool = False
    children: bool = False
    going_on_now: bool = False
    reported_before: bool = False


class Answer(Shape):
    """What the reporter answered to a question about the nuisance: codes, and both in Dutch words as they were then."""

    question: str
    value: str
    asked: str
    words: str


class ReportSubmitted(Message, name="reports.submitted.v1", about="report_id"):
    """A report, whole. Confidential: it holds the reporter, the address and the story.

    `joins` is the case that an agent chose for it, and `repeats` an earlier report of the same reporter about the
    same; none where nobody chose, or nothing is known. `attachments` are the ids of its files, which intake keeps.
    `imported`: it is from before the hub. It belongs in a case, and nobody is asked or written to about it anew;
    `closed_at` is when it was closed, for one that was.
    """

    report_id: UUID
    reference: str
    category: str
    category_name: str
    channel: Channel
    received_at: AwareDatetime
    story: str
    address: Address
    area: Area | None = None
    reporter: Reporter
    signals: Signals = Signals()
    answers: tuple[Answer, ...] = ()
    language: str = "nl"
    joins: UUID | None = None
    repeats: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    imported: bool = False
    closed_at: AwareDatetime | None = None


class ReportTold(ReportSubmitted, name="reports.told.v1", about="report_id"):
    """A report once more, for routing, which asked for it. Confidential: it holds what `reports.submitted` holds."""


class ReportRegistered(Message, name="reports.registered.v1", about="report_id"):
    """A report was written down: the facts, no personal data. No promise is made about one that was `imported`."""

    report_id: UUID
    category: str
    category_name: str
    channel: Channel
    received_at: AwareDatetime
    area: Area | None = None
    signals: Signals = Signals()
    reachable: bool
    language: str = "nl"
    imported: bool = False


class ReportAmended(Message, name="reports.amended.v1", about="report_id"):
    """The reporter added something to the report. Confidential: it is the reporter's own text.

    `attachments` are the ids of the files that came with it, which intake keeps.
    """

    report_id: UUID
    addition_id: UUID
    text: str
    added_at: AwareDatetime
    attachments: tuple[UUID, ...] = ()


class ReportWithdrawn(Message, name="reports.withdrawn.v1", about="report_id"):
    """The reporter took the report back. What was begun with it is for a person to end."""

    report_id: UUID
    withdrawn_at: AwareDatetime


class ReportReinstated(Message, name="reports.reinstated.v1", about="report_id"):
    """The reporter took the withdrawal back."""

    report_id: UUID
    reinstated_at: AwareDatetime


class IncidentNoted(Message, name="incidents.noted.v1", about="report_id"):
    """A line of the reporter's nuisance diary. Confidential: it is the reporter's own text."""

    report_id: UUID
    incident_id: UUID
    happened_at: AwareDatetime
    text: str
    noted_at: AwareDatetime


class FeedbackGiven(Message, name="feedback.given.v1", about="report_id"):
    """The reporter said whether the nuisance is over. Where it is not, the report is open again."""

    report_id: UUID
    solved: bool
    given_at: AwareDatetime

"""The language for anybody: CloudEvents with the hub's own words, in English."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, Shape
from contracts.partners.wording import word


class RequestAddress(Shape):
    """Where it is. `id` is the BAG number where known, `object_id` that of the dwelling."""

    postcode: str
    house_number: int
    addition: str | None = None
    street: str | None = None
    city: str | None = None
    id: str | None = None
    object_id: str | None = None


class RequestSignals(Shape):
    """What was asked at once, because it changes what has to be done."""

    danger: bool
    children: bool
    going_on_now: bool
    reported_before: bool


class RequestReporter(Shape):
    """Who reported: only where the covenant gives a ground for it."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None


class PartnerRequest(Message, name="requests.asked.v1", about="assignment_id"):
    """What the desk asks of a partner. What is not in the covenant is left out."""

    assignment_id: UUID
    question: str
    category: str | None = None
    address: RequestAddress | None = None
    story: str | None = None
    signals: RequestSignals | None = None
    reporter: RequestReporter | None = None
    asked_at: AwareDatetime
    answer_before: AwareDatetime


class RequestWithdrawal(Message, name="requests.withdrawn.v1", about="assignment_id"):
    """The partner need not answer any more."""

    assignment_id: UUID
    reason: Annotated[str, word("asked-elsewhere", "not-needed")]


class RequestClarification(Message, name="requests.clarified.v1", about="assignment_id"):
    """The desk's answer to `information-needed`."""

    assignment_id: UUID
    text: Annotated[str, Field(max_length=4000)]


class PartnerAnswer(Message, name="requests.answered.v1", about="assignment_id"):
    """How far the partner is. `declined` goes with a reason, `answered` with an outcome, any of them with a note."""

    assignment_id: UUID
    state: Annotated[str, word("accepted", "declined", "information-needed", "in-progress", "answered")]
    reason: (
        Annotated[str, word("not-ours", "no-capacity", "not-enough-facts", "already-handled", "other")] | None
    ) = None
    outcome: (
        Annotated[
            str,
            word("solved", "measure-taken", "help-offered", "unfounded", "not-solved", "closed"),
        ]
        | None
    ) = None
    finding: (
        Annotated[str, word("violation-found", "refused", "normalised", "moved", "handed-over")] | None
    ) = None
    note: Annotated[str, Field(max_length=4000)] | None = None

"""The language of mental-health care: HL7 FHIR R4 (hl7.org/fhir/R4), resources ServiceRequest and Task."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, Shape


class Identifier(Shape):
    system: str = "urn:nl:woonoverlast:uitzetting"
    value: UUID


class Coding(Shape):
    system: str
    code: str
    display: str | None = None


class Concept(Shape):
    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Period(Shape):
    start: AwareDatetime | None = None
    end: AwareDatetime | None = None


class Reference(Shape):
    identifier: Identifier | None = None
    display: str | None = None


class Annotation(Shape):
    text: str


class CareRequest(Message, name="care-requests.asked.v1", about="id"):
    """A worry about somebody, as a FHIR ServiceRequest. Who reported is never in it."""

    resource_type: Literal["ServiceRequest"] = "ServiceRequest"
    id: UUID
    identifier: tuple[Identifier, ...]
    status: Literal["active"] = "active"
    intent: Literal["order"] = "order"
    priority: Literal["routine", "urgent"] = "routine"
    code: Concept
    subject_: Reference = Field(alias="subject")
    requester: Reference
    authored_on: AwareDatetime
    occurrence_period: Period
    note: tuple[Annotation, ...] = Field((), exclude_if=lambda notes: not notes)


class CareStatus(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"


class BasedOn(Shape):
    """Which of our requests a Task is about: the way back to the assignment."""

    identifier: Identifier


class CareTask(Message, name="care-tasks.updated.v1", about="id"):
    """Taken up, not taken up, or closed, as a FHIR Task: professional secrecy allows no more to come back."""

    resource_type: Literal["Task"] = "Task"
    id: str
    status: CareStatus
    intent: Literal["order"] = "order"
    based_on: tuple[BasedOn, ...] = Field(min_length=1)
    status_reason: Concept | None = None


class CareWithdrawal(Message, name="care-requests.withdrawn.v1", about="id"):
    """The request is revoked, as a FHIR ServiceRequest: `subject` only points back at the request, as FHIR wants one."""

    resource_type: Literal["ServiceRequest"] = "ServiceRequest"
    id: UUID
    identifier: tuple[Identifier, ...]
    status: Literal["revoked"] = "revoked"
    intent: Literal["order"] = "order"
    subject_: Reference = Field(alias="subject")

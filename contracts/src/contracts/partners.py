"""What goes to partners and comes back, each in the partner's own language. Field names are theirs."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, Shape

# --- Police: a plain JSON message of our own, in Dutch


class PoliceAddress(Shape):
    postcode: str
    huisnummer: int
    toevoeging: str | None = None
    straat: str | None = None


class PoliceQuestion(Message, name="police-questions.asked.v1", about="kenmerk"):
    """Whether the police knows this address, and what it will do."""

    kenmerk: UUID
    soort: str
    vraag: str
    adres: PoliceAddress
    omschrijving: str
    gevaar: bool
    kinderen: bool
    antwoord_voor: AwareDatetime


class PoliceStatus(StrEnum):
    RECEIVED = "ontvangen"
    BUSY = "in_behandeling"
    DONE = "afgehandeld"
    REFUSED = "geweigerd"


class PoliceReply(Message, name="police-replies.given.v1", about="kenmerk"):
    """The police answers a question."""

    kenmerk: UUID
    status: PoliceStatus
    toelichting: Annotated[str, Field(max_length=4000)] | None = None
    reden: str | None = None


# --- Mental-health care: HL7 FHIR R4 (hl7.org/fhir/R4), resources ServiceRequest and Task


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
    note: tuple[Annotation, ...] = ()


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


# --- Housing corporations: VERA 4.3, Ketenproces BDO (Casemanagement)


class VeraCode(Shape):
    code: str
    naam: str | None = None


class VeraCaseType(Shape):
    soort: VeraCode
    detail_soort: VeraCode


class VeraAddress(Shape):
    postcode: str
    huisnummer: int
    huisnummertoevoeging: str | None = None
    straatnaam: str | None = None
    woonplaats: str | None = None


class VeraObject(Shape):
    adres: VeraAddress


class VeraRole(Shape):
    soort: VeraCode
    relatie: str


class VeraStatus(Shape):
    soort: VeraCode
    begindatum: date
    toelichting: Annotated[str, Field(max_length=4000)] | None = None


class TenancyCase(Message, name="tenancy-cases.asked.v1", about="id_extern"):
    """A social report (`zaaktypesoort` SOC) for the corporation, as a VERA Zaak."""

    id_extern: UUID
    omschrijving: str
    toelichting: str | None = None
    registratiedatum: AwareDatetime
    uiterlijke_einddatum: AwareDatetime
    zaaktype: VeraCaseType
    rollen: tuple[VeraRole, ...] = ()
    objecten: tuple[VeraObject, ...] = ()


class TenancyCaseUpdate(Message, name="tenancy-cases.updated.v1", about="id_extern"):
    """The corporation's progress: VERA Zaakstatussen (AAN, INB, INU, AFG, GES, GEA), newest last."""

    id_extern: UUID
    zaakstatussen: tuple[VeraStatus, ...] = Field(min_length=1)

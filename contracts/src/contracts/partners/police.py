"""The police's language: plain JSON of our own, in Dutch."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, Shape
from contracts.partners.wording import Ending


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


class PoliceWithdrawal(Message, name="police-questions.withdrawn.v1", about="kenmerk"):
    """The police need not answer this question any more."""

    kenmerk: UUID
    reden: Ending

"""The language of neighbourhood teams, the health service and Veilig Thuis: little goes, and codes alone come back."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message, Shape
from contracts.partners.wording import Ending, word

SupportStatus = Annotated[
    str, word("opgepakt", "niet_opgepakt", "hulp_geboden", "hulp_geweigerd", "afgesloten")
]


class SupportAddress(Shape):
    postcode: str
    huisnummer: int
    toevoeging: str | None = None
    straat: str | None = None
    woonplaats: str | None = None


class SupportRequest(Message, name="support-requests.asked.v1", about="kenmerk"):
    """A household that may need help. What is not in the covenant is left out; who reported is never in it."""

    kenmerk: UUID
    soort: str
    vraag: str
    adres: SupportAddress
    omschrijving: str | None = None
    gevaar: bool | None = None
    kinderen: bool | None = None
    antwoord_voor: AwareDatetime


class SupportWithdrawal(Message, name="support-requests.withdrawn.v1", about="kenmerk"):
    """The partner need not answer any more."""

    kenmerk: UUID
    reden: Ending


class SupportReply(Message, name="support-replies.given.v1", about="kenmerk"):
    """Taken up or not, help given or refused, or closed. What kind of help it was stays with who gave it."""

    kenmerk: UUID
    status: SupportStatus

"""The language of neighbourhood mediation: codes alone, since what is said at the table stays there."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime

from contracts.envelope import Message, Shape
from contracts.partners.wording import Ending, word

MediationStatus = Annotated[str, word("aangenomen", "bezig", "afgerond", "niet_aangenomen")]
MediationOutcome = Annotated[str, word("geslaagd", "genormaliseerd", "niet_geslaagd", "geweigerd")]
MediationFinding = Annotated[str, word("overtreding_gezien")]
MediationReason = Annotated[str, word("niet_geschikt", "geen_capaciteit", "al_bekend", "anders")]


class MediationAddress(Shape):
    """Where the neighbours are who do not get on: who of them did what is not said."""

    postcode: str
    huisnummer: int
    toevoeging: str | None = None
    straat: str | None = None


class MediationRequest(Message, name="mediation-requests.asked.v1", about="kenmerk"):
    """Whether mediation can help at an address."""

    kenmerk: UUID
    soort: str
    vraag: str
    adres: MediationAddress
    antwoord_voor: AwareDatetime


class MediationWithdrawal(Message, name="mediation-requests.withdrawn.v1", about="kenmerk"):
    """Mediation need not answer any more."""

    kenmerk: UUID
    reden: Ending


class MediationReply(Message, name="mediation-replies.given.v1", about="kenmerk"):
    """How far mediation is, in codes. It is voluntary and confidential: no text is taken over."""

    kenmerk: UUID
    status: MediationStatus
    uitkomst: MediationOutcome | None = None
    bevinding: MediationFinding | None = None
    reden: MediationReason | None = None

"""The language of municipal enforcement: a zaak of the ZGW Zaken API, and the link events of Open Zaak."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.envelope import Message, Shape
from contracts.partners.wording import Ending, word

EnforcementStatus = Annotated[
    str,
    word("geregistreerd", "in_behandeling", "aanvulling_nodig", "afgerond", "niet_in_behandeling"),
]
EnforcementResult = Annotated[
    str,
    word(
        "overtreding_vastgesteld",
        "maatregel_opgelegd",
        "hersteld",
        "genormaliseerd",
        "geen_overtreding",
        "niet_aangetroffen",
        "verhuisd",
        "overgedragen",
    ),
]
EnforcementReason = Annotated[
    str, word("niet_bevoegd", "geen_capaciteit", "te_weinig_informatie", "al_bekend", "anders")
]


class ZgwReference(Shape):
    """By which number another administration knows the zaak: ours, by the assignment."""

    kenmerk: Annotated[str, Field(max_length=40)]
    bron: Annotated[str, Field(max_length=40)]


class ZgwCase(Shape):
    """A zaak as the Zaken API takes it: what may be posted to `/zaken` as it is."""

    bronorganisatie: Annotated[str, Field(pattern=r"^\d{9}$")]
    verantwoordelijke_organisatie: Annotated[str, Field(pattern=r"^\d{9}$")]
    identificatie: Annotated[str, Field(max_length=40)]
    zaaktype: str
    omschrijving: Annotated[str, Field(max_length=80)]
    toelichting: Annotated[str, Field(max_length=1000)] | None = None
    registratiedatum: date
    startdatum: date
    uiterlijke_einddatum_afdoening: date
    communicatiekanaal: str
    vertrouwelijkheidaanduiding: Literal["vertrouwelijk"] = "vertrouwelijk"
    kenmerken: tuple[ZgwReference, ...]


class ZgwAddress(Shape):
    """`identificatie` is the BAG number where it is known."""

    identificatie: Annotated[str, Field(max_length=100)]
    wpl_woonplaats_naam: Annotated[str, Field(max_length=80)]
    gor_openbare_ruimte_naam: Annotated[str, Field(max_length=80)]
    huisnummer: int
    huisletter: Annotated[str, Field(max_length=1)] | None = None
    huisnummertoevoeging: Annotated[str, Field(max_length=4)] | None = None
    postcode: Annotated[str, Field(max_length=7)]


class ZgwObject(Shape):
    """The address as a zaakobject: what may be posted to `/zaakobjecten`, with the zaak's own URL beside it."""

    object_type: Literal["adres"] = "adres"
    relatieomschrijving: Annotated[str, Field(max_length=80)]
    object_identificatie: ZgwAddress


class EnforcementCase(Message, name="enforcement-cases.asked.v1", about="kenmerk"):
    """Something to be controlled and perhaps enforced, as a ZGW zaak with its zaakobject.

    `vraag`, `verhaal` and `adres` are whole, where zaak and zaakobject hold no more than the Zaken API takes.
    """

    kenmerk: UUID
    soort: str
    vraag: str
    adres: str
    verhaal: str | None = None
    gevaar: bool | None = None
    kinderen: bool | None = None
    zaak: ZgwCase
    zaakobject: ZgwObject
    antwoord_voor: AwareDatetime


class EnforcementWithdrawal(Message, name="enforcement-cases.withdrawn.v1", about="kenmerk"):
    """Enforcement need not answer any more. What it began by its own right is its own to end."""

    kenmerk: UUID
    reden: Ending


class EnforcementClarification(Message, name="enforcement-cases.clarified.v1", about="kenmerk"):
    """The desk's answer to `aanvulling_nodig`."""

    kenmerk: UUID
    toelichting: Annotated[str, Field(max_length=4000)]


class EnforcementUpdate(Message, name="enforcement-cases.updated.v1", about="kenmerk"):
    """How far enforcement is. `zaak` is the municipality's own: `urn:uuid:...` or its URL, so that it can be linked."""

    kenmerk: UUID
    status: EnforcementStatus
    resultaat: EnforcementResult | None = None
    reden: EnforcementReason | None = None
    zaak: (
        Annotated[str, Field(max_length=1000, pattern=r"^(urn:uuid:[0-9a-f-]{36}|https://[^\s?#]+)$")] | None
    ) = None
    toelichting: Annotated[str, Field(max_length=4000)] | None = None


class ZgwLinkData(Shape):
    """What is linked with which zaak."""

    zaak: str
    link_to: str
    link_object_type: str
    label: str


class ZgwLinkEvent(Shape):
    """A CloudEvent as Open Zaak takes it on `/events`: `subject` is the id of the zaak."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: Literal["nl.overheid.zaken.zaak-gekoppeld", "nl.overheid.zaken.zaak-ontkoppeld"]
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: ZgwLinkData


class EnforcementLink(Message, name="case-links.changed.v1", about="kenmerk"):
    """An event for the municipality's Open Zaak, which links our question with its zaak, or ends that.

    Its type is not one of ours, so it travels inside a message of ours: whoever reads the queue posts `event` to
    `/events` as it is, and the hub needs no client for the Zaken API.
    """

    kenmerk: UUID
    event: ZgwLinkEvent

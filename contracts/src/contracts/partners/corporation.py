"""The language of housing corporations: VERA 4.3, Ketenproces BDO (Casemanagement)."""

from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BeforeValidator, Field

from contracts.envelope import Message, Shape


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


class VeraParty(Shape):
    """A Relatie: an organisation (`soort` REC) by its `naam`, or a person (NAT) by its `aanschrijfnaam`.

    `idGegevensbeheerder` is the number of an organisation, its OIN.
    """

    soort: VeraCode
    naam: str | None = None
    aanschrijfnaam: str | None = None
    id_gegevensbeheerder: str | None = None


class VeraRole(Shape):
    """Who does what, by VERA's ZAAKROL: the desk coordinates (ZAA), the corporation handles (BEH), somebody reported (MEL)."""

    soort: VeraCode
    relatie: VeraParty


def _day_of(moment: Any) -> Any:
    """VERA tells the moment of a status, and its day is kept."""
    if isinstance(moment, str) and "T" in moment:
        with suppress(ValueError):
            return datetime.fromisoformat(moment).date()
    return moment


class VeraStatus(Shape):
    """`begindatum` comes as a day, or as the moment that VERA makes of it."""

    soort: VeraCode
    begindatum: Annotated[date, BeforeValidator(_day_of)]
    toelichting: Annotated[str, Field(max_length=4000)] | None = None


class TenancyCase(Message, name="tenancy-cases.asked.v2", about="id_extern"):
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


class VeraEnding(Shape):
    soort: VeraCode
    begindatum: AwareDatetime


class TenancyCaseWithdrawal(Message, name="tenancy-cases.withdrawn.v1", about="id_extern"):
    """The corporation need not answer any more: a Zaakstatus GEA, cancelled, on the Zaak."""

    id_extern: UUID
    zaakstatussen: tuple[VeraEnding, ...] = Field(min_length=1)

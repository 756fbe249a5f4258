"""The language of housing corporations: VERA 4.3, Ketenproces BDO (Casemanagement), a Zaak with its statuses."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from contracts.partners import (
    TenancyCase,
    TenancyCaseUpdate,
    TenancyCaseWithdrawal,
    VeraAddress,
    VeraCaseType,
    VeraCode,
    VeraEnding,
    VeraObject,
    VeraParty,
    VeraRole,
)
from routing.adapters.view import View
from routing.adapters.wording import meant
from routing.domain.assignments import Answer, Assignment, State
from routing.domain.partners import Partner

SOCIAL_REPORT = VeraCode(code="SOC", naam="Sociale melding")
COORDINATES = VeraCode(code="ZAA", naam="Zaakcoördinator")
HANDLES = VeraCode(code="BEH", naam="Behandelaar")
REPORTED = VeraCode(code="MEL", naam="Melder")
ORGANISATION = VeraCode(code="REC", naam="Rechtspersoon")
PERSON = VeraCode(code="NAT", naam="Natuurlijke persoon")
DESK = VeraParty(soort=ORGANISATION, naam="Meld- en Steunpunt Woonoverlast")
ANYTHING_ELSE = "OVE"

# VERA's ZAAKTYPEDETAILSOORT for our categories.
DETAILS = {
    "GEL-LEEF": "GEL", "GEL-ERNST": "GEL", "GEL-INST": "GEL", "BUREN": "RUZ", "INTIM": "AGR", "DISCR": "AGR",
    "VERWARD": "PSY", "VERSL": "VER", "VERVUIL": "VUI", "ONGED": "ONG", "STANK": "STA", "DIER": "DIE",
    "HENNEP": "HEN", "DRUGS": "DRU", "WAPEN": "ONV", "OVERBEW": "ONR", "KAMER": "ONR", "VAKANTIE": "BED",
    "BEDRIJF": "BED", "LEEG": "ONR", "GEMEEN": "KLI", "TUIN": "HAN", "JEUGD": "OVE", "VANDAL": "VAN",
}  # fmt: skip

# VERA's ZAAKSTATUSSOORT: aangemeld, in behandeling, in uitvoering, afgehandeld, gesloten, geannuleerd.
_STATES = {
    "AAN": State.ACCEPTED, "INB": State.IN_PROGRESS, "INU": State.IN_PROGRESS, "AFG": State.ANSWERED,
    "GES": State.ANSWERED, "GEA": State.DECLINED,
}  # fmt: skip


def question(assignment: Assignment, view: View, partner: Partner) -> TenancyCase:
    if view.address is None or view.category is None:
        raise ValueError("a corporation is asked about an address and a kind of nuisance")
    where = view.address
    return TenancyCase(
        id_extern=assignment.assignment_id,
        omschrijving=assignment.question,
        toelichting=view.story,
        registratiedatum=assignment.offered_at,
        uiterlijke_einddatum=assignment.due_at,
        zaaktype=VeraCaseType(
            soort=SOCIAL_REPORT, detail_soort=VeraCode(code=DETAILS.get(view.category, ANYTHING_ELSE))
        ),
        rollen=tuple(_roles(view, partner)),
        objecten=(
            VeraObject(
                adres=VeraAddress(
                    postcode=where.postcode,
                    huisnummer=where.house_number,
                    huisnummertoevoeging=where.addition,
                    straatnaam=where.street,
                    woonplaats=where.city,
                )
            ),
        ),
    )


def _roles(view: View, partner: Partner) -> Iterator[VeraRole]:
    """Who is complained of (BEK) has none: the hub does not say who that is."""
    yield VeraRole(soort=COORDINATES, relatie=DESK)
    asked = VeraParty(soort=ORGANISATION, naam=partner.name, id_gegevensbeheerder=partner.oin)
    yield VeraRole(soort=HANDLES, relatie=asked)
    if view.reporter and view.reporter.name and not view.reporter.anonymous:
        who = VeraParty(soort=PERSON, aanschrijfnaam=view.reporter.name)
        yield VeraRole(soort=REPORTED, relatie=who)


def withdrawal(assignment: Assignment) -> TenancyCaseWithdrawal:
    cancelled = VeraEnding(soort=VeraCode(code="GEA", naam="Geannuleerd"), begindatum=assignment.changed_at)
    return TenancyCaseWithdrawal(id_extern=assignment.assignment_id, zaakstatussen=(cancelled,))


def headers(oin: str, event_id: UUID, at: datetime) -> dict[str, str]:
    """VERA's stuurgegevens: who sent what and when. `oin` is the number of the desk's organisation."""
    return {
        "X-Stuurgegevens-Tijdstip-Bericht": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "X-Stuurgegevens-Referentienummer": str(event_id),
        "X-Stuurgegevens-Zender-Organisatie": oin,
        "X-Stuurgegevens-Zender-Administratie": "Meldketen",
    }


def answer(update: TenancyCaseUpdate) -> Answer:
    """The newest status counts. ValueError where it is not one of VERA's, none of which asks for more."""
    newest = update.zaakstatussen[-1]
    state = meant(newest.soort.code, _STATES, "ZAAKSTATUSSOORT of VERA 4.3")
    return Answer(
        assignment_id=update.id_extern,
        state=state,
        reason="not-ours" if state is State.DECLINED else None,
        outcome="measure-taken" if state is State.ANSWERED else None,
        note=newest.toelichting,
    )

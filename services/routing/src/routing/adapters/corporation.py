"""The language of housing corporations: VERA 4.3, Ketenproces BDO (Casemanagement), a Zaak with its statuses."""

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
)
from routing.adapters.view import View
from routing.adapters.wording import meant
from routing.domain.assignments import Answer, Assignment, State

SOCIAL_REPORT = VeraCode(code="SOC", naam="Sociale melding")
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


def question(assignment: Assignment, view: View) -> TenancyCase:
    """Without roles: VERA wants a whole Relatie in one, and the desk is known as the sender."""
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

"""The language of municipal enforcement: a zaak of the ZGW Zaken API, and Open Zaak's events to link it with ours."""

from typing import Literal

from chassis.calendar import HERE
from contracts.intake import Address
from contracts.partners import (
    EnforcementCase,
    EnforcementClarification,
    EnforcementLink,
    EnforcementUpdate,
    EnforcementWithdrawal,
    ZgwAddress,
    ZgwCase,
    ZgwLinkData,
    ZgwLinkEvent,
    ZgwObject,
    ZgwReference,
)
from routing.adapters.envelope import Envelope
from routing.adapters.view import View
from routing.adapters.wording import ending, meant
from routing.domain.assignments import Answer, Assignment, State
from routing.domain.partners import Partner, Zgw

OURS = "Meldketen"
LABEL = "Vraag van het Meld- en Steunpunt Woonoverlast"
UNKNOWN = "onbekend"
# What the Zaken API takes (Open Zaak: ZaakRequest, ObjectAdresRequest).
LONGEST_TITLE, LONGEST_TEXT, LONGEST_NAME, LONGEST_ADDITION = 80, 1000, 80, 4

_STATES = {
    "geregistreerd": State.ACCEPTED,
    "in_behandeling": State.IN_PROGRESS,
    "aanvulling_nodig": State.INFORMATION_NEEDED,
    "afgerond": State.ANSWERED,
    "niet_in_behandeling": State.DECLINED,
}
_RESULTS = {
    "overtreding_vastgesteld": ("not-solved", "violation-found"),
    "maatregel_opgelegd": ("measure-taken", "violation-found"),
    "hersteld": ("solved", None),
    "genormaliseerd": ("solved", "normalised"),
    "geen_overtreding": ("unfounded", None),
    "niet_aangetroffen": ("not-solved", None),
    "verhuisd": ("closed", "moved"),
    "overgedragen": ("closed", "handed-over"),
}
_REASONS = {
    "niet_bevoegd": "not-ours",
    "geen_capaciteit": "no-capacity",
    "te_weinig_informatie": "not-enough-facts",
    "al_bekend": "already-handled",
    "anders": "other",
}


def question(assignment: Assignment, view: View, partner: Partner) -> EnforcementCase:
    if partner.zgw is None:
        raise ValueError(f"the register does not say as what kind of zaak {partner.id} is asked")
    if view.address is None or view.category is None:
        raise ValueError("enforcement is asked about an address and a kind of nuisance")
    return EnforcementCase(
        kenmerk=assignment.assignment_id,
        soort=view.category,
        vraag=assignment.question,
        adres=_line(view.address),
        verhaal=view.story,
        gevaar=view.signals.danger if view.signals else None,
        kinderen=view.signals.children if view.signals else None,
        zaak=_case(assignment, view.story, partner.zgw),
        zaakobject=ZgwObject(
            relatieomschrijving="Adres van de melding", object_identificatie=_address(view.address)
        ),
        antwoord_voor=assignment.due_at,
    )


def _case(assignment: Assignment, story: str | None, zgw: Zgw) -> ZgwCase:
    began = assignment.offered_at.astimezone(HERE).date()
    number = str(assignment.assignment_id)
    return ZgwCase(
        bronorganisatie=zgw.rsin,
        verantwoordelijke_organisatie=zgw.rsin,
        identificatie=number,
        zaaktype=zgw.zaaktype,
        omschrijving=assignment.question[:LONGEST_TITLE],
        toelichting=story[:LONGEST_TEXT] if story else None,
        registratiedatum=began,
        startdatum=began,
        uiterlijke_einddatum_afdoening=assignment.due_at.astimezone(HERE).date(),
        communicatiekanaal=zgw.communicatiekanaal,
        kenmerken=(ZgwReference(kenmerk=number, bron=OURS),),
    )


def _address(where: Address) -> ZgwAddress:
    """An addition that is too long for the Zaken API stands in the line of the address alone."""
    addition = where.addition or ""
    is_letter = len(addition) == 1 and addition.isalpha()
    fits = addition and not is_letter and len(addition) <= LONGEST_ADDITION
    return ZgwAddress(
        identificatie=where.id or where.key,
        wpl_woonplaats_naam=(where.city or UNKNOWN)[:LONGEST_NAME],
        gor_openbare_ruimte_naam=(where.street or UNKNOWN)[:LONGEST_NAME],
        huisnummer=where.house_number,
        huisletter=addition if is_letter else None,
        huisnummertoevoeging=addition if fits else None,
        postcode=where.postcode,
    )


def _line(where: Address) -> str:
    number = f"{where.house_number} {where.addition or ''}".strip()
    return ", ".join(filter(None, (f"{where.street or ''} {number}".strip(), where.postcode, where.city)))


def withdrawal(assignment: Assignment) -> EnforcementWithdrawal:
    return EnforcementWithdrawal(kenmerk=assignment.assignment_id, reden=ending(assignment.reason))


def clarification(assignment: Assignment, text: str) -> EnforcementClarification:
    return EnforcementClarification(kenmerk=assignment.assignment_id, toelichting=text)


def answer(update: EnforcementUpdate) -> Answer:
    """A result that is told before the end counts as a finding. ValueError where a word is unknown, or one lacks."""
    state = meant(update.status, _STATES, "status")
    done = state is State.ANSWERED
    outcome, finding = (
        meant(update.resultaat, _RESULTS, "resultaat") if done or update.resultaat else (None, None)
    )
    return Answer(
        assignment_id=update.kenmerk,
        state=state,
        reason=meant(update.reden, _REASONS, "reden") if state is State.DECLINED else None,
        outcome=outcome if done else None,
        finding=finding,
        note=update.toelichting,
    )


def link(update: EnforcementUpdate, assignment: Assignment, envelope: Envelope) -> EnforcementLink | None:
    """What Open Zaak is told when the municipality registered a zaak for our question, or let go of it."""
    if update.zaak is None or assignment.state not in {State.ACCEPTED, State.DECLINED}:
        return None
    change: Literal["gekoppeld", "ontkoppeld"] = (
        "gekoppeld" if assignment.state is State.ACCEPTED else "ontkoppeld"
    )
    return EnforcementLink(
        kenmerk=assignment.assignment_id, event=link_event(update.zaak, assignment, change, envelope)
    )


def link_event(
    zaak: str, assignment: Assignment, change: Literal["gekoppeld", "ontkoppeld"], envelope: Envelope
) -> ZgwLinkEvent:
    """The event by which Open Zaak links a zaak with our question, or ends that. `zaak` is its URN or URL."""
    return ZgwLinkEvent(
        id=f"{assignment.assignment_id}.{change}",
        source=envelope.source,
        type="nl.overheid.zaken.zaak-gekoppeld"
        if change == "gekoppeld"
        else "nl.overheid.zaken.zaak-ontkoppeld",
        subject=zaak.rstrip("/").replace(":", "/").rpartition("/")[2],
        time=assignment.changed_at,
        data=ZgwLinkData(
            zaak=zaak,
            link_to=f"{envelope.public_url}/uitzettingen/{assignment.assignment_id}",
            link_object_type="uitzetting",
            label=LABEL,
        ),
    )

"""What the simulated partners say about a question, each in its own language."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.envelope import CloudEvent, Message
from contracts.partners import (
    BasedOn,
    CareRequest,
    CareStatus,
    CareTask,
    EnforcementCase,
    EnforcementUpdate,
    Identifier,
    MediationReply,
    MediationRequest,
    PartnerAnswer,
    PartnerRequest,
    PoliceQuestion,
    PoliceReply,
    PoliceStatus,
    SupportReply,
    SupportRequest,
    TenancyCase,
    TenancyCaseUpdate,
    VeraCode,
    VeraStatus,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a partner says about one question; none for what its language has no word for."""

    accepted: Message
    done: Message
    declined: Message
    busy: Message | None = None
    violation: Message | None = None
    refused: Message | None = None
    query: Message | None = None


def _police(question: CloudEvent) -> tuple[int, Words]:
    asked = PoliceQuestion.model_validate(question.data)

    def reply(status: PoliceStatus, words: str | None = None, reason: str | None = None) -> PoliceReply:
        return PoliceReply(kenmerk=asked.kenmerk, status=status, toelichting=words, reden=reason)

    return asked.adres.huisnummer, Words(
        accepted=reply(PoliceStatus.RECEIVED),
        busy=reply(PoliceStatus.BUSY, "De wijkagent gaat langs."),
        done=reply(PoliceStatus.DONE, "Gesproken met de bewoner en afspraken gemaakt."),
        declined=reply(PoliceStatus.REFUSED, "Geen politietaak.", "niet_bevoegd"),
    )


def _ggz(question: CloudEvent) -> tuple[int, Words]:
    asked = CareRequest.model_validate(question.data)
    about = (BasedOn(identifier=Identifier(value=asked.id)),)

    def task(status: CareStatus) -> CareTask:
        return CareTask(id=f"task-{asked.id}", status=status, based_on=about)

    number = re.search(r" (\d+)\S*,", asked.subject_.display or "")
    return int(number[1]) if number else 0, Words(
        accepted=task(CareStatus.ACCEPTED),
        busy=task(CareStatus.IN_PROGRESS),
        done=task(CareStatus.COMPLETED),
        declined=task(CareStatus.REJECTED),
    )


def _corporation(question: CloudEvent) -> tuple[int, Words]:
    asked = TenancyCase.model_validate(question.data)

    def update(code: str, words: str | None = None) -> TenancyCaseUpdate:
        return _update(asked.id_extern, code, question.time.date(), words)

    return asked.objecten[0].adres.huisnummer, Words(
        accepted=update("AAN"),
        busy=update("INB", "De woonconsulent neemt contact op met de huurder."),
        done=update("AFG", "Huurder aangesproken en schriftelijk gewaarschuwd."),
        declined=update("GEA", "Geen woning van ons."),
    )


def _update(about: UUID, code: str, day: date, words: str | None) -> TenancyCaseUpdate:
    status = VeraStatus(soort=VeraCode(code=code), begindatum=day, toelichting=words)
    return TenancyCaseUpdate(id_extern=about, zaakstatussen=(status,))


def _enforcement(question: CloudEvent) -> tuple[int, Words]:
    asked = EnforcementCase.model_validate(question.data)

    def update(status: str, words: str | None = None, **more: str) -> EnforcementUpdate:
        return EnforcementUpdate.model_validate(
            {"kenmerk": asked.kenmerk, "status": status, "toelichting": words} | more
        )

    return asked.zaakobject.object_identificatie.huisnummer, Words(
        accepted=update("geregistreerd", zaak=f"urn:uuid:{asked.kenmerk}"),
        busy=update("in_behandeling", "Een toezichthouder gaat langs."),
        done=update("afgerond", "Overtreding beëindigd.", resultaat="hersteld"),
        declined=update("niet_in_behandeling", "Hier geldt een vergunning.", reden="niet_bevoegd"),
        violation=update("in_behandeling", "Het is te vol.", resultaat="overtreding_vastgesteld"),
        query=update("aanvulling_nodig", "Om welke verdieping gaat het?"),
    )


def _mediation(question: CloudEvent) -> tuple[int, Words]:
    asked = MediationRequest.model_validate(question.data)

    def reply(status: str, **more: str) -> MediationReply:
        return MediationReply.model_validate({"kenmerk": asked.kenmerk, "status": status} | more)

    return asked.adres.huisnummer, Words(
        accepted=reply("aangenomen"),
        busy=reply("bezig"),
        done=reply("afgerond", uitkomst="geslaagd"),
        declined=reply("niet_aangenomen", reden="niet_geschikt"),
        violation=reply("bezig", bevinding="overtreding_gezien"),
        refused=reply("afgerond", uitkomst="geweigerd"),
    )


def _social(question: CloudEvent) -> tuple[int, Words]:
    asked = SupportRequest.model_validate(question.data)

    def reply(status: str) -> SupportReply:
        return SupportReply(kenmerk=asked.kenmerk, status=status)

    return asked.adres.huisnummer, Words(
        accepted=reply("opgepakt"),
        done=reply("hulp_geboden"),
        declined=reply("niet_opgepakt"),
        refused=reply("hulp_geweigerd"),
    )


def _cloudevents(question: CloudEvent) -> tuple[int, Words]:
    asked = PartnerRequest.model_validate(question.data)

    def answer(state: str, note: str | None = None, **more: str) -> PartnerAnswer:
        return PartnerAnswer.model_validate(
            {"assignment_id": asked.assignment_id, "state": state, "note": note} | more
        )

    return asked.address.house_number if asked.address else 0, Words(
        accepted=answer("accepted"),
        busy=answer("in-progress", "Wij gaan kijken."),
        done=answer("answered", "Gekeken, en afspraken gemaakt.", outcome="measure-taken"),
        declined=answer("declined", "Dit is niet aan ons.", reason="not-ours"),
        violation=answer("in-progress", "Dit mag zo niet.", finding="violation-found"),
        query=answer("information-needed", "Hoe komen wij binnen?"),
    )


LANGUAGES: Mapping[str, Callable[[CloudEvent], tuple[int, Words]]] = {
    "police": _police,
    "ggz": _ggz,
    "corporation": _corporation,
    "enforcement": _enforcement,
    "mediation": _mediation,
    "social": _social,
    "cloudevents": _cloudevents,
}
"""By language: the house number that a question is about, and what may be said of it."""

"""How the hops and the terms of a journey read on the screen."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from look.words import AMSTERDAM, moment, span
from monitoring.domain.clocks import Deadline, State, is_late
from monitoring.domain.escalation import DESK
from monitoring.domain.journey import Hop

MINUTE = 60
SERVICES = {
    "intake": "Meldingen",
    "routing": "Uitzetten",
    "casework": "Zaken",
    "monitoring": "Toezicht",
    "notifications": "Berichten",
}
PROMISES = {
    "confirmation": "bevestiging aan de melder",
    "first-answer": "eerste antwoord",
    "result": "resultaat",
    "step": "stap in de zaak",
    "statutory": "wettelijke termijn",
    "first-action": "eerste actie op de melding",
    "outcome": "uitkomst van de melding",
    "aftercare": "nazorg",
}

# What happened, and the sign it has on the axis: of a badge, or plain.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "reports.registered": ("plain", "Melding ontvangen{channel}"),
    "reports.withdrawn": ("late", "De melder trok de melding in"),
    "reports.reinstated": ("plain", "De melder wil toch dat de melding doorgaat"),
    "feedback.given": ("plain", "De melder zegt: {solved}"),
    "reports.assessed": ("plain", "Beoordeeld: {tracks}"),
    "reports.reassessed": ("plain", "Opnieuw beoordeeld, {cause}: {tracks}"),
    "reports.wanted": ("plain", "De melding opgevraagd, om nog iets te kunnen vragen"),
    "assignments.offered": ("plain", "Vraag uitgezet bij {partnerName}{lead}"),
    "assignments.accepted": ("ok", "{partnerName} pakt het op"),
    "assignments.declined": ("late", "{partnerName} pakt het niet op: {reason}"),
    "assignments.progressed": ("plain", "{partnerName} is ermee bezig"),
    "assignments.answered": ("ok", "{partnerName} is klaar: {outcome}{finding}"),
    "assignments.undeliverable": ("late", "Vraag aan {partnerName} niet te bezorgen: {reason}"),
    "assignments.held": ("almost", "Vraag aan {partnerName} wacht op het andere spoor"),
    "assignments.queried": ("almost", "{partnerName} wil meer weten"),
    "assignments.clarified": ("plain", "{partnerName} kreeg een toelichting"),
    "assignments.expired": ("late", "Geen antwoord van {partnerName} binnen de termijn"),
    "assignments.withdrawn": ("plain", "Vraag aan {partnerName} ingetrokken: {reason}"),
    "assignments.appointed": ("plain", "{partnerName} heeft nu de regie"),
    "cases.opened": ("ok", "Zaak {number} geopend"),
    "cases.joined": ("ok", "Gevoegd bij zaak {number}"),
    "terms.set": ("plain", "De zaak kreeg een termijn voor {holderName}: {promise}"),
    "terms.paused": ("plain", "Een termijn van de zaak staat stil: {reason}"),
    "terms.resumed": ("plain", "Een termijn van de zaak loopt weer"),
    "terms.extended": ("plain", "Een termijn van de zaak is verlengd"),
    "terms.ended": ("plain", "Een termijn van de zaak is {done}"),
    "deadlines.started": ("plain", "Termijn begon voor {holderName}: {promise}, uiterlijk {dueAt}"),
    "deadlines.approaching": ("almost", "Termijn van {holderName} is bijna voorbij: {promise}"),
    "deadlines.missed": ("late", "Termijn van {holderName} is voorbij: {promise}"),
    "deadlines.met": ("ok", "Termijn van {holderName}: {promise} kwam {late}"),
    "deadlines.paused": ("plain", "Termijn van {holderName} staat stil, {reason}: {promise}"),
    "deadlines.resumed": ("plain", "Termijn van {holderName} loopt weer: {promise}, uiterlijk {dueAt}"),
    "deadlines.extended": ("plain", "Termijn van {holderName} verlengd: {promise}, uiterlijk {dueAt}"),
    "deadlines.cancelled": ("plain", "Termijn van {holderName} vervallen: {promise}"),
    "escalations.raised": ("late", "Geen reactie van {holderName}, nu is {rung} aan zet: {promise}"),
    "attention.taken": ("plain", "Iemand van toezicht pakt op: {promise}"),
    "notifications.sent": ("ok", "{kind} verstuurd"),
    "notifications.failed": ("late", "{kind} niet verstuurd: {reason}"),
}
CODES: Mapping[str, Mapping[Any, str]] = {
    "channel": {"web": " via de website", "phone": " via de telefoon", "import": " uit een oud werkblad"},
    "solved": {True: "de overlast is voorbij", False: "de overlast is er nog"},
    "tracks": {"care": "zorgspoor", "enforcement": "handhavingsspoor"},
    "cause": {
        "answer": "na een antwoord van een partner",
        "housing-stock": "na een nieuwe lijst van woningen",
        "policy": "na een nieuw beleid",
        "decision": "na een besluit van het meldpunt",
    },
    "lead": {True: ", met de regie"},
    "outcome": {
        "solved": "opgelost",
        "measure-taken": "maatregel genomen",
        "help-offered": "hulp geboden",
        "unfounded": "niet gegrond",
        "not-solved": "niet opgelost",
        "closed": "afgesloten",
    },
    "finding": {
        "violation-found": ", overtreding gezien",
        "refused": ", hulp geweigerd",
        "normalised": ", weer gewoon",
        "moved": ", verhuisd",
        "handed-over": ", overgedragen",
    },
    "reason": {
        "not-ours": "hoort niet bij deze partner",
        "no-capacity": "geen ruimte",
        "not-enough-facts": "te weinig gegevens",
        "already-handled": "is al behandeld",
        "other": "andere reden",
        "not-connected": "niet aangesloten",
        "no-covenant": "geen convenant",
        "for-the-desk": "het meldpunt doet het zelf",
        "asked-elsewhere": "aan een ander gevraagd",
        "asked-again": "opnieuw gevraagd",
        "not-needed": "niet meer nodig",
        "report-withdrawn": "de melding is ingetrokken",
        "policy": "het beleid vraagt dit niet meer",
        "no-such-report": "de melding bestaat niet meer",
        "no-address": "er is geen e-mailadres",
        "refused": "de mailserver weigert",
        "gave-up": "te vaak geprobeerd",
        "reporter": "wacht op de melder",
        "court": "wacht op de rechter",
        "prosecution": "wacht op het OM",
        "partner": "wacht op een andere partij",
    },
    "promise": PROMISES,
    "rung": {"partner": "de partner", "director": "de regisseur", "coordinator": "de coördinator"},
    "done": {True: "gehaald", False: "vervallen"},
    "late": {True: "te laat", False: "op tijd"},
    "kind": {
        "confirmation": "Bevestiging aan de melder",
        "progress": "Bericht aan de melder",
        "alert": "Waarschuwing aan medewerkers",
    },
}
BY_PARTNER = {f"assignments.{said}" for said in ("accepted", "declined", "progressed", "answered", "queried")}
BY_REPORTER = {"reports.registered", "reports.withdrawn", "reports.reinstated", "feedback.given"}


class _Facts(dict[str, str]):
    """What a message did not say is left out of the sentence."""

    def __missing__(self, name: str) -> str:
        return ""


def told(hop: Hop) -> str:
    """What happened. A message without words here is shown by its name: a journey never fails on a newer one."""
    _, sentence = SENTENCES.get(hop.what, ("plain", hop.what))
    facts = _Facts({name: _in_words(name, value) for name, value in hop.facts.items()})
    if hop.what == "deadlines.met" and "late" not in facts:
        facts["late"] = CODES["late"][False]
    if not facts["tracks"]:
        facts["tracks"] = "geen spoor, er wordt niemand gevraagd"
    return sentence.format_map(facts)


def sign(hop: Hop) -> str:
    if hop.what == "deadlines.met" and hop.facts.get("late"):
        return "late"
    return SENTENCES.get(hop.what, ("plain", ""))[0]


def who(hop: Hop) -> str:
    """Who did it: a partner or the reporter in person, and else the service."""
    if hop.what in BY_PARTNER:
        return str(hop.facts.get("partnerName", ""))
    if hop.what in BY_REPORTER:
        return "Melder"
    return SERVICES.get(hop.service, hop.service)


def lane(hop: Hop) -> tuple[str, str]:
    """On which line of the axis it stands, and the name of that line: of whom it is about."""
    if holder := hop.facts.get("partner") or hop.facts.get("holder"):
        return str(holder), str(hop.facts.get("partnerName") or hop.facts.get("holderName"))
    return hop.service, SERVICES.get(hop.service, hop.service)


def deadline_lane(deadline: Deadline) -> tuple[str, str]:
    return deadline.holder, deadline.holder_name


def lane_order(key: str) -> int:
    """From the report to the partners, and on to what the desk and the reporter get. Partners stand as they came."""
    outer = {"intake": 0, "routing": 1, "casework": 2, DESK: 4, "notifications": 5}
    return outer.get(key, 3)


def how(deadline: Deadline, now: datetime) -> tuple[str, str]:
    """How a term stands: the kind of a badge, and words."""
    if deadline.met_at is not None:
        late = is_late(deadline)
        after = deadline.met_at - deadline.due_at
        return ("late", f"kwam {span(after)} te laat") if late else ("ok", "op tijd")
    if deadline.state is State.CANCELLED:
        return "plain", "vervallen"
    if deadline.state is State.PAUSED:
        return "plain", f"staat stil, {_in_words('reason', deadline.reason)}"
    if now > deadline.due_at:
        return "late", f"{span(now - deadline.due_at)} te laat"
    kind = "almost" if deadline.state is State.WARNED else "notice"
    return kind, f"nog {span(deadline.due_at - now)}"


def since(wait: timedelta) -> str:
    """How long after what was before it: "5 minuten later"."""
    seconds = round(wait.total_seconds())
    if seconds >= MINUTE:
        return f"{span(wait)} later"
    return "meteen" if seconds < 1 else f"{seconds} {'seconde' if seconds == 1 else 'seconden'} later"


def promised(deadline: Deadline) -> str:
    return PROMISES.get(deadline.promise, str(deadline.promise))


def _in_words(name: str, value: Any) -> str:
    if isinstance(value, list):
        return " en ".join(_in_words(name, one) for one in value)
    if name.endswith("At"):
        return moment(datetime.fromisoformat(value).astimezone(AMSTERDAM))
    return CODES.get(name, {}).get(value, "" if isinstance(value, bool) else str(value))

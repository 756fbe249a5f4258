"""What happened in a case, and how that reads on its timeline."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from casework.domain.cases import Track


class What(StrEnum):
    """What happened. The steps of an assignment have the names of its states."""

    OPENED = "opened"
    JOINED = "joined"
    CLOSED = "closed"
    ASSESSED = "assessed"
    REASSESSED = "reassessed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PROGRESSED = "progressed"
    ANSWERED = "answered"
    DECLINED = "declined"
    UNDELIVERABLE = "undeliverable"
    HELD = "held"
    QUERIED = "queried"
    EXPIRED = "expired"
    TAKEN_BACK = "taken-back"
    CLARIFIED = "clarified"
    APPOINTED = "appointed"
    NOTED = "noted"
    TERM_STARTED = "term-started"
    TERM_APPROACHING = "term-approaching"
    TERM_MISSED = "term-missed"
    TERM_MET = "term-met"
    TERM_MET_LATE = "term-met-late"
    TERM_TAKEN = "term-taken"
    TERM_PAUSED = "term-paused"
    TERM_RESUMED = "term-resumed"
    TERM_EXTENDED = "term-extended"
    TERM_CANCELLED = "term-cancelled"
    ESCALATED = "escalated"
    SENT = "sent"
    FAILED = "failed"
    AMENDED = "amended"
    INCIDENT = "incident"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"
    SOLVED = "solved"
    NOT_SOLVED = "not-solved"
    REPEATED = "repeated"
    PARTED = "parted"
    PARTED_OFF = "parted-off"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline. `who` acted, `detail` is a code of the event, `text` was written by somebody."""

    report_id: UUID
    at: datetime
    what: What
    track: Track | None = None
    who: str | None = None
    detail: str | None = None
    text: str | None = None
    due_at: datetime | None = None


def as_seen(entry: Entry, *, reads_care: bool) -> Entry:
    """What a partner wrote on the care track is for who works there: others see that it wrote, not what."""
    if entry.what is What.NOTED and entry.track is Track.CARE and not reads_care:
        return replace(entry, text=None)
    return entry


@dataclass(frozen=True, slots=True)
class Words:
    """How an entry reads. `kind` is for the dot: care, enforcement, ok or plain."""

    heading: str
    source: str | None = None
    kind: str = "plain"


TRACKS = {"care": "zorgspoor", "enforcement": "handhavingsspoor"}
CHANNELS = {"web": "website", "phone": "telefoon 14070", "import": "overgenomen uit een werkblad"}
OUTCOMES = {
    "solved": "opgelost",
    "measure-taken": "maatregel genomen",
    "help-offered": "hulp geboden",
    "unfounded": "niet gegrond",
    "not-solved": "niet opgelost",
    "closed": "afgesloten",
}
REFUSALS = {
    "not-ours": "hoort niet bij ons",
    "no-capacity": "geen ruimte",
    "not-enough-facts": "te weinig gegevens",
    "already-handled": "is al opgepakt",
    "other": "andere reden",
}
HINDRANCES = {
    "not-connected": "nog niet aangesloten, vraag het zelf",
    "for-the-desk": "het meldpunt beoordeelt zelf",
    "no-covenant": "geen convenant voor dit spoor, er mogen geen gegevens heen",
}
WITHDRAWALS = {
    "asked-elsewhere": "nu aan een ander gevraagd",
    "asked-again": "opnieuw gevraagd",
    "for-the-desk": "het meldpunt doet het zelf",
    "not-needed": "niet meer nodig",
    "report-withdrawn": "de melding is ingetrokken",
    "policy": "het beleid vraagt dit niet meer",
}
FINDINGS = {
    "violation-found": "overtreding gezien",
    "refused": "hulp geweigerd",
    "normalised": "weer gewoon",
    "moved": "verhuisd",
    "handed-over": "overgedragen",
}
FAILURES = {
    "no-such-report": "de melding bestaat niet meer",
    "no-address": "er is geen e-mailadres",
    "refused": "de mailserver weigert",
    "gave-up": "te vaak geprobeerd",
}
PROMISES = {
    "confirmation": "bevestiging aan de melder",
    "first-answer": "eerste antwoord",
    "result": "resultaat",
    "step": "stap in de zaak",
    "statutory": "wettelijke termijn",
    "first-action": "eerste actie",
    "outcome": "uitkomst van de melding",
    "aftercare": "nazorg",
}
RUNGS = {"partner": "de partner", "director": "de regisseur", "coordinator": "de coördinator"}
STANDSTILLS = {
    "reporter": "wacht op de melder",
    "court": "wacht op de rechter",
    "prosecution": "wacht op het OM",
    "partner": "wacht op een andere partij",
    "other": "wacht",
}
MESSAGES = {
    "confirmation": "Bevestiging aan de melder",
    "progress": "Bericht aan de melder",
    "alert": "Waarschuwing aan medewerkers",
}


def words(entry: Entry) -> Words:  # noqa: C901, PLR0911, PLR0912  one line per thing that can happen
    """A code without words here is shown as it is: a timeline never fails on a newer message."""
    who, detail = entry.who or "", entry.detail or ""
    track = TRACKS.get(entry.track or "")
    dot = entry.track or "plain"
    promise = PROMISES.get(detail, detail)
    message = MESSAGES.get(detail, detail)
    match entry.what:
        case What.OPENED:
            return Words("Eerste melding", _channel(entry))
        case What.JOINED:
            return Words("Nieuwe melding bij deze zaak", _channel(entry))
        case What.CLOSED:
            return Words("Afgesloten", _channel(entry), "ok")
        case What.ASSESSED:
            tracks = " en ".join(TRACKS.get(code, code) for code in detail.split())
            return Words(f"Beoordeeld: {tracks or 'geen spoor'}", f"beleid {who}")
        case What.REASSESSED:
            return Words("Opnieuw beoordeeld", f"beleid {who}")
        case What.OFFERED:
            return Words(f"Vraag gesteld aan {who}", track, dot)
        case What.ACCEPTED:
            return Words(f"{who} pakt het op", track, dot)
        case What.PROGRESSED:
            return Words(f"{who} is ermee bezig", track, dot)
        case What.ANSWERED:
            return Words(f"{who} is klaar: {results(detail)}", track, "ok")
        case What.DECLINED:
            return Words(f"{who} pakt het niet op: {REFUSALS.get(detail, detail)}", track, dot)
        case What.UNDELIVERABLE:
            return Words(f"{who} kan niet bereikt worden: {HINDRANCES.get(detail, detail)}", track, dot)
        case What.HELD:
            return Words(f"Vraag aan {who} wacht", track, dot)
        case What.QUERIED:
            return Words(f"{who} wil meer weten", track, dot)
        case What.EXPIRED:
            return Words(f"{who} gaf geen antwoord binnen de termijn", track, dot)
        case What.TAKEN_BACK:
            return Words(f"Vraag aan {who} ingetrokken: {WITHDRAWALS.get(detail, detail)}", track, dot)
        case What.CLARIFIED:
            return Words(f"Het meldpunt gaf {who} een toelichting", track, dot)
        case What.APPOINTED:
            return Words(f"{who} heeft nu de regie", track, dot)
        case What.NOTED:
            return Words(f"Bericht van {who}", f"alleen {track}" if entry.track is Track.CARE else track, dot)
        case What.TERM_STARTED:
            return Words(f"Termijn loopt: {promise}", who)
        case What.TERM_APPROACHING:
            return Words(f"Termijn bijna om: {promise}", who)
        case What.TERM_MISSED:
            return Words(f"Termijn voorbij: {promise}", who)
        case What.TERM_MET:
            return Words(f"Op tijd: {promise}", who, "ok")
        case What.TERM_MET_LATE:
            return Words(f"Te laat gekomen: {promise}", who)
        case What.TERM_TAKEN:
            return Words(f"Iemand van toezicht pakt op: {promise}", who)
        case What.TERM_PAUSED:
            return Words(f"Termijn staat stil: {promise}", STANDSTILLS.get(who, who))
        case What.TERM_RESUMED:
            return Words(f"Termijn loopt weer: {promise}", who)
        case What.TERM_EXTENDED:
            return Words(f"Termijn verlengd: {promise}", who)
        case What.TERM_CANCELLED:
            return Words(f"Termijn vervallen: {promise}", who)
        case What.ESCALATED:
            return Words(f"Geen reactie, nu is {RUNGS.get(who, who)} aan zet: {promise}")
        case What.SENT:
            return Words(f"{message} verstuurd", kind="ok")
        case What.FAILED:
            return Words(f"{message} niet aangekomen: {FAILURES.get(who, who)}")
        case What.AMENDED:
            return Words("De melder vult aan")
        case What.INCIDENT:
            return Words("Uit het dagboek van de melder")
        case What.WITHDRAWN:
            return Words("De melder trekt de melding in")
        case What.REINSTATED:
            return Words("De melder wil de melding toch doorzetten")
        case What.SOLVED:
            return Words("De melder zegt: het is opgelost", kind="ok")
        case What.NOT_SOLVED:
            return Words("De melder zegt: het is niet opgelost")
        case What.REPEATED:
            return Words("Dezelfde melder meldde dit eerder")
        case What.PARTED:
            return Words(f"Losgemaakt van zaak {detail}", who)
        case What.PARTED_OFF:
            return Words(f"Een melding is nu zaak {detail}", who)


def results(codes: str) -> str:
    """An outcome, and what was found where that was told."""
    return ", ".join((OUTCOMES | FINDINGS).get(code, code) for code in codes.split())


def _channel(entry: Entry) -> str:
    """What was imported may be years old, which a day without its year does not say."""
    detail = entry.detail or ""
    name = CHANNELS.get(detail, detail)
    return f"{name}, {entry.at.year}" if detail == "import" else name

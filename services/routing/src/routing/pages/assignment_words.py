"""How assignments, what happened to them and what can be decided about them read on the screen."""

import re
from collections.abc import Mapping

from routing.domain.assignments import State
from routing.domain.directing import Act, Waiting, Why

Badge = tuple[str, str]
"""The kind and the text of a badge."""

TRACKS = {"care": "Zorgspoor", "enforcement": "Handhavingsspoor"}

WAITING: dict[Waiting, Badge] = {
    Waiting.EXPIRED: ("late", "Geen antwoord"),
    Waiting.DECLINED: ("almost", "Niet opgepakt"),
    Waiting.UNDELIVERABLE: ("almost", "Niet te bezorgen"),
    Waiting.INFORMATION_NEEDED: ("notice", "Wil meer weten"),
    Waiting.DESK: ("plain", "Voor het meldpunt"),
}

# How far an assignment is: the mark of its step, and its words.
STATES: dict[State, tuple[str, str]] = {
    State.PREPARED: ("todo", "gaat zo naar de partner"),
    State.HELD: ("todo", "wacht op het andere spoor"),
    State.OFFERED: ("todo", "gevraagd"),
    State.ACCEPTED: ("current", "opgepakt"),
    State.INFORMATION_NEEDED: ("current", "wil meer weten"),
    State.IN_PROGRESS: ("current", "ermee bezig"),
    State.ANSWERED: ("done", "klaar"),
    State.DECLINED: ("skipped", "niet opgepakt"),
    State.UNDELIVERABLE: ("skipped", "niet te bezorgen"),
    State.EXPIRED: ("skipped", "geen antwoord binnen de termijn"),
    State.WITHDRAWN: ("skipped", "ingetrokken"),
}

REASONS = {
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
}

WHY: dict[Why, str] = {
    Why.NOT_NEEDED: "Niet meer nodig",
    Why.REPORT_WITHDRAWN: "De melder trok de melding in",
    Why.DECLINED: "De partner pakt het niet op",
    Why.NO_ANSWER: "Er kwam geen antwoord",
    Why.NOT_REACHABLE: "Wij kunnen de partner niet bereiken",
    Why.BETTER_PLACED: "Een ander kan dit beter",
    Why.AGREED: "Zo afgesproken met de partner",
    Why.OTHER: "Andere reden",
}

# Each act: what it is called as a form, on its button, and when it was done.
ACTS: dict[Act, tuple[str, str, str]] = {
    Act.CLARIFY: (
        "De vraag van de partner beantwoorden",
        "Verstuur toelichting",
        "gaf {who} een toelichting",
    ),
    Act.CONCLUDE: ("Afronden", "Rond af", "rondde af wat het meldpunt zelf deed"),
    Act.REASSIGN: ("Een andere partner vragen", "Vraag deze partner", "vroeg {who} in plaats hiervan"),
    Act.REPEAT: ("Dezelfde partner opnieuw vragen", "Vraag opnieuw", "vroeg {who} opnieuw"),
    Act.ADOPT: ("Zelf doen", "Het meldpunt doet het zelf", "liet het meldpunt dit zelf doen"),
    Act.APPOINT: ("De regie geven", "Geef de regie", "gaf {who} de regie"),
    Act.WITHDRAW: ("Vraag intrekken", "Trek de vraag in", "trok de vraag aan {who} in"),
}

EXPLANATIONS: dict[Act, str] = {
    Act.CLARIFY: "Alleen de partner krijgt deze tekst. Wij bewaren hem niet.",
    Act.CONCLUDE: "De zaak en de melder horen dat het meldpunt klaar is.",
    Act.REASSIGN: "De vraag hierboven vervalt. De nieuwe partner krijgt alleen wat in zijn convenant staat.",
    Act.REPEAT: "De partner krijgt de vraag nog een keer, met een nieuwe termijn. Een laat antwoord telt ook.",
    Act.ADOPT: "De vraag aan de partner vervalt. De melder hoort dat de melding is opgepakt.",
    Act.APPOINT: "Eén partner heeft de regie over een melding. Wie die nu heeft, heeft die dan niet meer.",
    Act.WITHDRAW: "De partner hoeft dan niets meer te doen. U kunt het later alsnog vragen.",
}

OUTCOMES = {
    "solved": "Opgelost",
    "measure-taken": "Maatregel genomen",
    "help-offered": "Hulp geboden",
    "unfounded": "Niet gegrond",
    "not-solved": "Niet opgelost",
    "closed": "Afgesloten",
}
FINDINGS = {
    "": "Niets bijzonders",
    "violation-found": "Overtreding gezien",
    "refused": "Hulp geweigerd",
    "normalised": "Weer gewoon",
    "moved": "Verhuisd",
    "handed-over": "Overgedragen",
}
CAUSES = {
    "answer": "na een antwoord van een partner",
    "housing-stock": "na een nieuwe lijst van woningen",
    "policy": "na een nieuw beleid",
    "decision": "na een besluit van het meldpunt",
}

AREA_CODE = re.compile(r"[A-Z]{2}[0-9]+")


def about(category: str, area: str | None, names: Mapping[str, str]) -> str:
    """What kind of report it is, and where, in a line."""
    if area and AREA_CODE.fullmatch(area):
        area = f"buurt {area}"
    return ", ".join(filter(None, (names.get(category, category), area)))

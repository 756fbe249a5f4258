"""What stands on the board, in Dutch."""

from collections.abc import Mapping, Sequence

from monitoring.domain.attention import Act, SnoozeReason
from monitoring.domain.board import Concern, Urgency
from monitoring.domain.clocks import Promise
from monitoring.handlers.promises import DESK_NAME

BADGES = {
    Urgency.LATE: ("late", "Te laat"),
    Urgency.ALMOST: ("almost", "Bijna"),
    Urgency.STRANDED: ("notice", "Let op"),
}
WAITS = {
    Promise.CONFIRMATION: "Bevestiging aan melder",
    Promise.FIRST_ANSWER: "Eerste antwoord",
    Promise.RESULT: "Resultaat",
    Promise.STEP: "Stap in de zaak",
    Promise.STATUTORY: "Wettelijke termijn",
    Promise.FIRST_ACTION: "Eerste actie op de melding",
    Promise.OUTCOME: "Uitkomst van de melding",
    Promise.AFTERCARE: "Nazorg",
}
WHY = {
    SnoozeReason.CALLED: "Gebeld, antwoord volgt",
    SnoozeReason.AGREED: "Afgesproken met wie het heeft",
    SnoozeReason.WAITS_FOR_REPORTER: "Wacht op de melder",
    SnoozeReason.CLOSED_NOW: "Nu niemand te bereiken",
    SnoozeReason.OTHER: "Iets anders, zie toelichting",
}
DONE: Mapping[str, str] = {
    Act.TAKE: "U pakt dit op.",
    Act.TAKE_OVER: "U nam dit over.",
    Act.LET_GO: "U liet dit los.",
    Act.SNOOZE: "U stelde dit uit. Het komt vanzelf terug.",
    Act.WAKE: "U haalde dit terug op het bord.",
    Act.NOTE: "Uw notitie is bewaard.",
}
TOLD = {
    Act.TAKE: "pakt dit op",
    Act.TAKE_OVER: "nam dit over",
    Act.LET_GO: "liet dit los",
    Act.SNOOZE: "stelde dit uit",
    Act.WAKE: "haalde dit terug",
    Act.RETURN: "Kwam vanzelf terug op het bord",
    Act.NOTE: "schreef een notitie",
    Act.NEW_TERMS: "zette dit op de nieuwe termijnen, nu",
    Act.AFTERCARE: "legde vast dat de nazorg is gedaan",
}


def sentence(fresh: Sequence[Concern]) -> str:
    """What is new, for who listens to the page; empty when nothing asks for more attention than before."""
    if not fresh:
        return ""
    if len(fresh) > 1:
        return f"{len(fresh)} termijnen vragen nu aandacht."
    one = fresh[0]
    return f"{BADGES[one.urgency][1]}: {what_waits(one)}, {with_whom(one)}, {which_case(one)}."


def what_waits(concern: Concern) -> str:
    if concern.urgency is not Urgency.STRANDED:
        return WAITS[concern.promise]
    if concern.promise is Promise.FIRST_ANSWER:
        return f"Zelf uitzetten bij {concern.holder_name}"
    return "Melder zelf inlichten, bevestiging niet bezorgd"


def with_whom(concern: Concern) -> str | None:
    """What could not be delivered is for the desk, whoever it was meant for."""
    return DESK_NAME if concern.urgency is Urgency.STRANDED else concern.holder_name


def which_case(concern: Concern) -> str:
    return f"zaak {concern.case_number}" if concern.case_number else "nog geen zaak"

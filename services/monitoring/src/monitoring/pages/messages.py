"""The way of the messages: what waits where, over all services, and what asks for attention first."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from chassis.clock import wall_clock
from chassis.principals import Principal, may, token_of
from look.pages import Pages
from look.words import number, span
from monitoring.adapters.queues import Queues
from monitoring.adapters.services import Services
from monitoring.domain.messages import Overview, Sign, Trouble, find_signs
from monitoring.handlers.messages import look_over

PATH = "/berichten"
MayRead = Annotated[Principal, Depends(may("parked:read"))]

ABOUT = {
    "intake": "neemt meldingen aan",
    "routing": "zet uit bij partners",
    "casework": "houdt de zaken bij",
    "monitoring": "bewaakt de termijnen",
    "notifications": "schrijft aan melders",
}
"""What each service does, for who does not know it by its name."""

BADGES = {
    Trouble.BROKER_SILENT: ("late", "Storing"),
    Trouble.SERVICE_SILENT: ("late", "Storing"),
    Trouble.NOT_READ: ("late", "Staat stil"),
    Trouble.NOT_SENT: ("late", "Staat stil"),
    Trouble.UNROUTED: ("late", "Zonder weg"),
    Trouble.GAP: ("almost", "Ontbreekt"),
    Trouble.PARKED: ("almost", "Geparkeerd"),
    Trouble.ALERT_LOST: ("almost", "Niet gewaarschuwd"),
    Trouble.ALERT_WAITS: ("almost", "Wacht"),
    Trouble.DEAD: ("almost", "Opgegeven"),
    Trouble.NOT_FETCHED: ("notice", "Niet opgehaald"),
    Trouble.RETRIED: ("plain", "Vanzelf"),
}
MAILBOXES = {
    "operations": "het toezicht",
    "director": "de regisseur",
    "coordinator": "de coördinator",
}
LEADS_TO = {
    Trouble.GAP: "/lijst?staat=wacht",
    Trouble.PARKED: "",
    Trouble.RETRIED: "/lijst?staat=opnieuw",
}


def router(services: Services, queues: Queues) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("monitoring")

    async def shown(request: Request) -> dict[str, Any]:
        return _view(await look_over(services, queues, token_of(request)))

    @routes.get(PATH)
    async def show_overview(request: Request, _reader: MayRead) -> Response:
        return pages.render(request, "berichten.html", active=PATH, **await shown(request))

    @routes.get(PATH + "/stand")
    async def show_newest(request: Request, _reader: MayRead) -> Response:
        """Give the changing part alone, to who has the page already."""
        if "hx-request" not in request.headers:
            return RedirectResponse(PATH, 303)
        return pages.render(request, "berichten-stand.html", **await shown(request))

    return routes


def messages(count: int) -> str:
    return "1 bericht" if count == 1 else f"{number(count)} berichten"


def in_words(sign: Sign, overview: Overview) -> str:
    """What is wrong and what comes of it, in a sentence."""
    many, verb = messages(sign.count), partial(_verb, count=sign.count)
    fault = next((each.fault for each in overview.services if each.service == sign.who), None)
    return {
        Trouble.BROKER_SILENT: f"{overview.broker_fault} Van de wachtrijen is nu niets bekend.",
        Trouble.SERVICE_SILENT: f"{sign.who} {fault}. Wat daar wacht is nu niet bekend.",
        Trouble.NOT_READ: f"Niemand leest de wachtrij van {sign.who}: {many} {verb('ligt', 'liggen')} daar te wachten.",
        Trouble.NOT_SENT: f"{sign.who} kan {many} niet kwijt aan de broker.",
        Trouble.UNROUTED: f"{many} van een partner {verb('heeft', 'hebben')} geen wachtrij om naartoe te gaan.",
        Trouble.GAP: f"Bij {sign.who} {verb('wacht', 'wachten')} {many} op een eerder bericht dat niet komt.",
        Trouble.PARKED: f"{sign.who} kan {many} niet verwerken. Een mens moet beslissen.",
        Trouble.ALERT_LOST: f"{alerts(sign.count)} {verb('kwam', 'kwamen')} niet aan bij {outlet(sign.who)}. Wat er aan de hand is, staat op het toezicht.",
        Trouble.ALERT_WAITS: f"{alerts(sign.count)} {verb('is', 'zijn')} nog niet aangekomen bij {outlet(sign.who)}.",
        Trouble.DEAD: f"De broker gaf {many} voor {sign.who} op; de hub haalt ze vanzelf terug.",
        Trouble.NOT_FETCHED: f"{sign.who} haalt niets op: {many} {verb('ligt', 'liggen')} klaar.",
        Trouble.RETRIED: f"{sign.who} probeert {many} vanzelf opnieuw.",
    }[sign.trouble]


def alerts(count: int) -> str:
    return "1 waarschuwing" if count == 1 else f"{number(count)} waarschuwingen"


def outlet(outlet_id: str) -> str:
    """How a way out is called in a sentence."""
    kind, _, name = outlet_id.partition(":")
    if kind == "webhook":
        return f"webhook {name}"
    return MAILBOXES.get(name) or f"partner {name.partition(':')[2]}"


def _verb(one: str, more: str, count: int) -> str:
    return one if count == 1 else more


def _view(overview: Overview) -> dict[str, Any]:
    now = wall_clock()
    return {
        "now": now,
        "overview": overview,
        "about": ABOUT,
        "signs": [
            {
                "badge": BADGES[sign.trouble],
                "words": in_words(sign, overview),
                "since": span(now - sign.since) if sign.since else None,
                "href": f"{PATH}/{sign.who}{LEADS_TO[sign.trouble]}" if sign.trouble in LEADS_TO else None,
            }
            for sign in find_signs(overview, now)
        ],
    }

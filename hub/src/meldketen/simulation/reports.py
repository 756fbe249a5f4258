"""A stream of invented reports over the real HTTP API. No such person or address exists."""

import asyncio
import random
from typing import Any

import httpx2
import structlog

log = structlog.get_logger()

STORIES = {
    "VERWARD": ["Mijn buurvrouw loopt 's nachts roepend over de galerij en lijkt mij niet te herkennen."],
    "GEL-ERNST": [
        "Elke nacht harde muziek tot vier uur. Ook na drie keer vragen gaat het door.",
        "Feesten met tientallen mensen, twee of drie keer per week.",
    ],
    "INTIM": ["Er wordt tegen mijn deur geschopt en gedreigd als ik op de galerij kom."],
    "VERSL": ["De bewoner drinkt veel, valt op de trap en laat de voordeur open."],
    "VERVUIL": ["De woning staat vol vuilnis. Het stinkt in het hele trappenhuis."],
    "DRUGS": ["Dag en nacht komen mensen kort aan de deur. Er liggen zakjes in de hal."],
    "HENNEP": ["Sterke wietlucht, en de muur van mijn slaapkamer is warm en vochtig."],
    "BUREN": ["Wij krijgen steeds ruzie over de fietsen in de gang."],
    "OVERBEW": ["In de woning slapen wel tien mensen, in elke kamer een paar."],
    "GEL-INST": ["De afzuiging van de zaak beneden bromt dag en nacht."],
    "DIER": ["Drie honden zitten de hele dag alleen op het balkon en blaffen."],
    "GEMEEN": ["In het trappenhuis staan matrassen voor de nooduitgang."],
    "JEUGD": ["De kinderen zijn 's avonds laat alleen thuis en gooien spullen naar beneden."],
    "VANDAL": ["De brievenbussen zijn voor de derde keer opengebroken."],
}
POSTCODES = ["2599 ZX", "2599 ZW", "2599 ZV", "2599 ZT"]
NAMES = ["A. Voorbeeld", "B. Proefstuk", "C. Modelman", "D. Denkbeeld", "E. Verzonnen"]
TENURES = ["corporation-tenant", "corporation-tenant", "private-tenant", "owner", "other"]


def invent(dice: random.Random) -> dict[str, Any]:
    """One report, as a portal would post it."""
    category = dice.choice(list(STORIES))
    name = dice.choice(NAMES)
    anonymous = dice.random() < 0.2  # noqa: PLR2004  one in five
    return {
        "category": category,
        "channel": "web",
        "story": dice.choice(STORIES[category]),
        "address": {"postcode": dice.choice(POSTCODES), "houseNumber": dice.randint(1, 60)},
        "reporter": {
            "name": None if anonymous else name,
            "email": None if anonymous else f"{name[0].lower()}@melder.example.nl",
            "anonymous": anonymous,
            "tenure": dice.choice(TENURES),
        },
        "signals": {"danger": dice.random() < 0.1, "children": dice.random() < 0.2},  # noqa: PLR2004  shares
    }


async def run(url: str, per_minute: float, dice: random.Random, at_most: int | None = None) -> None:
    """Post reports at about this rate, for ever or up to a number. Trouble is logged and the stream goes on."""
    posted = 0
    async with httpx2.AsyncClient(base_url=url, timeout=10) as client:
        while at_most is None or posted < at_most:
            await asyncio.sleep(dice.expovariate(per_minute / 60))
            try:
                (await client.post("/intake/v1/reports", json=invent(dice))).raise_for_status()
                posted += 1
            except httpx2.HTTPError as trouble:
                log.warning("report not posted", error=type(trouble).__name__)

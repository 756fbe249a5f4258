"""What tests of the citizen's form share: the answers, and filling it in as a browser does."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import httpx2

from chassis.testing import Bench
from contracts.intake import ReportSubmitted

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WHAT = {"soort": "geluid", "verhaal": "Elke nacht muziek.\nTot vier uur."}
QUESTIONS = {
    "vraag-noise-source": "music",
    "vraag-times": ["night", "evening"],
    "vraag-noise-installation": "x",
}
WHERE = {"postcode": "2599zx", "huisnummer": "13", "toevoeging": "", "woonvorm": "corporation-tenant"}
WHO = {"naam": "A. Voorbeeld", "email": "a@example.nl", "telefoon": ""}
PAGES: dict[str, dict[str, Any]] = {
    "/melden": WHAT,
    "/melden/vragen": QUESTIONS,
    "/melden/waar": WHERE,
    "/melden/gegevens": WHO,
}


class Page(HTMLParser):
    """The ids, links and fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.ticked: set[tuple[str, str]] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        if tag == "a":
            self.links.append(found.get("href", ""))
        if "checked" in found:
            self.ticked.add((found["name"], found["value"]))


async def fill_in(client: httpx2.AsyncClient, root: str = "", **changes: dict[str, object]) -> None:
    """All pages, one after the other, as a browser does."""
    for path, fields in PAGES.items():
        name = path.rpartition("/")[2]
        answer = await client.post(root + path, data=fields | changes.get(name, {}))
        assert answer.status_code == 303, answer.text


async def send(client: httpx2.AsyncClient, root: str = "") -> httpx2.Response:
    answer = await client.post(f"{root}/melden/controle")
    assert answer.headers["location"] == f"{root}/melden/ontvangen"
    return await client.get(answer.headers["location"])


async def submitted(intake: Bench) -> ReportSubmitted:
    [report] = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    return report

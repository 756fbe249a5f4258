"""The agent's form posts the same thing as the API, and loses nothing when something is wrong."""

from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

import pytest

from chassis.testing import Bench
from contracts.intake import Channel, ReportSubmitted

FILLED = {
    "soort": "zorgen",
    "verhaal": "Mijn buurvrouw roept elke nacht.",
    "postcode": "2599zx",
    "huisnummer": "13",
    "toevoeging": "",
    "naam": "A. Voorbeeld",
    "email": "",
    "telefoon": "",
    "woonvorm": "corporation-tenant",
}


class Page(HTMLParser):
    """The ids, links and fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.values: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.ids.add(found.get("id", ""))
        if tag == "a":
            self.links.append(found.get("href", ""))
        if tag == "input":
            self.values[found.get("name", "")] = found.get("value", "")


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("intake")


async def submitted(intake: Bench) -> ReportSubmitted:
    [report] = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    return report


@pytest.fixture
def agent(bearer: Callable[..., dict[str, str]]) -> dict[str, str]:
    return bearer("reports:phone")


async def test_a_second_click_is_no_second_report(intake: Bench, agent: dict[str, str]) -> None:
    key = Page((await intake.client.get("/telefoon", headers=agent)).text).values["key"]
    first = await intake.client.post("/telefoon", data=FILLED | {"key": key}, headers=agent)
    again = await intake.client.post("/telefoon", data=FILLED | {"key": key}, headers=agent)
    assert first.headers["location"] == again.headers["location"]
    await submitted(intake)


async def test_every_fault_is_in_the_summary_with_a_link_to_its_field(
    intake: Bench, agent: dict[str, str]
) -> None:
    wrong = FILLED | {"soort": "", "postcode": "0123", "huisnummer": "x", "email": "geen", "telefoon": "abc"}
    answer = await intake.client.post("/telefoon", data=wrong, headers=agent)
    assert answer.status_code == 422
    page = Page(answer.text)
    linked = {link[1:] for link in page.links if link.startswith("#") and link != "#inhoud"}
    assert linked == {"soort", "postcode", "huisnummer", "email", "telefoon"}
    assert linked <= page.ids
    assert "<title>Fout:" in answer.text
    assert await intake.said() == []


async def test_what_was_filled_in_stays_after_a_fault(intake: Bench, agent: dict[str, str]) -> None:
    answer = await intake.client.post("/telefoon", data=FILLED | {"postcode": "0123"}, headers=agent)
    assert "Mijn buurvrouw roept elke nacht." in answer.text
    assert Page(answer.text).values["naam"] == "A. Voorbeeld"


async def test_a_story_with_markup_is_shown_as_text(intake: Bench, agent: dict[str, str]) -> None:
    answer = await intake.client.post(
        "/telefoon", data=FILLED | {"verhaal": "<script>x</script>", "postcode": ""}, headers=agent
    )
    assert "<script>x" not in answer.text


async def test_the_phone_desk_is_for_agents(intake: Bench, bearer: Callable[..., dict[str, str]]) -> None:
    turned_away = await intake.client.get("/telefoon", headers={"Accept": "text/html"})
    assert turned_away.headers["location"] == "/inloggen?naar=/telefoon"
    answer = await intake.client.post("/telefoon", data=FILLED, headers=bearer("cases:read"))
    assert answer.status_code == 403
    asked = FILLED | {"navraag": ["danger", "children"]}
    answer = await intake.client.post("/telefoon", data=asked, headers=bearer("reports:phone"))
    assert answer.status_code == 303
    report = await submitted(intake)
    assert report.channel is Channel.PHONE
    assert (report.signals.danger, report.signals.children, report.signals.going_on_now) == (
        True,
        True,
        False,
    )


async def test_a_post_from_another_site_is_refused(
    intake: Bench, bearer: Callable[..., dict[str, str]]
) -> None:
    token = bearer("reports:phone")["Authorization"].removeprefix("Bearer ")
    headers = {"Cookie": f"meldketen={token}", "Origin": "https://elders.example"}
    answer = await intake.client.post("/telefoon", data=FILLED, headers=headers)
    assert answer.status_code == 403
    assert await intake.said() == []


async def test_people_get_a_page_and_machines_a_problem(intake: Bench) -> None:
    page = await intake.client.get("/melden/elders", headers={"Accept": "text/html"})
    assert (page.status_code, "Deze pagina is er niet" in page.text) == (404, True)
    problem = await intake.client.get("/intake/v1/elders")
    assert problem.headers["content-type"] == "application/problem+json"

"""The phone desk: by keyboard from the first ring to the number, with what is known in view."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench
from contracts.casework import CaseOpened
from contracts.intake import Channel, ReportSubmitted

from .conftest import Visit, check_looks

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CALLER = "070 000 00 00"
REPORT: dict[str, Any] = {
    "category": "BUREN",
    "story": "Ruzie.",
    "address": {"postcode": "2599 ZX", "houseNumber": 101, "addition": "A"},
    "reporter": {"phone": CALLER},
}
FILLED = {"soort": "geluid", "verhaal": "Muziek.", "postcode": "2599zx", "huisnummer": "101"}
PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")
MOST_KEYS = 25


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)
            self.pressed += 1

    async def write(self, text: str) -> None:
        await self.press(*text)


@pytest.fixture
def agent(intake: Bench, visit: Visit) -> Visit:
    """Open a page as somebody who answers the phone."""
    intake.at(NOW)

    async def as_agent(path: str, **more: Any) -> Page:
        page = await visit("/health/live", **more)
        await page.context.add_cookies(
            [{"name": COOKIE, "value": token(intake), "domain": "127.0.0.1", "path": "/"}]
        )
        await page.goto(path)
        return page

    return as_agent


def token(intake: Bench, name: str = "S. Bakker") -> str:
    signer = Signer(intake.service.settings.signing_key.get_secret_value())
    return signer.issue(name, ["reports:phone"], wall_clock(), timedelta(hours=1))


def header(intake: Bench, name: str = "S. Bakker") -> dict[str, str]:
    return {"Authorization": f"Bearer {token(intake, name)}"}


async def submitted(intake: Bench) -> list[ReportSubmitted]:
    return [message for message in await intake.said() if isinstance(message, ReportSubmitted)]


async def known_case(intake: Bench) -> CaseOpened:
    """A case at the address, of this caller."""
    before = (await intake.client.post("/intake/v1/reports", json=REPORT)).json()
    opened = CaseOpened(case_id=new_id(), number="2026-000451", report_id=UUID(before["id"]), opened_at=NOW)
    await intake.hears(opened)
    return opened


async def test_an_agent_enters_a_report_by_keyboard_with_few_keys(agent: Visit, intake: Bench) -> None:
    page = await agent("/telefoon")
    keys = Keys(page)
    await keys.write("2599zx")
    await keys.press("Tab")
    await keys.write("101")
    await keys.press("Alt+3", "ArrowDown", "Tab")
    await page.keyboard.type("Elke nacht harde muziek.")
    await keys.press("Alt+4", "Space", "Control+Enter")
    noted = page.get_by_role("status")
    await expect(noted).to_contain_text("Genoteerd. Het nummer voor de beller is WO-")
    await expect(page.get_by_label("Postcode")).to_be_focused()
    [report] = await submitted(intake)
    assert report.reference in await noted.inner_text()
    assert (report.channel, report.address.key, report.signals.danger) == (Channel.PHONE, "2599zx-101", True)
    assert keys.pressed <= MOST_KEYS


async def test_what_is_known_appears_as_the_address_is_typed(agent: Visit, intake: Bench) -> None:
    opened = await known_case(intake)
    page = await agent("/telefoon")
    await expect(page.get_by_text("De beller hoort uiterlijk van ons: ma 30 nov 2026")).to_be_visible()
    await page.get_by_label("Postcode").fill("2599zx")
    await page.get_by_label("Nummer", exact=True).press_sequentially("101")
    await expect(page.get_by_text("Voorbeeldkade 101")).to_be_visible()
    await expect(page.get_by_role("link", name="Zaak 2026-000451")).to_have_attribute(
        "href", f"/zaken/{opened.case_id}"
    )
    await expect(page.get_by_text("Vertel dit niet aan de beller.")).to_be_visible()
    await page.get_by_label("Telefoon", exact=True).fill(CALLER)
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Deze beller meldde hier eerder.")).to_be_visible()
    await check_looks(page, Path(PICTURES) / "telefoon-bekend" if PICTURES else None)
    await page.keyboard.press("Alt+k")
    await page.keyboard.press("Space")
    await page.keyboard.press("Alt+3")
    await page.keyboard.press("Space")
    await page.get_by_label("Verhaal van de beller").fill("Weer ruzie.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("status")).to_contain_text("Genoteerd")
    *_, report = await submitted(intake)
    assert report.joins == opened.case_id


async def test_danger_shows_what_to_do_at_once(agent: Visit) -> None:
    page = await agent("/telefoon", scripts=False)
    emergency = page.get_by_text("Is er nu gevaar? Verbind door met 112.")
    await expect(emergency).to_be_hidden()
    await page.get_by_text("Is iemand in gevaar?").click()
    await expect(emergency).to_be_visible()


async def test_a_call_that_drops_is_kept_for_its_agent(agent: Visit, intake: Bench) -> None:
    page = await agent("/telefoon")
    await page.get_by_label("Postcode").fill("2599zx")
    await page.get_by_label("Verhaal van de beller").fill("Hij hing op.")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("status")).to_have_text("Bewaard als concept. Het blijft 24 uur staan.")
    await page.get_by_role("link", name="10.00, 2599zx").click()
    await expect(page.get_by_label("Verhaal van de beller")).to_have_value("Hij hing op.")
    await page.get_by_label("Nummer", exact=True).fill("101")
    await page.get_by_text("Geluid", exact=True).click()
    other = await intake.client.get("/telefoon", headers=header(intake, "M. de Vries"))
    assert "Concepten" not in other.text
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("status")).to_contain_text("Genoteerd")
    await expect(page.get_by_text("Concepten:")).to_have_count(0)
    [report] = await submitted(intake)
    assert report.story == "Hij hing op."


async def test_a_dropped_call_is_forgotten_after_a_day(intake: Bench) -> None:
    intake.at(NOW)
    await intake.client.post("/telefoon/concept", data=FILLED, headers=header(intake))
    assert "Concepten" in (await intake.client.get("/telefoon", headers=header(intake))).text
    intake.at(NOW + timedelta(hours=24))
    assert "Concepten" not in (await intake.client.get("/telefoon", headers=header(intake))).text


async def test_the_keys_are_shown_on_f1(agent: Visit) -> None:
    page = await agent("/telefoon")
    await check_looks(page, Path(PICTURES) / "telefoon" if PICTURES else None)
    await page.keyboard.press("F1")
    await expect(page.get_by_text("opslaan en nummer geven", exact=True)).to_be_visible()
    await check_looks(page, Path(PICTURES) / "telefoon-toetsen" if PICTURES else None)


async def test_what_is_wrong_stays_with_what_was_typed(agent: Visit) -> None:
    page = await agent("/telefoon")
    await page.get_by_label("Verhaal van de beller").fill("Muziek.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("link", name="Vul een huisnummer in: alleen cijfers.")).to_be_visible()
    await expect(page.get_by_label("Verhaal van de beller")).to_have_value("Muziek.")
    await check_looks(page, Path(PICTURES) / "telefoon-fout" if PICTURES else None)


async def test_who_reports_the_same_again_is_known_by_it(intake: Bench) -> None:
    intake.at(NOW)
    again = REPORT | {"story": "Nog steeds.", "reporter": {"phone": "+31 70 000 0000"}}
    other = REPORT | {"category": "GEL-LEEF"}
    stranger = REPORT | {"reporter": {"phone": "070 000 00 01"}}
    for body in (REPORT, again, other, stranger):
        assert (await intake.client.post("/intake/v1/reports", json=body)).status_code == 202
    intake.at(NOW + timedelta(days=31))
    await intake.client.post("/intake/v1/reports", json=REPORT)
    first, *rest = await submitted(intake)
    assert [first.repeats, *(one.repeats for one in rest)] == [None, first.report_id, None, None, None]


async def test_choosing_a_case_is_for_the_desk(intake: Bench) -> None:
    body = REPORT | {"joins": str(new_id())}
    assert (await intake.client.post("/intake/v1/reports", json=body)).status_code == 403
    assert (
        await intake.client.post("/intake/v1/reports", json=body, headers=header(intake))
    ).status_code == 202

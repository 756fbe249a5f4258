"""The reporter's own page about a report, in a browser."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.intake import FeedbackGiven, IncidentNoted, ReportAmended, ReportReinstated, ReportWithdrawn
from contracts.routing import AssignmentAccepted, AssignmentAnswered, AssignmentOffered

from .conftest import Visit, check_looks

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REPORT = {"category": "BUREN", "story": "Ruzie.", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")


async def look(page: Page, name: str) -> None:
    await check_looks(page, Path(PICTURES) / name if PICTURES else None)


@pytest.fixture
async def receipt(intake: Bench) -> dict[str, str]:
    intake.at(NOW)
    given: dict[str, str] = (await intake.client.post("/intake/v1/reports", json=REPORT)).json()
    return given


@pytest.fixture
def here(receipt: dict[str, str]) -> str:
    return f"/volgen/{receipt['reference']}"


def offer(receipt: dict[str, str]) -> AssignmentOffered:
    return AssignmentOffered(
        assignment_id=new_id(),
        report_id=UUID(receipt["id"]),
        partner="police",
        partner_name="Politie",
        told_as="police",
        track="enforcement",
        lead=True,
        question="Wilt u kijken?",
        offered_at=NOW,
        due_at=NOW + timedelta(days=1),
    )


async def heard(intake: Bench) -> list[str]:
    kinds = (ReportAmended, IncidentNoted, ReportWithdrawn, ReportReinstated, FeedbackGiven)
    return [message.name for message in await intake.said() if isinstance(message, kinds)]


async def test_a_number_however_it_is_typed_leads_to_the_report(
    visit: Visit, receipt: dict[str, str]
) -> None:
    page = await visit("/volgen", scripts=False)
    await page.get_by_label("Nummer van uw melding").fill(receipt["reference"].lower().replace("-", " "))
    await page.get_by_role("button", name="Bekijk de melding").click()
    await expect(page.get_by_text(receipt["reference"])).to_be_visible()
    await expect(page.get_by_text("U hoort uiterlijk ma 30 nov 2026 van ons")).to_be_visible()


async def test_a_number_that_is_not_known_is_asked_again(visit: Visit, receipt: dict[str, str]) -> None:
    assert receipt
    page = await visit("/volgen/WO-2222-2222")
    await expect(page).to_have_title("Fout: Uw melding volgen - Meldpunt Woonoverlast")
    await expect(page.get_by_role("link", name="Wij kunnen dit nummer niet vinden")).to_be_visible()
    await look(page, "volgen-onbekend")


async def test_the_page_follows_the_report(
    visit: Visit, intake: Bench, receipt: dict[str, str], here: str
) -> None:
    page = await visit(here)
    await look(page, "volgen-kijken")
    police = offer(receipt)
    await intake.hears(police, AssignmentAccepted.of(police, accepted_at=NOW))
    await page.goto(here)
    await expect(page.get_by_text("Dit helpt mee: de politie")).to_be_visible()
    await look(page, "volgen-bezig")
    await intake.hears(AssignmentAnswered.of(police, outcome="solved", answered_at=NOW))
    await page.goto(here)
    await look(page, "volgen-klaar")
    await page.get_by_text("Nee, kijk er opnieuw naar").click()
    await page.get_by_role("button", name="Verstuur", exact=True).click()
    await expect(page.get_by_role("status")).to_have_text("Bedankt voor uw antwoord.")
    await expect(page.get_by_text("Wij kijken er opnieuw naar")).to_be_visible()
    await look(page, "volgen-opnieuw")
    assert await heard(intake) == ["feedback.given.v1"]


async def test_a_promise_that_passed_is_told(visit: Visit, intake: Bench, here: str) -> None:
    intake.at(NOW + timedelta(days=8))
    page = await visit(here)
    await expect(page.get_by_text("Dit duurt langer dan wij beloofden.")).to_be_visible()


async def test_a_diary_is_kept_without_scripts(visit: Visit, intake: Bench, here: str) -> None:
    page = await visit(here, scripts=False)
    await page.get_by_role("button", name="Schrijf in het dagboek").click()
    await expect(page.get_by_role("link", name="Vul in wanneer het was")).to_be_visible()
    await expect(page.get_by_role("link", name="Schrijf op wat u merkte")).to_be_visible()
    await page.get_by_label("Dag", exact=True).fill("2026-11-22")
    await page.get_by_label("Hoe laat ongeveer?").fill("23:30")
    await page.get_by_label("Wat merkte u?").fill("Geschreeuw op de galerij.")
    await page.get_by_role("button", name="Schrijf in het dagboek").click()
    await expect(page.get_by_role("status")).to_have_text("Het staat in uw dagboek.")
    await expect(page.get_by_text("zo 22 nov 23.30 Geschreeuw op de galerij.")).to_be_visible()
    assert await heard(intake) == ["incidents.noted.v1"]


async def test_a_mistake_in_the_diary_can_be_mended(visit: Visit, here: str) -> None:
    page = await visit(here)
    await page.get_by_label("Wat merkte u?").fill("Geschreeuw.")
    await page.get_by_role("button", name="Schrijf in het dagboek").click()
    await expect(page.get_by_label("Wat merkte u?")).to_have_value("Geschreeuw.")
    await look(page, "volgen-fout")


async def test_something_can_be_added_once(visit: Visit, intake: Bench, here: str) -> None:
    page = await visit(here)
    await page.get_by_label("Wat wilt u ons nog laten weten?").fill("De hond is nu ook alleen.")
    await page.get_by_role("button", name="Verstuur de aanvulling").click()
    await expect(page.get_by_role("status")).to_have_text("Uw aanvulling staat bij de melding.")
    await page.reload()
    assert await heard(intake) == ["reports.amended.v1"]


async def test_a_report_is_withdrawn_after_a_question_and_can_come_back(
    visit: Visit, intake: Bench, here: str
) -> None:
    page = await visit(here, scripts=False)
    await page.get_by_role("link", name="Melding intrekken").click()
    await page.get_by_role("button", name="Ja, trek de melding in").click()
    await expect(page.get_by_text("U trok deze melding in")).to_be_visible()
    await expect(page.get_by_role("button", name="Schrijf in het dagboek")).to_have_count(0)
    await page.get_by_role("button", name="Zet de melding toch door").click()
    await expect(page.get_by_role("status")).to_have_text("Uw melding gaat weer door.")
    assert await heard(intake) == ["reports.withdrawn.v1", "reports.reinstated.v1"]


async def test_a_withdrawn_report_looks_well(visit: Visit, intake: Bench, here: str) -> None:
    await intake.client.post(f"{here}/intrekken")
    await look(await visit(here), "volgen-ingetrokken")
    await look(await visit("/volgen"), "volgen-nummer")


async def test_guessing_numbers_is_slowed_down(intake: Bench) -> None:
    answers = [await intake.client.get(f"/volgen/WO-2222-22{n:02}") for n in range(31)]
    assert [answer.status_code for answer in answers] == [422] * 30 + [429]

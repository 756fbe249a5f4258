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
from intake.domain.pins import hash_pin
from intake.store import pins

from .conftest import Visit, check_looks

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REPORT = {"category": "BUREN", "story": "Ruzie.", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
PIN = "482913"
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


async def locked(intake: Bench, receipt: dict[str, str]) -> str:
    """The reference of the report, now with a PIN."""
    async with intake.transaction() as tx:
        await pins.add(tx, [(UUID(receipt["id"]), hash_pin(PIN, b"salt"))])
    return receipt["reference"]


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


async def test_who_knows_the_pin_sees_the_report(
    visit: Visit, intake: Bench, receipt: dict[str, str]
) -> None:
    page = await visit(f"/volgen/{await locked(intake, receipt)}", scripts=False)
    await expect(page.get_by_role("heading", name="Dagboek bijhouden")).to_have_count(0)
    await page.get_by_label("Pincode").fill("000 000")
    await page.get_by_role("button", name="Bekijk de melding").click()
    await expect(
        page.get_by_role("link", name="Dit nummer en deze pincode horen niet bij elkaar")
    ).to_be_visible()
    await page.get_by_label("Pincode").fill(f"{PIN[:3]} {PIN[3:]}")
    await page.get_by_role("button", name="Bekijk de melding").click()
    await expect(page.get_by_role("heading", name="Dagboek bijhouden")).to_be_visible()


async def test_a_locked_report_and_one_that_is_not_there_look_the_same(
    intake: Bench, receipt: dict[str, str]
) -> None:
    reference = await locked(intake, receipt)

    async def seen(reference: str) -> list[str]:
        path = f"/volgen/{reference}"
        answers = [
            await intake.client.get(path),
            await intake.client.post(f"{path}/pincode", data={"pincode": "000000"}),
            await intake.client.post(f"{path}/intrekken"),
        ]
        return [f"{answer.status_code} {answer.text.replace(reference, '')}" for answer in answers]

    assert await seen(reference) == await seen("WO-2222-2222")
    assert await heard(intake) == []


async def test_a_pin_opens_its_own_report_alone(intake: Bench, receipt: dict[str, str]) -> None:
    reference = await locked(intake, receipt)
    other = (await intake.client.post("/intake/v1/reports", json=REPORT)).json()
    await locked(intake, other)
    opened = await intake.client.post(f"/volgen/{reference}/pincode", data={"pincode": PIN})
    assert opened.status_code == 303
    assert "Dagboek bijhouden" in (await intake.client.get(f"/volgen/{reference}")).text
    assert "Dagboek bijhouden" not in (await intake.client.get(f"/volgen/{other['reference']}")).text


async def test_a_number_that_is_not_known_is_asked_for_its_pin(visit: Visit) -> None:
    page = await visit("/volgen/wo-2222-2222")
    await expect(page.get_by_label("Pincode")).to_be_visible()
    await look(page, "volgen-pincode")


async def test_the_page_is_there_in_english(visit: Visit, receipt: dict[str, str]) -> None:
    page = await visit(f"/volgen/{receipt['reference']}")
    await page.get_by_role("link", name="English").click()
    await expect(page.get_by_text("You will hear from us by Mon 30 Nov 2026 at the latest")).to_be_visible()
    await page.get_by_role("button", name="Write in the diary").click()
    await expect(page.get_by_role("link", name="Fill in when it was")).to_be_visible()
    await look(page, "volgen-engels")


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
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]

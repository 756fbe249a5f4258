"""Photos and papers with the citizen's form, in a browser."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import FilePayload, Page, expect
from sqlalchemy import select

from chassis.testing import Bench
from contracts.intake import ReportSubmitted
from intake.tables import evidence

from .conftest import Visit, check_looks

PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")


def photo(name: str = "balkon.png") -> FilePayload:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "green").save(drawn, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": drawn.getvalue()}


async def at_check(visit: Visit) -> Page:
    """The last page of the form, everything filled in."""
    page = await visit("/melden", scripts=False)
    await page.get_by_text("Geluid", exact=True).click()
    await page.get_by_label("Wat gebeurt er?").fill("Elke nacht harde muziek.")
    await page.get_by_role("button", name="Volgende stap").click()
    await page.get_by_role("button", name="Volgende stap").click()
    await page.get_by_label("Postcode").fill("2599 ZX")
    await page.get_by_label("Huisnummer").fill("101")
    await page.get_by_text("Ik huur van iemand anders").click()
    await page.get_by_role("button", name="Volgende stap").click()
    await page.get_by_label("E-mailadres").fill("a@melder.example.nl")
    await page.get_by_role("button", name="Volgende stap").click()
    await expect(page.get_by_role("heading", name="Controleer uw melding")).to_be_visible()
    return page


async def add(page: Page, file: FilePayload | None) -> None:
    if file:
        await page.get_by_label("Bestand toevoegen").set_input_files(file)
    await page.get_by_role("button", name="Voeg toe").click()


async def test_photos_go_with_the_report(
    visit: Visit, intake: Bench, bearer: Callable[..., dict[str, str]]
) -> None:
    page = await at_check(visit)
    await add(page, photo())
    await add(page, photo("gang.png"))
    await expect(page.get_by_role("button", name="Verwijder balkon.png")).to_be_visible()
    await page.get_by_role("button", name="Verwijder gang.png").click()
    await expect(page.get_by_role("button", name="Verwijder gang.png")).to_have_count(0)
    await page.get_by_role("button", name="Melding versturen").click()
    await expect(page.get_by_role("heading", name="Uw melding is ontvangen")).to_be_visible()
    [report] = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    whole = await intake.client.get(
        f"/intake/v1/reports/{report.report_id}",
        headers=bearer("reports:read"),
    )
    assert [one["mediaType"] for one in whole.json()["attachments"]] == ["image/png"]


async def test_what_is_no_photo_is_refused_in_words(visit: Visit) -> None:
    page = await at_check(visit)
    await add(page, {"name": "balkon.png", "mimeType": "image/png", "buffer": b"MZ no photo at all"})
    await expect(page.get_by_role("alert")).to_contain_text("Dit bestand kunnen wij niet gebruiken.")
    await add(page, None)
    await expect(page.get_by_role("alert")).to_contain_text("Kies eerst een bestand.")
    await expect(page.get_by_role("button", name="Melding versturen")).to_be_visible()


async def test_a_file_that_was_forgotten_is_asked_again(visit: Visit, intake: Bench) -> None:
    page = await at_check(visit)
    await add(page, photo())
    taken = await intake.client.post("/intake/v1/reports", json=await with_the_same_file(intake))
    assert taken.status_code == 202
    await page.get_by_role("button", name="Melding versturen").click()
    await expect(page.get_by_role("alert")).to_contain_text("Uw bestanden zijn niet bewaard gebleven.")
    await page.get_by_role("button", name="Melding versturen").click()
    await expect(page.get_by_role("heading", name="Uw melding is ontvangen")).to_be_visible()


async def with_the_same_file(intake: Bench) -> dict[str, object]:
    """A report that takes the file away, as forgetting it would."""
    async with intake.transaction() as tx:
        [evidence_id] = (await tx.execute(select(evidence.c.evidence_id))).scalars()
    address = {"postcode": "2599 ZX", "houseNumber": 1}
    return {"category": "BUREN", "story": "Ruzie.", "address": address, "attachments": [str(evidence_id)]}


async def test_the_page_with_files_is_accessible(visit: Visit) -> None:
    page = await at_check(visit)
    await add(page, photo())
    address = page.url
    cookies = await page.context.cookies()
    seen = await visit("/health/live")
    await seen.context.add_cookies(
        [{"name": one["name"], "value": one["value"], "domain": "127.0.0.1", "path": "/"} for one in cookies]
    )
    await seen.goto(address)
    await check_looks(seen, Path(PICTURES) / "controle" if PICTURES else None)

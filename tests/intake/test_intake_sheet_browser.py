"""The page for spreadsheets in a browser: readable at every width, and it follows the work."""

import os
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from chassis.clock import wall_clock
from chassis.principals import COOKIE, Signer
from chassis.testing import Bench

from .conftest import Visit, check_looks

SHEET = (
    "Nummer;Datum;Soort;Postcode;Huisnummer;Omschrijving;Naam melder\n"
    "1;3-3-2024;Geluid;2599 ZX;1;Elke nacht harde muziek.;A. Voorbeeld\n"
    "2;3-3-2024;Geluid;0123;1;Herrie.;\n"
)
PICTURES = os.environ.get("MELDKETEN_TEST_PICTURES")


async def look(page: Page, name: str) -> None:
    await check_looks(page, Path(PICTURES) / name if PICTURES else None)


async def test_a_sheet_goes_from_file_to_reports_before_the_eyes_of_who_brought_it(
    visit: Visit, intake: Bench
) -> None:
    page = await visit("/health/live")
    signer = Signer(intake.service.settings.signing_key.get_secret_value())
    token = signer.issue(
        "M. de Vries", ["reports:import", "reports:export"], wall_clock(), timedelta(hours=1)
    )
    await page.context.add_cookies([{"name": COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}])
    await page.goto("/invoer")
    await look(page, "invoer")
    await page.get_by_label("Bestand").set_input_files(
        {"name": "oud.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    )
    await page.get_by_role("button", name="Inlezen en bekijken").click()
    await expect(page.get_by_text("Wordt overgeslagen")).to_be_visible()
    await look(page, "invoer-kolommen")
    await page.get_by_role("button", name="Overnemen").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await look(page, "invoer-bezig")
    while await intake.turn("import_rows"):
        pass
    await expect(page.get_by_role("status")).to_contain_text("Klaar.")
    await expect(page.get_by_role("row", name="3 Postcode")).to_be_visible()
    await look(page, "invoer-klaar")

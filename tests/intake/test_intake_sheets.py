"""A desk leaves its spreadsheet behind: every good row is a report with its own date, every bad one is listed."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from python_calamine import load_workbook
from xlsxwriter import Workbook

from chassis.testing import Bench
from contracts.intake import Channel, ReportRegistered, ReportSubmitted

Bearer = Callable[..., dict[str, str]]
SHEETS = "/intake/v1/sheets"
HEADERS = ("Nr.", "Datum melding", "Soort overlast", "Postcode", "Huisnr", "Toev.", "Omschrijving", "Melder", "Tel.",
           "E-mail", "Afgesloten")  # fmt: skip
ROW: tuple[Any, ...] = ("2024-1", "03-03-2024 14:30", "Geluid", "2599 ZX", 101, "bis", "Elke nacht harde muziek.",
       "A. Voorbeeld", "070 000 00 00", "a@example.nl", "1 juni 2024")  # fmt: skip


def excel(rows: Sequence[Sequence[Any]], change: Callable[[Any, Any], None] | None = None) -> bytes:
    made = BytesIO()
    with Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if change:
            change(book, sheet)
    return made.getvalue()


def row(number: str | None = None, **changes: Any) -> tuple[Any, ...]:
    fields = dict(zip(HEADERS, ROW, strict=True)) | {
        key.replace("_", " "): value for key, value in changes.items()
    }
    return (number or fields["Nr."], *list(fields.values())[1:])


def csv(*rows: Sequence[Any], delimiter: str = ";") -> str:
    return "\n".join(delimiter.join(map(str, one)) for one in (HEADERS, *rows))


class Desk:
    """Somebody who brings spreadsheets."""

    def __init__(self, intake: Bench, headers: dict[str, str]) -> None:
        self.intake = intake
        self.headers = headers

    async def upload(self, content: bytes | str) -> Any:
        body = content if isinstance(content, bytes) else content.encode()
        answer = await self.intake.client.post(f"{SHEETS}?name=oud.xlsx", content=body, headers=self.headers)
        return answer.json() | {"status": answer.status_code}

    async def bring(self, content: bytes | str, **how: Any) -> Any:
        """From the file to its end; how it ended."""
        sheet = await self.upload(content)
        assert sheet["status"] == 201, sheet
        begun = await self.intake.client.post(
            f"{SHEETS}/{sheet['sheetId']}/_start", json=how, headers=self.headers
        )
        assert begun.status_code == 202, begun.text
        while await self.intake.turn("import_rows"):
            pass
        return await self.get(f"/{sheet['sheetId']}")

    async def get(self, path: str) -> Any:
        return (await self.intake.client.get(f"{SHEETS}{path}", headers=self.headers)).json()

    async def faults(self, sheet: Any) -> list[tuple[int, str]]:
        listed = await self.get(f"/{sheet['sheetId']}/faults")
        return [(fault["row"], fault["column"]) for fault in listed["faults"]]

    async def submitted(self) -> list[ReportSubmitted]:
        return [message for message in await self.intake.said() if isinstance(message, ReportSubmitted)]


@pytest.fixture
async def desk(on_bench: Callable[..., Awaitable[Bench]], bearer: Bearer) -> Desk:
    return Desk(await on_bench("intake"), bearer("reports:import", "reports:export"))


def counts(sheet: Any) -> tuple[int, int, int]:
    return sheet["added"], sheet["known"], sheet["faulty"]


async def test_a_row_is_the_report_the_api_would_make_with_the_dates_of_the_original(desk: Desk) -> None:
    sheet = await desk.bring(excel([HEADERS, ROW]))
    assert (sheet["state"], *counts(sheet)) == ("done", 1, 0, 0)
    [report] = await desk.submitted()
    assert (report.category, report.channel, report.imported) == ("GEL-ERNST", Channel.IMPORT, True)
    assert report.received_at == datetime(2024, 3, 3, 13, 30, tzinfo=UTC)
    assert report.closed_at == datetime(2024, 5, 31, 22, 0, tzinfo=UTC)
    assert (report.address.key, report.address.street) == ("2599zx-101-bis", "Voorbeeldkade")
    assert (report.reporter.phone, report.reporter.email) == ("+31700000000", "a@example.nl")
    [registered] = [m for m in await desk.intake.said() if isinstance(m, ReportRegistered)]
    assert registered.imported


async def test_the_same_sheet_again_adds_nothing_and_a_longer_one_only_what_is_new(desk: Desk) -> None:
    rows = [row(f"nr-{n}", Omschrijving=f"Melding {n} over muziek") for n in range(3)]
    assert counts(await desk.bring(excel([HEADERS, *rows]))) == (3, 0, 0)
    assert counts(await desk.bring(csv(*rows))) == (0, 3, 0)
    assert counts(await desk.bring(csv(*rows, row("nr-3")))) == (1, 3, 0)
    assert len(await desk.submitted()) == 4


async def test_rows_without_a_number_are_known_by_what_they_say(desk: Desk) -> None:
    rows = [list(row())[1:], list(row(Omschrijving="Iets heel anders."))[1:], list(row())[1:]]
    sheet = excel([HEADERS[1:], *rows])
    assert counts(await desk.bring(sheet)) == (2, 1, 0)
    assert counts(await desk.bring(sheet)) == (0, 3, 0)


async def test_a_number_that_came_before_with_something_else_is_listed_and_not_lost_in_silence(
    desk: Desk,
) -> None:
    await desk.bring(csv(ROW))
    sheet = await desk.bring(csv(row(Omschrijving="Een ander verhaal.")))
    assert counts(sheet) == (0, 0, 1)
    assert await desk.faults(sheet) == [(2, "Nr.")]


async def test_every_bad_row_is_listed_and_the_good_ones_are_reports(desk: Desk) -> None:
    wrong = [
        row("1", Postcode="0123"),
        row("2", Huisnr="naast de kerk"),
        row("3", **{"Datum melding": "gisteren"}),
        row("4", **{"Datum melding": "01-01-2999"}),
        row("5", **{"Soort overlast": "Herrieschopperij"}),
        row("6", Omschrijving=""),
        row("7", **{"E-mail": "geen"}),
        row("8", Afgesloten="01-01-2020"),
    ]
    sheet = await desk.bring(excel([HEADERS, *wrong, row("9")]))
    assert counts(sheet) == (1, 0, 8)
    assert await desk.faults(sheet) == [
        (2, "Postcode"), (3, "Huisnr"), (4, "Datum melding"), (5, "Datum melding"), (6, "Soort overlast"),
        (7, "Omschrijving"), (8, "E-mail"), (9, "Afgesloten"),
    ]  # fmt: skip


async def test_a_dry_run_lists_the_same_and_writes_nothing(desk: Desk) -> None:
    rows = [ROW, row("2", Postcode="0123")]
    looked = await desk.bring(csv(*rows), dryRun=True)
    assert (looked["state"], *counts(looked)) == ("checked", 1, 0, 1)
    assert await desk.faults(looked) == [(3, "Postcode")]
    assert await desk.submitted() == []
    path = f"{SHEETS}/{looked['sheetId']}"
    await desk.intake.client.post(f"{path}/_start", json={}, headers=desk.headers)
    while await desk.intake.turn("import_rows"):
        pass
    assert counts(await desk.get(f"/{looked['sheetId']}")) == (1, 0, 1)
    assert len(await desk.faults(looked)) == 1


async def test_work_that_was_broken_off_goes_on_where_it_was(
    desk: Desk, on_bench: Callable[..., Awaitable[Bench]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from intake.handlers import sheets

    monkeypatch.setattr(sheets, "ROWS_TOGETHER", 2)
    sheet = await desk.upload(csv(*(row(f"nr-{n}") for n in range(5))))
    await desk.intake.client.post(f"{SHEETS}/{sheet['sheetId']}/_start", json={}, headers=desk.headers)
    await desk.intake.turn("import_rows")
    assert (await desk.get(f"/{sheet['sheetId']}"))["done"] == 2
    restarted = await on_bench("intake")
    while await restarted.turn("import_rows"):
        pass
    assert counts(await desk.get(f"/{sheet['sheetId']}")) == (5, 0, 0)
    assert len(await desk.submitted()) == 5


async def test_everything_comes_out_again_and_goes_in_elsewhere_as_the_same(desk: Desk) -> None:
    await desk.bring(csv(ROW, row("2", Omschrijving="=1+1 en <b>vet</b>", Afgesloten="")))
    web = {"category": "STANK", "story": "Rook.", "address": {"postcode": "2599 ZW", "houseNumber": 7}}
    await desk.intake.client.post("/intake/v1/reports", json=web)
    first = await desk.submitted()
    out = await desk.intake.client.get(f"{SHEETS}/_export", headers=desk.headers)
    assert out.headers["content-disposition"].endswith('"meldingen.xlsx"')
    again = await desk.bring(out.content)
    assert counts(again) == (0, 3, 0), "what was exported is known here"
    cells = load_workbook(BytesIO(out.content)).get_sheet_by_index(0).to_python()
    assert [cells[n][0] for n in (1, 2)] == ["2024-1", "2"]
    assert first[2].reference == cells[3][0]
    async with desk.intake.transaction() as tx:
        from sqlalchemy import delete

        from intake.tables import imported, keys, reports

        for table in (keys, imported, reports):
            await tx.execute(delete(table))
    assert counts(await desk.bring(out.content)) == (3, 0, 0)
    second = (await desk.submitted())[3:]
    same = {
        "category",
        "received_at",
        "closed_at",
        "story",
        "address",
        "area",
        "reporter",
        "signals",
        "language",
    }
    assert [one.model_dump(include=same) for one in second] == [one.model_dump(include=same) for one in first]


async def test_a_cell_that_looks_like_a_formula_goes_out_as_text(desk: Desk) -> None:
    await desk.bring(csv(row(Omschrijving="=HYPERLINK(1)")))
    out = await desk.intake.client.get(f"{SHEETS}/_export", headers=desk.headers)
    import zipfile

    sheet = zipfile.ZipFile(BytesIO(out.content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"=HYPERLINK(1)" in sheet


async def test_only_who_may_brings_and_takes(desk: Desk, bearer: Bearer) -> None:
    client = desk.intake.client
    assert (await client.post(SHEETS, content=csv(ROW))).status_code == 401
    desk_of_phones = bearer("reports:phone")
    assert (await client.post(SHEETS, content=csv(ROW), headers=desk_of_phones)).status_code == 403
    assert (await client.get(f"{SHEETS}/_export", headers=bearer("reports:import"))).status_code == 403
    assert (await client.get("/invoer", headers=desk_of_phones)).status_code == 403


async def test_a_sheet_that_runs_cannot_be_started_again(desk: Desk) -> None:
    sheet = await desk.bring(csv(ROW))
    answer = await desk.intake.client.post(
        f"{SHEETS}/{sheet['sheetId']}/_start", json={}, headers=desk.headers
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:woonoverlast:problem:sheet-started")


async def test_columns_that_do_not_say_enough_are_named(desk: Desk) -> None:
    sheet = await desk.upload("Postcode;Huisnummer\n2599 ZX;1\n")
    answer = await desk.intake.client.post(
        f"{SHEETS}/{sheet['sheetId']}/_start", json={}, headers=desk.headers
    )
    assert answer.status_code == 400
    assert "Ontvangen op" in answer.json()["detail"]


async def test_rows_are_forgotten_when_they_are_reports_and_the_sheet_after_a_month(desk: Desk) -> None:
    from sqlalchemy import func, select

    from intake.tables import sheet_rows

    sheet = await desk.bring(csv(ROW))
    async with desk.intake.transaction() as tx:
        assert (await tx.execute(select(func.count()).select_from(sheet_rows))).scalar_one() == 0
    desk.intake.at(datetime(2030, 1, 1, tzinfo=UTC))
    await desk.intake.turn("forget_sheets")
    assert (await desk.get(f"/{sheet['sheetId']}")).get("status") == 404

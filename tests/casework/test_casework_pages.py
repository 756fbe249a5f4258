"""What a director sees."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.testing import Bench
from contracts.catalogue import CATALOGUE
from contracts.intake import Reporter, ReportSubmitted, Signals
from contracts.monitoring import DeadlineApproaching, DeadlineMissed, DeadlineStarted, Promise
from contracts.routing import AssignmentDeclined, AssignmentNoted, AssignmentOffered, ReportAssessed

Example = Callable[..., Any]
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def see(casework: Bench, bearer: Bearer) -> Callable[..., Any]:
    """The text of a page; the file of the only case unless a path is given."""

    async def page(path: str | None = None, *scopes: str) -> str:
        headers = bearer("cases:read", *scopes)
        if path is None:
            (case,) = (await casework.client.get("/casework/v1/cases", headers=headers)).json()["items"]
            path = f"/zaken/{case['caseId']}"
        answer = await casework.client.get(path, headers=headers | {"Accept": "text/html"})
        assert answer.status_code == 200
        assert "style=" not in answer.text
        assert "<script>" not in answer.text
        return " ".join(answer.text.split())

    return page


async def test_without_cases_the_list_says_so(see: Callable[..., Any]) -> None:
    assert "Er zijn nog geen zaken." in await see("/zaken")


async def test_the_list_names_every_case_and_its_nearest_term(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(example(ReportSubmitted), example(DeadlineStarted))
    page = await see("/zaken")
    for words in (
        "2026-000001",
        "Burenruzie",
        "Voorbeeldkade 12 A",
        "ma 9 mrt 2026",
        "Licht",
        "nog 2 dagen",
    ):
        assert words in page
    assert "eerste antwoord van Woningstichting Demo</small>" in page


async def test_the_list_has_pages(
    casework: Bench, another_report: Callable[..., ReportSubmitted], see: Callable[..., Any]
) -> None:
    await casework.hears(*(another_report(at=f"nr-{number}") for number in range(26)))
    first, second, third = [await see(f"/zaken?pagina={number}") for number in (1, 2, 3)]
    assert "2026-000026" in first
    assert "Pagina 1 van 2" in first
    assert "Oudere" in first
    assert "Nieuwere" not in first
    assert "2026-000001" in second
    assert "2026-000026" not in second
    assert "Nieuwere" in second
    assert "Op deze bladzijde staan geen zaken." in third


async def test_a_case_of_everything_that_can_happen_renders(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(*(example(entry.message) for entry in CATALOGUE if "casework" in entry.readers))
    page = await see()
    for words in (
        "Burenruzie, Voorbeeldkade 12",
        "Demobuurt-Noord",
        "Zorgspoor",
        "Handhavingsspoor",
        "GGZ Demostad",
        "maatregel genomen",
        "nee: te weinig gegevens",
        "niet bereikt",
        "Noor Voorbeeld",
        "huurt van een corporatie",
        "Ik durf niet aan te bellen.",
        "Bevestiging aan de melder verstuurd",
    ):
        assert words in page


async def test_a_track_that_is_not_in_play_says_so(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(example(ReportSubmitted))
    assert (await see()).count("niet in gang") == 2
    await casework.hears(example(ReportAssessed, tracks=("care",)))
    page = await see()
    assert page.count("niet in gang") == 1
    assert "nog niemand gevraagd" in page
    await casework.hears(example(AssignmentOffered, track="care"))
    assert "actief" in await see()
    await casework.hears(example(AssignmentDeclined, assignment_id=example(AssignmentOffered).assignment_id))
    assert "alle antwoorden binnen" in await see()


@pytest.mark.parametrize(
    ("now", "warned", "badge"),
    [
        (datetime(2026, 3, 10, 8, tzinfo=UTC), False, "msw-badge--notice"),
        (datetime(2026, 3, 12, 8, tzinfo=UTC), True, "msw-badge--almost"),
        (datetime(2026, 3, 13, 8, tzinfo=UTC), True, "msw-badge--late"),
    ],
)
async def test_a_partner_that_is_waited_for_shows_how_long(
    casework: Bench, example: Example, see: Callable[..., Any], now: datetime, badge: str, *, warned: bool
) -> None:
    await casework.hears(example(ReportSubmitted), example(AssignmentOffered), example(DeadlineStarted))
    if warned:
        await casework.hears(example(DeadlineApproaching))
    casework.at(now)
    partners = (await see()).partition("<caption>Partners")[2].partition("</table>")[0]
    assert badge in partners
    assert ("te laat" in partners) is (badge == "msw-badge--late")


async def test_when_the_reporter_must_hear_is_among_the_facts(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(example(ReportSubmitted))
    assert "Reactie vóór" not in await see()
    await casework.hears(
        example(DeadlineMissed, promise=Promise.CONFIRMATION, assignment_id=None, holder="desk")
    )
    assert "Reactie vóór" in await see()


async def test_a_complex_case_says_why(casework: Bench, example: Example, see: Callable[..., Any]) -> None:
    await casework.hears(example(ReportSubmitted, signals=Signals(danger=True)))
    page = await see()
    assert "Complex" in page
    assert "Gevaar gemeld" in page


async def test_a_care_note_is_shown_to_who_reads_care_alone(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(
        example(ReportSubmitted),
        example(AssignmentNoted, track="care", text="Bekend bij de wijkverpleegkundige."),
    )
    without = await see()
    assert "wijkverpleegkundige" not in without
    assert "alleen zorgspoor" in without
    assert "wijkverpleegkundige" in await see(None, "care:read")


async def test_who_stays_anonymous_has_no_name(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(example(ReportSubmitted, reporter=Reporter(anonymous=True)))
    page = await see()
    assert "1 (1 anoniem)" in page
    assert "anoniem</dd>" in page


async def test_what_a_reporter_writes_is_never_markup(
    casework: Bench, example: Example, see: Callable[..., Any]
) -> None:
    await casework.hears(
        example(ReportSubmitted, story="<script>alert(1)</script>"),
        example(AssignmentNoted, text="<img src=x onerror=alert(1)>"),
    )
    page = await see()
    assert "&lt;script&gt;" in page
    assert "<img src=x" not in page

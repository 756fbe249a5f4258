"""The page of what waits for a decision, and the page on which it is taken."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from contracts.casework import CaseJoined
from contracts.intake import ReportSubmitted, Tenure
from routing.domain.assignments import State

if TYPE_CHECKING:
    from .conftest import Directed

NewReport = Callable[..., ReportSubmitted]
READS = ("assignments:read",)
DIRECTS = ("assignments:read", "assignments:direct")


@pytest.fixture
def see(bearer: Callable[..., dict[str, str]]) -> Callable[..., Any]:
    """The status and the text of a page."""

    async def page(city: "Directed", path: str, *scopes: str, **filled: str) -> tuple[int, str]:
        headers = bearer(*(scopes or DIRECTS), name="M. de Vries") | {"Accept": "text/html"}
        client = city.bench.client
        answer = await (
            client.post(path, data=filled, headers=headers, follow_redirects=True)
            if filled
            else client.get(path, headers=headers, follow_redirects=True)
        )
        assert "style=" not in answer.text
        return answer.status_code, unescape(" ".join(answer.text.split()))

    return page


def seen(page: str) -> str:
    """The mark that the forms of a page carry."""
    found = re.search(r'name="gezien" value="([^"]+)"', page)
    assert found
    return found[1]


async def everything_waits(city: "Directed", new_report: NewReport) -> None:
    """One of each reason to wait, each a minute after the other."""
    calm = {"danger": False, "children": False}
    await city.hears_of(new_report(category="VERWARD", reporter={"tenure": Tenure.OWNER}, signals=calm))
    await city.misses("police")
    await city.answers("ggz", State.DECLINED, reason="no-capacity")
    await city.answers("neighbourhood-team", State.INFORMATION_NEEDED)
    await city.hears_of(new_report(category="OVERIG", reporter={"tenure": Tenure.OWNER}, signals=calm))


async def test_where_nothing_waits_the_list_says_so(worry: "Directed", see: Callable[..., Any]) -> None:
    _, page = await see(worry, "/uitzettingen")
    assert "Niets wacht op een besluit" in page
    assert "<table" not in page


async def test_the_list_has_what_waits_with_why_and_where(
    city: "Directed", new_report: NewReport, see: Callable[..., Any]
) -> None:
    await everything_waits(city, new_report)
    _, page = await see(city, "/uitzettingen")
    assert page.count("<tr>") == 1 + 4
    for words in (
        "Geen antwoord",
        "Niet opgepakt",
        "geen ruimte",
        "Wil meer weten",
        "Voor het meldpunt",
        "Het meldpunt beoordeelt dit zelf.",
        "nog geen zaak",
        "Verward of zorgwekkend gedrag, Demobuurt-Noord",
    ):
        assert words in page


async def test_what_cannot_be_delivered_says_why(
    as_shipped: "Directed", new_report: NewReport, see: Callable[..., Any]
) -> None:
    await as_shipped.hears_of(new_report(category="GEL-LEEF", reporter={"tenure": Tenure.OWNER}))
    _, page = await see(as_shipped, "/uitzettingen")
    assert "niet aangesloten: vraag het zelf." in page


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("wacht=declined", 1),
        ("wacht=desk", 1),
        ("spoor=care", 4),
        ("spoor=enforcement", 0),
        ("partner=ggz", 1),
        ("wacht=declined&partner=police", 0),
        ("wacht=onzin&spoor=onzin&partner=onzin", 4),
        ("pagina=2", 0),
    ],
)
async def test_the_list_is_sieved(
    city: "Directed", new_report: NewReport, see: Callable[..., Any], query: str, rows: int
) -> None:
    await everything_waits(city, new_report)
    status, page = await see(city, f"/uitzettingen?{query}")
    assert (status, max(0, page.count("<tr>") - 1)) == (200, rows)
    assert ("Hier wacht niets dat zo is." in page) is (rows == 0)


async def test_the_list_leads_to_the_case(worry: "Directed", see: Callable[..., Any]) -> None:
    await worry.misses("police")
    case_id = uuid4()
    now = worry.bench.service.database.clock()
    await worry.bench.hears(
        CaseJoined(case_id=case_id, number="2026-000451", report_id=worry.report_id, reports=2, joined_at=now)
    )
    _, page = await see(worry, "/uitzettingen")
    assert f'href="/zaken/{case_id}">2026-000451' in page


async def test_the_page_of_an_assignment_says_why_and_what_happened(
    worry: "Directed", see: Callable[..., Any]
) -> None:
    await worry.answers("neighbourhood-team", State.IN_PROGRESS, finding="refused")
    one = await worry.of("ggz")
    _, page = await see(worry, f"/uitzettingen/{one.assignment_id}")
    for words in (
        "Iemand lijkt in de war: zorg eerst.",
        "soort: Verward of zorgwekkend gedrag",
        "bevinding van Sociaal wijkteam: hulp geweigerd",
        "ermee bezig: hulp geweigerd",
        "Opnieuw beoordeeld",
        "Haagse Pandbrigade wordt nu ook gevraagd.",
        "heeft de regie",
        "wacht op het andere spoor",
    ):
        assert words in page
    _, same = await see(worry, f"/uitzettingen/melding/{worry.report_id}")
    assert one.question in same


async def test_another_is_asked_from_the_page_and_the_history_says_who_did_it(
    worry: "Directed", see: Callable[..., Any]
) -> None:
    await worry.answers("ggz", State.DECLINED, reason="not-ours")
    path = f"/uitzettingen/{(await worry.of('ggz')).assignment_id}"
    _, page = await see(worry, path)
    status, done = await see(
        worry,
        f"{path}/reassign",
        partner="health-service",
        dagen="3",
        waarom="declined",
        gezien=seen(page),
    )
    assert status == 200
    assert "Gedaan: u vroeg GGD in plaats hiervan." in done
    assert "M. de Vries vroeg GGD in plaats hiervan: de partner pakt het niet op" in done
    assert (await worry.of("health-service")).state is State.PREPARED


@pytest.mark.parametrize(
    ("act", "filled", "words"),
    [
        ("reassign", {"waarom": "other"}, "Kies wie u wilt vragen."),
        ("reassign", {"partner": "ggz"}, "Kies een reden."),
        ("reassign", {"partner": "corporation", "waarom": "other", "dagen": "veel"}, "Vul een termijn in"),
        ("reassign", {"partner": "corporation", "waarom": "other", "dagen": "61"}, "Vul een termijn in"),
        ("withdraw", {"waarom": "not-needed"}, "Vink aan dat u het zeker weet."),
        ("withdraw", {"waarom": "zomaar", "zeker": "ja"}, "Kies een reden."),
        ("reassign", {"partner": "weg", "waarom": "other"}, "Het register kent geen partner 'weg'."),
        ("reassign", {"partner": "ggz", "waarom": "other"}, "GGZ is over deze melding al gevraagd."),
        ("conclude", {"uitkomst": "solved"}, "Dit kan niet bij een vraag die zo ver is."),
        ("conclude", {"uitkomst": "x"}, "Kies een uitkomst."),
        ("clarify", {"toelichting": " "}, "Vul een toelichting in"),
        ("adopt", {"waarom": "other", "gezien": "oud"}, "Er is intussen iets veranderd"),
    ],
)
async def test_what_is_wrong_stands_on_top_and_nothing_is_changed(
    worry: "Directed", see: Callable[..., Any], act: str, filled: dict[str, str], words: str
) -> None:
    before = await worry.asked()
    path = f"/uitzettingen/{(await worry.of('police')).assignment_id}"
    status, page = await see(worry, f"{path}/{act}", **filled)
    assert status in {400, 409}
    summary = page.partition('class="msw-errors"')[2].partition("</ul>")[0]
    assert words in summary
    [target] = set(re.findall(r'href="#([^"]+)"', summary))
    assert f'id="{target}"' in page
    assert await worry.asked() == before


async def test_who_may_only_read_sees_no_forms_and_can_do_nothing(
    worry: "Directed", see: Callable[..., Any]
) -> None:
    path = f"/uitzettingen/{(await worry.of('police')).assignment_id}"
    _, page = await see(worry, path, *READS)
    assert 'name="gezien"' not in page
    status, _ = await see(worry, f"{path}/adopt", *READS, waarom="other")
    assert status == 403


@pytest.mark.parametrize("path", [f"/uitzettingen/{UUID(int=7)}", f"/uitzettingen/melding/{UUID(int=7)}"])
async def test_an_assignment_that_is_not_there_is_a_page_too(
    worry: "Directed", see: Callable[..., Any], path: str
) -> None:
    status, page = await see(worry, path)
    assert status == 404
    assert "Deze pagina is er niet" in page

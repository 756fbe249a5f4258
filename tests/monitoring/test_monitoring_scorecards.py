"""How a partner does, counted by PostgreSQL: each definition by example, over HTTP and as a file for a spreadsheet."""

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chassis.testing import Bench

if TYPE_CHECKING:
    from .conftest import Chain

URL = "/monitoring/v1/partners"
Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def watching(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read")


async def history(monitoring: Bench, chain: "Chain") -> None:
    """Nine questions to the police at noon, each with a term of four hours, and one to mental-health care."""

    def ask() -> "Chain":
        return replace(chain, report_id=uuid4(), assignment_id=uuid4())

    swift, slow, silent, quiet, late = (ask() for _ in range(5))
    declining, lost, unasked, asking = (ask() for _ in range(4))
    ggz = replace(ask(), partner="ggz", partner_name="GGZ")
    everybody = (swift, slow, silent, quiet, late, declining, lost, unasked, asking, ggz)
    await monitoring.hears(*(one.offered(hours=4) for one in everybody))
    await monitoring.hears(
        swift.accepted(1),
        slow.accepted(2),
        silent.accepted(3),
        quiet.accepted(3),
        declining.declined(1),
        unasked.withdrawn(1),
        asking.queried(2),
        swift.answered(3),
        ggz.answered(1),
    )
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    await monitoring.hears(late.accepted(6), slow.answered(9))
    monitoring.at(chain.after(10))
    await monitoring.turn("fire_due")


async def test_what_is_counted_is_what_the_definitions_say(
    monitoring: Bench, chain: "Chain", watching: dict[str, str]
) -> None:
    await history(monitoring, chain)
    answer = (await monitoring.client.get(URL, headers=watching)).json()
    assert (answer["since"], answer["until"]) == ("2026-08-26", "2026-11-23")
    ggz, police = answer["items"]
    assert police == {
        "partner": "police",
        "name": "Politie",
        "asked": 9,
        "firstAnswer": {"punctual": 6, "ended": 8, "percent": 75},
        "result": {"punctual": 1, "ended": 5, "percent": 20},
        "pace": {"answers": 7, "medianWorkingHours": 2.0, "p90WorkingHours": 3.4},
        "declined": 1,
        "declines": [{"reason": "not-ours", "count": 1}],
        "load": {"open": 5, "late": 4, "waiting": 1},
    }
    assert ggz["firstAnswer"] == {"punctual": 1, "ended": 1, "percent": None}
    assert ggz["pace"] == {"answers": 1, "medianWorkingHours": None, "p90WorkingHours": None}


async def test_one_partner_has_its_trend_its_clocks_and_its_own_periods(
    monitoring: Bench, chain: "Chain", watching: dict[str, str]
) -> None:
    await history(monitoring, chain)
    get = monitoring.client.get
    police = (await get(f"{URL}/police", headers=watching)).json()
    assert police["trend"][-1] == {
        "begins": "2026-11-23",
        "asked": 9,
        "firstAnswer": {"punctual": 6, "ended": 8, "percent": 75},
    }
    assert [one["asked"] for one in police["trend"][:-1]] == [0] * 13
    before = {"since": "2026-01-01", "until": "2026-11-22"}
    long_ago = (await get(f"{URL}/police", params=before, headers=watching)).json()
    assert (long_ago["asked"], long_ago["load"]["open"], len(long_ago["trend"])) == (0, 5, 11)
    clocks = (await get(f"{URL}/police/clocks", headers=watching)).json()["items"]
    assert sorted((one["promise"], one["state"]) for one in clocks) == [
        ("first-answer", "missed"),
        *[("result", "missed")] * 3,
        ("result", "paused"),
    ]


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/nobody", 404, "no-such-partner"),
        ("/desk", 404, "no-such-partner"),
        ("/nobody/clocks", 404, "no-such-partner"),
        ("?since=2026-03-01&until=2026-02-01", 400, "not-a-period"),
        ("?since=2020-03-01&until=2026-02-01", 400, "not-a-period"),
        ("?since=yesterday", 400, "invalid"),
        ("?until=0001-01-01", 400, "not-a-period"),
        ("?since=9999-12-01&until=9999-12-31", 400, "not-a-period"),
        ("/%00", 400, "invalid"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_reason(
    monitoring: Bench, chain: "Chain", watching: dict[str, str], path: str, status: int, kind: str
) -> None:
    await monitoring.hears(chain.registered())
    answer = await monitoring.client.get(URL + path, headers=watching)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert kind in answer.json()["type"]


async def test_the_spreadsheet_opens_with_its_columns_and_says_no_share_of_too_few(
    monitoring: Bench, chain: "Chain", watching: dict[str, str]
) -> None:
    await history(monitoring, chain)
    answer = await monitoring.client.get("/toezicht/partners.csv", headers=watching)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    ggz, police = csv.DictReader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
    assert (police["Eerste antwoord op tijd (%)"], police["Negen van de tien binnen (werkuren)"]) == (
        "75",
        "3,4",
    )
    assert (police["Niet opgepakt: hoort niet bij deze partner"], police["Nu te laat"]) == ("1", "4")
    assert (ggz["Naam"], ggz["Gevraagd"], ggz["Eerste antwoord op tijd (%)"]) == ("GGZ", "1", "")
    wrong = await monitoring.client.get("/toezicht/partners.csv?van=x&tot=y", headers=watching)
    assert wrong.status_code == 400

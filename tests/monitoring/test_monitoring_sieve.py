"""The board is sieved by what its address asks, and its counters, its stream and its chips follow."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from chassis.testing import Bench
from contracts.intake import Area
from monitoring.domain.attention import Act, Deed, SnoozeReason
from monitoring.domain.board import Sieve, Urgency, passes
from monitoring.domain.clocks import Promise
from monitoring.handlers.attention import attend
from monitoring.main import terms_of
from monitoring.settings import Settings
from monitoring.store import board

from .test_monitoring_board import rows, tiles

if TYPE_CHECKING:
    from .conftest import Chain

TERMS = terms_of(Settings(signing_key="k" * 32, database_url="nowhere", amqp_url="nowhere"))
Bearer = Callable[..., dict[str, str]]
ME, OTHER = "S. Voorbeeld", "T. Jansen"


@pytest.fixture
def headers(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name=ME) | {"Accept": "text/html"}


@pytest.fixture
async def busy(monitoring: Bench, chain: "Chain") -> Bench:
    """A board with one of everything: late with the police (mine), almost with the GGZ (theirs), stranded, late by us."""
    elsewhere = replace(chain, report_id=uuid4(), assignment_id=uuid4())
    ggz = replace(elsewhere, partner="ggz", partner_name="GGZ")
    stranded = replace(chain, report_id=uuid4(), assignment_id=uuid4())
    area = Area(code="BU05180002", name="Demobuurt-Zuid", year=2026)
    await monitoring.hears(
        chain.registered(),
        chain.offered(hours=4),
        ggz.registered(reachable=False).model_copy(update={"area": area, "category_name": "Vervuiling"}),
        ggz.offered(hours=6),
        stranded.undeliverable(),
    )
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    async with monitoring.transaction() as tx:
        for one in await board.list_concerns(tx, Sieve(), 50):
            who = {"police": ME, "ggz": OTHER}.get(one.holder)
            if who:
                await attend(Deed(one.concern_id, Act.TAKE, who, tx.now), None, tx, TERMS)
    return monitoring


SIEVES = [
    Sieve(*choice)
    for choice in product(
        (None, *Urgency),
        (None, Promise.FIRST_ANSWER),
        (None, "police", "desk"),
        (None, "Vervuiling"),
        (None, "Demobuurt-Noord"),
        (None, ME),
        (False, True),
    )
]


async def test_the_database_and_the_stream_sieve_alike(busy: Bench) -> None:
    async with busy.transaction() as tx:
        everything = await board.list_concerns(tx, Sieve(), 50)
        assert len(everything) == 4
        for sieve in SIEVES:
            found = await board.list_concerns(tx, sieve, 50)
            assert found == [one for one in everything if passes(one, sieve)]
            assert await board.count_concerns(tx, sieve) == len(found)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 4),
        ({"ernst": "te-laat"}, 2),
        ({"ernst": "bijna"}, 1),
        ({"ernst": "let-op"}, 1),
        ({"ernst": "heel-erg"}, 4),
        ({"bij": "ggz"}, 1),
        ({"bij": "desk"}, 2),
        ({"bij": "\x00"}, 4),
        ({"pakt": "mij"}, 1),
        ({"pakt": "niemand"}, 2),
        ({"belofte": "confirmation"}, 1),
        ({"soort": "Vervuiling"}, 1),
        ({"wijk": "Demobuurt-Noord"}, 2),
        ({"wijk": "Demobuurt-Noord", "bij": "police"}, 1),
        ({"pagina": "nul"}, 4),
    ],
)
async def test_an_address_asks_for_a_part_of_the_board(
    busy: Bench, headers: dict[str, str], asked: dict[str, str], found: int
) -> None:
    page = (await busy.client.get(f"/toezicht?{urlencode(asked)}", headers=headers)).text
    assert len(rows(page)) == found


async def test_the_counters_follow_the_filter(busy: Bench, headers: dict[str, str]) -> None:
    async def counted(query: str) -> list[str]:
        return list(tiles((await busy.client.get(f"/toezicht{query}", headers=headers)).text).values())

    assert await counted("") == ["2", "1", "2", "0%"]
    assert await counted("?bij=ggz") == ["0", "1", "1", "–"]
    assert await counted("?wijk=Demobuurt-Noord") == ["2", "0", "1", "0%"]
    assert await counted("?pakt=mij") == ["1", "0", "2", "0%"]


async def test_a_filter_is_kept_by_the_live_part_and_can_be_taken_off(
    busy: Bench, headers: dict[str, str]
) -> None:
    page = (await busy.client.get("/toezicht?ernst=te-laat&bij=police", headers=headers)).text
    assert 'hx-get="/toezicht/bord?ernst=te-laat&amp;bij=police"' in page
    assert 'hx-sse:connect="/toezicht/stroom?ernst=te-laat&amp;bij=police&amp;sinds=' in page
    chips = re.findall(r'<a class="msw-chip" href="([^"]+)">.*?</span>([^<]+)<', page)
    assert chips == [("/toezicht?bij=police", "Te laat"), ("/toezicht?ernst=te-laat", "Bij Politie")]
    plain = await busy.client.get("/toezicht/bord?ernst=te-laat", headers=headers)
    assert (plain.status_code, plain.headers["location"]) == (303, "/toezicht?ernst=te-laat")
    part = await busy.client.get("/toezicht/bord?bij=ggz", headers=headers | {"HX-Request": "true"})
    assert len(rows(part.text)) == 1


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Geen termijnen die aandacht vragen"),
        ("?ernst=te-laat", "Niets is te laat"),
        ("?pakt=mij", "U pakt niets op"),
        ("?pakt=niemand", "Alles is opgepakt"),
        ("?uitgesteld=ja", "Niets is uitgesteld"),
        ("?bij=police&ernst=bijna", "Niets past bij deze filters"),
        ("?pagina=7", "Deze pagina is leeg"),
    ],
)
async def test_an_empty_board_says_why_it_is_empty(
    monitoring: Bench, headers: dict[str, str], query: str, said: str
) -> None:
    assert said in (await monitoring.client.get(f"/toezicht{query}", headers=headers)).text


async def test_what_is_put_off_stands_behind_a_link(
    busy: Bench, headers: dict[str, str], chain: "Chain"
) -> None:
    async with busy.transaction() as tx:
        first, *_ = await board.list_concerns(tx, Sieve(holder="police"), 1)
        snooze = Deed(first.concern_id, Act.SNOOZE, ME, tx.now, until=chain.after(9), why=SnoozeReason.AGREED)
        await attend(snooze, None, tx, TERMS)
    page = (await busy.client.get("/toezicht?wijk=Demobuurt-Noord", headers=headers)).text
    assert len(rows(page)) == 1
    assert 'href="/toezicht?wijk=Demobuurt-Noord&amp;uitgesteld=ja">Uitgesteld (1)' in page
    assert tiles(page)["te laat"] == "2"
    away = (await busy.client.get("/toezicht?uitgesteld=ja", headers=headers)).text
    assert ["komt terug ma 23 nov 22.00" in row for row in rows(away)] == [True]


async def test_more_than_a_page_is_on_the_next(
    monitoring: Bench, headers: dict[str, str], chain: "Chain"
) -> None:
    many = [replace(chain, assignment_id=uuid4()) for _ in range(53)]
    await monitoring.hears(*(one.offered(hours=4) for one in many))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    first = (await monitoring.client.get("/toezicht?bij=police", headers=headers)).text
    assert (len(rows(first)), "Pagina 1 van 2" in first) == (50, True)
    following = re.findall(r'href="([^"]+)"[^>]*>Volgende', first)
    assert following == ["/toezicht?bij=police&amp;pagina=2"]
    second = (await monitoring.client.get("/toezicht?bij=police&pagina=2", headers=headers)).text
    assert len(rows(second)) == 3
    ids = re.findall(r'<tr id="(c-[^"]+)', first + second)
    assert len(set(ids)) == 53


async def test_the_wall_has_the_most_urgent_and_nothing_to_do(
    busy: Bench, headers: dict[str, str], chain: "Chain"
) -> None:
    many = [replace(chain, assignment_id=uuid4()) for _ in range(6)]
    await busy.hears(*(one.offered(hours=4) for one in many))
    await busy.turn("fire_due")
    page = (await busy.client.get("/toezicht/wand", headers=headers)).text
    assert len(rows(page)) == 6
    assert all(row.startswith("Te laat") for row in rows(page))
    assert "en nog 4" in page
    assert "<form" not in page
    assert list(tiles(page).values()) == ["8", "1", "8", "0%"]
    sieved = (await busy.client.get("/toezicht/wand?bij=ggz", headers=headers)).text
    assert len(rows(sieved)) == 1
    assert "Toezicht op termijnen, Bij GGZ" in sieved
    part = await busy.client.get("/toezicht/wand/bord?bij=ggz", headers=headers | {"HX-Request": "true"})
    assert (len(rows(part.text)), "<html" in part.text) == (1, False)
    plain = await busy.client.get("/toezicht/wand/bord?bij=ggz", headers=headers)
    assert plain.headers["location"] == "/toezicht/wand?bij=ggz"


async def test_boards_that_ask_the_same_are_given_the_same_until_something_changes(
    busy: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    async def part(who: str) -> str:
        asks = bearer("deadlines:read", "deadlines:act", name=who) | {"HX-Request": "true"}
        return (await busy.client.get("/toezicht/bord", headers=asks)).text

    await busy.turn("look")
    assert await part("A. Een") == await part("B. Twee")
    assert await part(ME) != await part("B. Twee")
    await busy.hears(chain.accepted(5))
    await busy.turn("look")
    assert len(rows(await part("B. Twee"))) == 3

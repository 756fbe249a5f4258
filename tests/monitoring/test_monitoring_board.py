"""The board shows what asks for attention, and the bell rings when that changes."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chassis.testing import Bench
from monitoring.adapters import bell as bells
from monitoring.adapters.bell import Bell, Ring
from monitoring.domain.attention import Attention
from monitoring.domain.board import Concern, Urgency
from monitoring.domain.clocks import Promise
from monitoring.pages.board_words import sentence

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def headers(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read") | {"Accept": "text/html"}


def rows(page: str) -> list[str]:
    """The rows of the table as a reader sees them."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


def tiles(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))


async def test_an_empty_board_says_so(monitoring: Bench, headers: dict[str, str]) -> None:
    page = (await monitoring.client.get("/toezicht", headers=headers)).text
    assert "Geen termijnen die aandacht vragen" in page
    assert tiles(page) == {
        "te laat": "0",
        "bijna te laat": "0",
        "wachten op partner": "0",
        "op tijd deze week": "–",
    }


async def test_the_board_shows_the_most_urgent_first(
    monitoring: Bench, headers: dict[str, str], chain: "Chain"
) -> None:
    almost = replace(chain, assignment_id=uuid4(), partner="ggz", partner_name="GGZ")
    unsent = replace(
        chain, report_id=uuid4(), assignment_id=uuid4(), partner="shelter", partner_name="Opvang"
    )
    late = replace(chain, assignment_id=uuid4(), partner="corporation", partner_name="Corporatie")
    later = replace(chain, report_id=uuid4(), began=chain.after(-20))
    await monitoring.hears(
        chain.registered(),
        chain.opened(),
        almost.offered(hours=30),
        unsent.undeliverable(),
        late.offered(hours=4),
        later.registered(),
    )
    await monitoring.hears(chain.confirmed(0.5))
    monitoring.at(chain.after(28))
    await monitoring.turn("fire_due")
    page = (await monitoring.client.get("/toezicht", headers=headers)).text
    assert rows(page) == [
        "Te laat nieuw nog geen zaak Demobuurt-Noord, Geluid, ernstig of herhaald Bevestiging aan melder Meldpunt 1 dag te laat zo 22 nov 18.00 –",
        "Te laat nieuw 2026-000451 Demobuurt-Noord, Geluid, ernstig of herhaald Eerste antwoord Corporatie 1 dag te laat ma 23 nov 17.00 –",
        "Bijna nieuw 2026-000451 Demobuurt-Noord, Geluid, ernstig of herhaald Eerste antwoord GGZ nog 2 uur di 24 nov 19.00 –",
        "Let op nog geen zaak Zelf uitzetten bij Opvang Meldpunt sinds ma 23 nov 13.00 –",
    ]
    assert f'href="/zaken/{chain.report_id}"' in page
    # Of the week: one met in time and one missed. The other missed term ended on Sunday.
    assert tiles(page) == {
        "te laat": "2",
        "bijna te laat": "1",
        "wachten op partner": "2",
        "op tijd deze week": "50%",
    }


async def test_what_was_stranded_leaves_the_board_when_it_arrives(
    monitoring: Bench, headers: dict[str, str], chain: "Chain"
) -> None:
    await monitoring.hears(chain.registered(), chain.undeliverable(), chain.confirmation_failed())
    page = (await monitoring.client.get("/toezicht", headers=headers)).text
    assert {row.partition(" Meldpunt")[0] for row in rows(page)} == {
        "Let op nieuw nog geen zaak Demobuurt-Noord, Geluid, ernstig of herhaald Zelf uitzetten bij Politie",
        "Let op nieuw nog geen zaak Demobuurt-Noord, Geluid, ernstig of herhaald Melder zelf inlichten, bevestiging niet bezorgd",
    }
    await monitoring.hears(chain.accepted(2), chain.confirmed(2))
    assert await monitoring.aside() == []
    assert "Geen termijnen" in (await monitoring.client.get("/toezicht", headers=headers)).text


async def test_only_who_may_sees_the_board(monitoring: Bench, bearer: Bearer) -> None:
    for path in ("/toezicht", "/toezicht/bord", "/toezicht/stroom", "/toezicht/wand", "/toezicht/wand/bord"):
        assert (await monitoring.client.get(path)).status_code == 401
        assert (await monitoring.client.get(path, headers=bearer("cases:read"))).status_code == 403


async def test_the_board_without_its_page_is_for_htmx_alone(
    monitoring: Bench, headers: dict[str, str]
) -> None:
    plain = await monitoring.client.get("/toezicht/bord", headers=headers)
    assert (plain.status_code, plain.headers["location"]) == (303, "/toezicht")
    part = await monitoring.client.get("/toezicht/bord", headers=headers | {"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    signed_out = await monitoring.client.get(
        "/toezicht/bord", headers={"HX-Request": "true", "Accept": "text/html"}
    )
    assert signed_out.status_code == 401


async def test_a_stream_that_nobody_watches_for_is_refused(
    monitoring: Bench, headers: dict[str, str]
) -> None:
    assert (await monitoring.client.get("/toezicht/stroom", headers=headers)).status_code == 503


def a_concern(urgency: Urgency = Urgency.LATE, number: str | None = "2026-000451") -> Concern:
    at, concern_id = datetime(2026, 11, 23, 12, tzinfo=UTC), uuid4()
    return Concern(
        concern_id=concern_id,
        report_id=uuid4(),
        urgency=urgency,
        promise=Promise.FIRST_ANSWER,
        holder="police",
        holder_name="Politie",
        at=at,
        alerted_at=at,
        case_id=uuid4(),
        case_number=number,
        category_name="Geluid",
        area_name=None,
        attention=Attention(concern_id),
    )


def test_a_sentence_tells_what_is_new() -> None:
    assert sentence(()) == ""
    assert sentence((a_concern(),)) == "Te laat: Eerste antwoord, Politie, zaak 2026-000451."
    assert sentence((a_concern(Urgency.ALMOST, None),)) == "Bijna: Eerste antwoord, Politie, nog geen zaak."
    assert sentence((a_concern(Urgency.STRANDED),)) == (
        "Let op: Zelf uitzetten bij Politie, Meldpunt, zaak 2026-000451."
    )
    assert sentence((a_concern(), a_concern())) == "2 termijnen vragen nu aandacht."


async def collect(rings: AsyncIterator[Ring], heard: list[Ring]) -> None:
    heard.extend([ring async for ring in rings])


async def test_every_open_board_hears_a_ring_and_only_what_is_new_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bells, "PATIENCE_SECONDS", 0.2)
    bell, one, other = Bell(), list[Ring](), list[Ring]()
    old, new = a_concern(Urgency.ALMOST), a_concern()
    bell.watched()
    bell.ring(7, [old])
    boards = [
        asyncio.create_task(collect(bell.rings(since), heard)) for since, heard in ((7, one), (3, other))
    ]
    await asyncio.sleep(0.01)
    bell.ring(8, [new, old])
    await asyncio.sleep(0.01)
    bell.ring(9, [replace(old, urgency=Urgency.LATE), new])
    async with asyncio.timeout(2):
        await asyncio.gather(*boards)
    assert one == [Ring(8, (new,)), Ring(9, (replace(old, urgency=Urgency.LATE),))]
    assert other == [Ring(7), *one]


async def test_a_glance_rings_only_when_something_changed(monitoring: Bench, chain: "Chain") -> None:
    bell = next(job for job in monitoring.service.jobs if job.name == "look").turn.keywords["bell"]  # type: ignore[attr-defined]
    await monitoring.turn("look")
    first = bell.last
    assert bell.is_watched()
    await monitoring.turn("look")
    assert bell.last is first
    await monitoring.hears(chain.offered(hours=4))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    await monitoring.turn("look")
    assert bell.last.version > first.version
    assert [concern.holder_name for concern in bell.last.fresh] == ["Politie"]

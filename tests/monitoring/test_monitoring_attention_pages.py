"""What people do on the board and on the page of a term, and what they see when it is refused."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from deeds import ME, OTHER, a_miss, act

from chassis.testing import Bench
from monitoring.domain.attention import Act

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]


@pytest.fixture
def mine(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name=ME) | {"Accept": "text/html"}


@pytest.fixture
def theirs(bearer: Bearer) -> dict[str, str]:
    return bearer("deadlines:read", "deadlines:act", name=OTHER) | {"Accept": "text/html"}


ROW = {"gezien": "0", "terug": "bord"}


async def test_a_plain_post_from_the_board_leads_back_to_the_same_board(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    went = await monitoring.client.post(
        f"/toezicht/termijn/{concern_id}/take?ernst=te-laat", headers=mine, data=ROW
    )
    assert (went.status_code, went.headers["location"]) == (303, "/toezicht?ernst=te-laat&gedaan=take")
    page = (await monitoring.client.get(went.headers["location"], headers=mine)).text
    assert "U pakt dit op." in page
    assert "Loslaten" in page


async def test_by_htmx_the_board_comes_back_with_what_came_of_it(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    went = await monitoring.client.post(
        f"/toezicht/termijn/{concern_id}/take", headers=mine | {"HX-Request": "true"}, data=ROW
    )
    assert went.status_code == 200
    assert "<html" not in went.text
    assert "U pakt dit op." in went.text.partition('id="uitslag"')[2]


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
async def test_who_comes_second_sees_the_board_as_it_is_and_why(
    monitoring: Bench, mine: dict[str, str], theirs: dict[str, str], chain: "Chain", htmx: dict[str, str]
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}/take"
    await monitoring.client.post(address, headers=theirs, data=ROW)
    went = await monitoring.client.post(address, headers=mine | htmx, data=ROW)
    assert went.status_code == 409
    assert "T. Jansen pakt dit intussen op. Kijk opnieuw en beslis dan." in went.text
    assert 'data-l="Pakt op" class="msw-table__keep">T. Jansen' in went.text


async def test_what_was_filled_in_is_not_lost_when_it_is_refused(
    monitoring: Bench, mine: dict[str, str], theirs: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}"
    filled = {"gezien": "0", "tot": "2026-11-24T09:00", "waarom": "called", "tekst": "Belt <morgen>."}
    await monitoring.client.post(f"{address}/take", headers=theirs, data=ROW)
    second = await monitoring.client.post(f"{address}/snooze", headers=mine, data=filled)
    assert second.status_code == 409
    assert "Belt &lt;morgen&gt;." in second.text
    late = await monitoring.client.post(
        f"{address}/snooze", headers=mine, data=filled | {"gezien": "1", "tot": "2026-12-24T09:00"}
    )
    assert late.status_code == 400
    assert 'href="#snooze-tot"' in late.text
    assert "Belt &lt;morgen&gt;." in late.text
    done = await monitoring.client.post(f"{address}/snooze", headers=mine, data=filled | {"gezien": "1"})
    assert (done.status_code, done.headers["location"]) == (303, f"{address}?gedaan=snooze")
    page = (await monitoring.client.get(done.headers["location"], headers=mine)).text
    assert "U stelde dit uit." in page
    assert f"{ME} stelde dit uit tot di 24 nov 09.00" in page
    assert "Haal terug op het bord" in page


@pytest.mark.parametrize("tot", ["", "morgen", "2026-11-24", "9999-99-99T99:99", "\x00", "2026-11-23T09:00"])
async def test_a_moment_that_is_none_is_asked_again(
    monitoring: Bench, mine: dict[str, str], chain: "Chain", tot: str
) -> None:
    concern_id = await a_miss(monitoring, chain)
    filled = {"tot": tot, "waarom": "called"}
    went = await monitoring.client.post(f"/toezicht/termijn/{concern_id}/snooze", headers=mine, data=filled)
    if tot == "2026-11-24":  # midnight, as the standard has it
        assert went.status_code == 303
    else:
        assert went.status_code == 400
        assert "Kies een moment dat nog komt." in went.text


async def test_a_note_with_signs_that_no_text_has_is_kept_without_them(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}"
    went = await monitoring.client.post(
        f"{address}/note", headers=mine, data={"tekst": "Gebeld\x00\r\nen gemaild"}
    )
    assert went.status_code == 303
    assert "Gebeld\nen gemaild" in (await monitoring.client.get(address, headers=mine)).text


async def test_what_nobody_can_do_is_refused(monitoring: Bench, mine: dict[str, str], chain: "Chain") -> None:
    concern_id = await a_miss(monitoring, chain)
    address = f"/toezicht/termijn/{concern_id}"
    assert (await monitoring.client.post(f"{address}/return", headers=mine, data={})).status_code == 409
    assert (await monitoring.client.post(f"{address}/dance", headers=mine, data={})).status_code == 400
    assert (await monitoring.client.post(f"{address}/note", headers=mine, data={})).status_code == 400
    away = f"/toezicht/termijn/{uuid4()}"
    assert (await monitoring.client.get(away, headers=mine)).status_code == 404
    assert (await monitoring.client.post(f"{away}/take", headers=mine, data={})).status_code == 404


async def test_what_is_settled_keeps_its_history(
    monitoring: Bench, mine: dict[str, str], chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    await act(monitoring, concern_id, Act.TAKE)
    await monitoring.hears(chain.accepted(5))
    page = (await monitoring.client.get(f"/toezicht/termijn/{concern_id}", headers=mine)).text
    assert "Dit vraagt geen aandacht meer" in page
    assert f"{ME} pakt dit op" in page
    assert not re.search(r'action="/toezicht', page)
    went = await monitoring.client.post(
        f"/toezicht/termijn/{concern_id}/note", headers=mine, data={"tekst": "x"}
    )
    assert went.status_code == 409


async def test_who_may_only_watch_is_offered_nothing_and_can_do_nothing(
    monitoring: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    concern_id = await a_miss(monitoring, chain)
    reader = bearer("deadlines:read") | {"Accept": "text/html"}
    address = f"/toezicht/termijn/{concern_id}"
    for page in ("/toezicht", "/toezicht/wand", address):
        assert "Oppakken" not in (await monitoring.client.get(page, headers=reader)).text
    assert (await monitoring.client.post(f"{address}/take", headers=reader, data=ROW)).status_code == 403
    assert (await monitoring.client.post(f"{address}/take", data=ROW)).status_code == 401

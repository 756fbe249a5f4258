"""The journey on its page and over HTTP: for who may see it, with the envelope for who may see that too."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from chassis.testing import Bench
from monitoring.domain.clocks import Deadline, Promise, State
from monitoring.domain.journey import Hop, Journey
from monitoring.pages.journey import standing
from monitoring.pages.journey_axis import draw

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]
HTML = {"Accept": "text/html"}
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def api(chain: "Chain") -> str:
    return f"/monitoring/v1/reports/{chain.report_id}/journey"


def page(chain: "Chain") -> str:
    return f"/toezicht/melding/{chain.report_id}"


def rows(text: str, caption: str) -> list[str]:
    """The rows of the table with this caption, as a reader sees them."""
    body = text.partition(f"<caption>{caption}")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


@pytest.fixture
async def travelled(monitoring: Bench, chain: "Chain") -> Bench:
    """A report that the police took up too late."""
    await monitoring.hears(chain.registered(), chain.opened(), chain.offered(hours=4))
    await monitoring.hears(chain.confirmed(0.5))
    monitoring.at(chain.after(7))
    await monitoring.turn("fire_due")
    await monitoring.hears(chain.accepted(6.5))
    return monitoring


async def test_only_who_may_follows_a_report(travelled: Bench, bearer: Bearer, chain: "Chain") -> None:
    for path in (api(chain), page(chain)):
        assert (await travelled.client.get(path)).status_code == 401
        assert (await travelled.client.get(path, headers=bearer("deadlines:read"))).status_code == 403
        assert (await travelled.client.get(path, headers=bearer("journey:read"))).status_code == 200


async def test_the_api_tells_every_hop_and_every_clock(
    travelled: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    told = (await travelled.client.get(api(chain), headers=bearer("journey:read"))).json()
    assert (told["caseNumber"], told["categoryName"]) == ("2026-000451", "Geluid, ernstig of herhaald")
    assert sorted(hop["name"] for hop in told["hops"]) == sorted(
        [
            *(
                "reports.registered.v1",
                "cases.opened.v1",
                "assignments.offered.v1",
                "assignments.accepted.v1",
            ),
            *("notifications.sent.v1", *("deadlines.started.v2",) * 5),
            *("deadlines.met.v2", "deadlines.missed.v2", "deadlines.met.v2"),
        ]
    )
    moments = [hop["happenedAt"] for hop in told["hops"]]
    assert moments == sorted(moments)
    assert {(one["promise"], one["state"]) for one in told["deadlines"]} == {
        ("confirmation", "met"),
        ("first-answer", "met"),
        ("result", "running"),
        ("first-action", "running"),
        ("outcome", "running"),
    }
    offered = next(hop for hop in told["hops"] if hop["name"] == "assignments.offered.v1")
    assert offered["facts"]["partnerName"] == "Politie"
    assert (told["earlier"], offered["service"]) == (0, "routing")


async def test_the_envelope_is_for_who_may_see_it(travelled: Bench, bearer: Bearer, chain: "Chain") -> None:
    plain = (await travelled.client.get(api(chain), headers=bearer("journey:read"))).json()
    whole = bearer("journey:read", "journey:read-technical")
    technical = (await travelled.client.get(api(chain), headers=whole)).json()
    envelope = ("messageId", "source", "subject")
    assert all(hop[name] is None for hop in plain["hops"] for name in (*envelope, "traceId"))
    assert all(hop[name] for hop in technical["hops"] for name in envelope)
    ids = [hop["messageId"] for hop in technical["hops"]]
    assert len(set(ids)) == len(ids)
    assert ids[0] not in (await travelled.client.get(page(chain), headers=bearer("journey:read") | HTML)).text
    shown = (await travelled.client.get(page(chain), headers=whole | HTML)).text
    assert all(one in shown for one in ids)


async def test_an_unknown_report_has_no_journey(monitoring: Bench, bearer: Bearer, chain: "Chain") -> None:
    answer = await monitoring.client.get(api(chain), headers=bearer("journey:read"))
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (404, "no-such-journey")
    shown = await monitoring.client.get(page(chain), headers=bearer("journey:read") | HTML)
    assert shown.status_code == 404
    assert "Van deze melding is hier niets bekend" in shown.text
    assert f'href="{page(chain)}">probeer het opnieuw' in shown.text
    nonsense = await monitoring.client.get("/monitoring/v1/reports/x/journey", headers=bearer("journey:read"))
    assert (nonsense.status_code, nonsense.json()["errors"][0]["pointer"]) == (400, "/reportId")


async def test_the_page_tells_hop_by_hop_what_happened(
    travelled: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    text = (await travelled.client.get(page(chain), headers=bearer("journey:read") | HTML)).text
    assert rows(text, "Termijnen") == [
        "Bevestiging aan de melder Meldpunt ma 23 nov 13.00 ma 23 nov 14.00 op tijd",
        "Eerste actie op de melding Meldpunt ma 23 nov 13.00 ma 7 dec 23.59 nog 14 dagen",
        "Uitkomst van de melding Meldpunt ma 23 nov 13.00 ma 22 feb 23.59 nog 91 dagen",
        "Eerste antwoord Politie ma 23 nov 13.00 ma 23 nov 17.00 kwam 2 uur te laat",
        "Resultaat Politie ma 23 nov 13.00 ma 23 nov 17.00 3 uur te laat",
    ]
    told = rows(text, "Alles wat er gebeurde")
    assert "ma 23 nov 13.00 Melding ontvangen via de website Melder –" in told
    assert any("Vraag uitgezet bij Politie, met de regie Uitzetten" in row for row in told)
    missed = "Termijn van Politie is voorbij: eerste antwoord hier pas bekend op ma 23 nov 20.00"
    assert f"ma 23 nov 17.00 {missed} Toezicht 3 uur later" in told
    assert [row.partition(" hier")[0] for row in told if row.startswith("ma 23 nov 19.30")] == [
        "ma 23 nov 19.30 Politie pakt het op",
        "ma 23 nov 19.30 Termijn van Politie: eerste antwoord kwam te laat",
    ]
    assert "Wacht op Politie, 3 uur te laat" in text


async def test_what_was_heard_late_says_so(monitoring: Bench, bearer: Bearer, chain: "Chain") -> None:
    monitoring.at(chain.after(2))
    await monitoring.hears(chain.opened())
    text = (await monitoring.client.get(page(chain), headers=bearer("journey:read") | HTML)).text
    assert "hier pas bekend op ma 23 nov 15.00" in text


async def test_a_report_that_has_just_begun_has_a_page(
    monitoring: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    await monitoring.hears(chain.registered(reachable=False))
    text = (await monitoring.client.get(page(chain), headers=bearer("journey:read") | HTML)).text
    began = "ma 23 nov 13.00 Termijn begon voor Meldpunt:"
    assert rows(text, "Alles wat er gebeurde") == [
        "ma 23 nov 13.00 Melding ontvangen via de website Melder –",
        f"{began} eerste actie op de melding, uiterlijk ma 7 dec 23.59 Toezicht meteen",
        f"{began} uitkomst van de melding, uiterlijk ma 22 feb 23.59 Toezicht meteen",
    ]
    assert "Nog geen zaak" in text


async def test_the_board_leads_to_the_journey_for_who_may_follow_it(
    monitoring: Bench, bearer: Bearer, chain: "Chain"
) -> None:
    await monitoring.hears(chain.undeliverable())
    text = (await monitoring.client.get("/toezicht", headers=bearer("deadlines:read") | HTML)).text
    assert page(chain) not in text
    both = bearer("deadlines:read", "journey:read") | HTML
    assert page(chain) in (await monitoring.client.get("/toezicht", headers=both)).text


def hop(minutes: float, name: str = "reports.registered.v1", **facts: str) -> Hop:
    at = NINE + timedelta(minutes=minutes)
    source = "urn:nld:oin:0:systeem:meldketen-intake"
    return Hop(str(uuid4()), uuid4(), name, source, "s", at, at, at, None, facts)


def clock(hours: float, holder: str = "police", met: float | None = None) -> Deadline:
    return Deadline(
        deadline_id=uuid4(),
        report_id=uuid4(),
        promise=Promise.FIRST_ANSWER,
        holder=holder,
        holder_name=holder.title(),
        started_at=NINE,
        due_at=NINE + timedelta(hours=hours),
        state=State.RUNNING if met is None else State.MET,
        met_at=None if met is None else NINE + timedelta(hours=met),
    )


def test_what_lies_close_together_is_one_mark_with_its_number() -> None:
    journey = Journey(uuid4(), [hop(0), hop(1), hop(60 * 10)], [])
    [lane] = draw(journey, NINE + timedelta(hours=10)).lanes
    assert [mark.many for mark in lane.marks] == [2, 1]
    assert [pause.text for pause in lane.pauses] == ["9 uur"]


def test_a_term_that_came_late_has_a_late_part_after_its_last_moment() -> None:
    journey = Journey(uuid4(), [hop(0)], [clock(4, met=8)])
    axis = draw(journey, NINE + timedelta(days=9))
    [bar] = [bar for lane in axis.lanes for bar in lane.bars]
    assert (bar.x, bar.due_x, bar.late_x) == (2, 50, 50)
    assert (bar.passed, bar.late, bar.left) == (48, 48, 0)
    assert axis.now_x is None


def test_a_term_that_runs_has_a_part_left_and_reaches_its_last_moment() -> None:
    axis = draw(Journey(uuid4(), [hop(0)], [clock(4)]), NINE + timedelta(hours=1))
    [bar] = [bar for lane in axis.lanes for bar in lane.bars]
    assert (bar.passed, bar.left, bar.late, bar.due_x, axis.now_x) == (24, 72, 0, 98, 26)


def test_an_end_that_is_far_off_leaves_room_for_what_happened() -> None:
    journey = Journey(uuid4(), [hop(0), hop(60 * 10)], [clock(24 * 91)])
    axis = draw(journey, NINE + timedelta(hours=12))
    marks = [mark.x for lane in axis.lanes for mark in lane.marks]
    [bar] = [bar for lane in axis.lanes for bar in lane.bars]
    assert (marks, axis.now_x, bar.due_x) == ([2, 82], 98, None)


def test_a_term_that_stands_still_has_no_end_and_is_not_late() -> None:
    paused_at = NINE + timedelta(hours=2)
    still = replace(clock(4), state=State.PAUSED, paused_at=paused_at, reason="reporter")
    now = NINE + timedelta(hours=8)
    axis = draw(Journey(uuid4(), [hop(0)], [still]), now)
    [bar] = [bar for lane in axis.lanes for bar in lane.bars]
    assert (bar.passed, bar.left, bar.late, bar.due_x) == (24, 0, 0, None)
    assert standing(Journey(uuid4(), [], [still]), now) == (
        "plain",
        "Wacht op Police, staat stil, wacht op de melder",
    )


@pytest.mark.parametrize(
    ("minutes", "first", "last"),
    [
        (0.3, "10.00.00", "10.02.00"),
        (30, "10.00", "10.30"),
        (60 * 30, "12.00", "12.00"),
        (60 * 24 * 12, "25 nov", "5 dec"),
    ],
)
def test_the_axis_has_round_moments_of_the_clock_here(minutes: float, first: str, last: str) -> None:
    ticks = draw(Journey(uuid4(), [hop(0), hop(minutes)], []), NINE).ticks
    assert (ticks[0].text, ticks[-1].text) == (first, last)
    assert 2 <= len(ticks) <= 7


def test_the_days_are_those_of_the_calendar_when_the_clock_goes_back() -> None:
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)
    hops = [replace(hop(0), happened_at=begin + timedelta(hours=hours)) for hours in (0, 72)]
    ticks = draw(Journey(uuid4(), hops, []), NINE).ticks
    assert [tick.text for tick in ticks if "okt" in tick.text] == ["25 okt", "26 okt", "27 okt"]


def test_partners_stand_between_the_case_and_the_desk() -> None:
    about = {"partner": "police", "partnerName": "Politie"}
    deadlines = [clock(1, "desk")]
    axis = draw(Journey(uuid4(), [hop(1, "assignments.offered.v1", **about), hop(0)], deadlines), NINE)
    assert [lane.name for lane in axis.lanes] == ["Meldingen", "Politie", "Desk"]


def test_a_report_stands_as_its_clock_that_is_worst_off() -> None:
    now = NINE + timedelta(hours=2)
    assert standing(Journey(uuid4(), [], [clock(9, "ggz"), clock(1)]), now) == (
        "late",
        "Wacht op Police, 1 uur te laat",
    )
    assert standing(Journey(uuid4(), [hop(0), hop(1, "reports.withdrawn.v1")], []), now) == (
        "late",
        "De melder trok de melding in",
    )

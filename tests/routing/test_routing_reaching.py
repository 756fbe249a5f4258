"""How a partner is reached is shown where the desk decides: contacts, opening hours, and the covenant it is asked by."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from chassis.identity import new_id
from routing.domain.assignments import Assignment, State
from routing.domain.partners import Contact, Covenant, OpeningHours, Partner
from routing.pages import partner_words

if TYPE_CHECKING:
    from .conftest import Directed

OFFICE = OpeningHours((0, 1, 2, 3, 4), 9, 17)
EVENING = OpeningHours((3,), 17, 24)
COVENANT = Covenant("care", frozenset({"story", "category"}), "Convenant woonoverlast", "Zorg beoordelen")


def a_partner(**more: object) -> Partner:
    return replace(Partner("ggz", "GGZ", "ggz", adapter="ggz", covenants=(COVENANT,)), **more)  # type: ignore[arg-type]


def asked(
    state: State = State.OFFERED, offered_at: datetime = datetime(2026, 6, 1, 9, tzinfo=UTC)
) -> Assignment:
    due_at = offered_at + timedelta(days=5)
    return Assignment(
        assignment_id=new_id(),
        report_id=new_id(),
        partner="ggz",
        part="ggz",
        track="care",
        lead=True,
        question="Wilt u deze zorg beoordelen?",
        state=state,
        offered_at=offered_at,
        due_at=due_at,
        changed_at=offered_at,
    )


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), True),  # Monday, 9.00
        (datetime(2026, 11, 23, 7, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), False),  # Monday, 17.00
        (datetime(2026, 11, 26, 16, 0, tzinfo=UTC), True),  # Thursday, 17.00: the evening follows the office
        (datetime(2026, 11, 26, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 26, 23, 0, tzinfo=UTC), False),  # it is Friday by now
        (datetime(2026, 11, 28, 12, 0, tzinfo=UTC), False),  # Saturday
    ],
)
def test_a_partner_is_open_within_its_hours(at: datetime, is_open: bool) -> None:  # noqa: FBT001
    assert a_partner(hours=(OFFICE, EVENING)).is_open(at) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        (datetime(2027, 3, 26, 7, 30, tzinfo=UTC), False),  # Friday before the clock goes forward: 8.30
        (datetime(2027, 3, 29, 7, 30, tzinfo=UTC), True),  # Monday after it: 9.30
        (datetime(2027, 10, 29, 7, 30, tzinfo=UTC), True),  # Friday before the clock goes back: 9.30
        (datetime(2027, 11, 1, 7, 30, tzinfo=UTC), False),  # Monday after it: 8.30
    ],
)
def test_its_hours_go_with_the_clock_in_the_netherlands(at: datetime, is_open: bool) -> None:  # noqa: FBT001
    assert a_partner(hours=(OFFICE,)).is_open(at) is is_open


def test_the_hour_that_there_is_twice_is_open_twice_and_the_one_that_is_not_there_opens_nothing() -> None:
    at_night = a_partner(hours=(OpeningHours((6,), 2, 3),))
    nights = {
        month: sum(at_night.is_open(datetime(2027, month, day, hour, 30, tzinfo=UTC)) for hour in range(4))
        for month, day in ((3, 28), (10, 31))
    }
    assert nights == {3: 0, 10: 2}


def test_on_a_holiday_and_a_day_on_which_it_is_shut_other_hours_count() -> None:
    christmas, boxing_day = (datetime(2026, 12, day, 10, tzinfo=UTC) for day in (25, 26))
    at_christmas = OpeningHours((7,), 10, 12)
    shut = a_partner(hours=(OFFICE, at_christmas), closed=frozenset({boxing_day.date(), date(2026, 1, 2)}))
    assert partner_words.reached(a_partner(hours=(OFFICE,)), christmas)["badge"] == partner_words.CLOSED
    assert partner_words.reached(shut, christmas)["badge"] == partner_words.OPEN
    assert partner_words.reached(shut, boxing_day)["badge"] == partner_words.CLOSED
    assert partner_words.reached(shut, christmas)["closed"] == ["niet op za 26 dec 2026"]


def test_a_partner_without_hours_is_never_said_to_be_open() -> None:
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert a_partner().is_open(noon) is False
    assert partner_words.reached(a_partner(), noon)["badge"] is None


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (OFFICE, "maandag tot en met vrijdag, 9.00 tot 17.00 uur"),
        (OpeningHours((0, 2, 4), 9, 13), "maandag, woensdag en vrijdag, 9.00 tot 13.00 uur"),
        (OpeningHours((5, 6), 10, 16), "zaterdag en zondag, 10.00 tot 16.00 uur"),
        (OpeningHours((3,), 17, 24), "donderdag, 17.00 tot 24.00 uur"),
        (OpeningHours(tuple(range(7)), 0, 24), "elke dag, dag en nacht"),
        (OpeningHours(tuple(range(8)), 0, 24), "elke dag, ook op feestdagen, dag en nacht"),
        (OpeningHours((7,), 10, 12), "feestdagen, 10.00 tot 12.00 uur"),
    ],
)
def test_hours_read_as_on_a_door(hours: OpeningHours, words: str) -> None:
    assert partner_words.hours_in_words(hours) == words


def test_the_covenant_says_what_it_may_know_and_why() -> None:
    why_none, facts = partner_words.covenant(asked(), a_partner(), datetime(2026, 6, 2, tzinfo=UTC))
    assert why_none is None
    assert dict(facts) == {
        "Mag weten": "soort overlast, verhaal van de melder",
        "Doel": "Zorg beoordelen",
        "Grond": "Convenant woonoverlast",
        "Geldt": "zonder einddatum",
    }


def test_what_was_asked_keeps_the_covenant_of_then_and_what_is_yet_to_be_asked_has_that_of_now() -> None:
    old = replace(COVENANT, ground="Het oude convenant", until=date(2026, 6, 30))
    new = replace(COVENANT, ground="Het nieuwe convenant", since=date(2026, 7, 1))
    partner = a_partner(covenants=(old, new))
    in_august = datetime(2026, 8, 3, tzinfo=UTC)
    then = dict(partner_words.covenant(asked(), partner, in_august)[1])
    assert (then["Grond"], then["Geldt"]) == ("Het oude convenant", "gold tot en met di 30 jun 2026")
    now = dict(partner_words.covenant(asked(State.HELD), partner, in_august)[1])
    assert now["Grond"] == "Het nieuwe convenant"


def test_where_there_is_no_covenant_that_is_said() -> None:
    why_none, facts = partner_words.covenant(
        asked(), a_partner(covenants=()), datetime(2026, 6, 2, tzinfo=UTC)
    )
    assert (why_none, facts) == ("Er is geen convenant met GGZ voor het zorgspoor.", [])


async def test_the_page_of_an_assignment_says_how_its_partner_is_reached(
    worry: "Directed", bearer: Callable[..., dict[str, str]]
) -> None:
    register = worry.desk.register
    register["ggz"] = replace(  # type: ignore[index]
        register["ggz"],
        hours=(OpeningHours(tuple(range(7)), 0, 24),),
        contacts=(Contact("aanmelding", "Balie", "070 000 00 02", "aanmelding@ggz.example"),),
    )
    headers = bearer("assignments:read") | {"Accept": "text/html"}
    path = f"/uitzettingen/{(await worry.of('ggz')).assignment_id}"
    page = unescape((await worry.bench.client.get(path, headers=headers)).text)
    for words in (
        "Nu open",
        "Aanmelding",
        "Balie",
        'href="tel:0700000002">070 000 00 02',
        'href="mailto:aanmelding@ggz.example"',
        "Doen wat nodig is",
        "soort overlast, adres",
        "zonder einddatum",
    ):
        assert words in page

"""What of the messages asks for attention, and in which order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meldketen.signin import PERSONAS
from monitoring.domain.messages import (
    Backlog,
    Delivering,
    Outlet,
    Overview,
    Queue,
    Sign,
    Standing,
    Trouble,
    find_signs,
)
from monitoring.pages.messages import BADGES, in_words
from monitoring.pages.parked import outcome

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUIET = Backlog(unsent=0, unsent_since=None, retrying=0, waiting=0, gap=0, parked=0)
COUNTS = st.integers(0, 20)


def overview(**more: Any) -> Overview:
    standing: dict[str, Any] = {
        "service": "routing",
        "backlog": QUIET,
        "queue": Queue("svc.routing", 0, 1),
        "dead": 0,
    }
    return Overview((Standing(**(standing | more)),), unrouted=0)


def test_where_nothing_stands_still_nothing_asks_for_attention() -> None:
    busy = Backlog(unsent=9, unsent_since=NOW - timedelta(seconds=59), retrying=0, waiting=3, gap=0, parked=0)
    assert find_signs(overview(backlog=busy, queue=Queue("svc.routing", 40, 2)), NOW) == []
    assert find_signs(overview(queue=Queue("svc.routing", 0, 0)), NOW) == []


def test_what_waits_for_the_broker_for_over_a_minute_stands_still() -> None:
    since = NOW - timedelta(seconds=61)
    slow = Backlog(unsent=9, unsent_since=since, retrying=0, waiting=0, gap=0, parked=0)
    assert find_signs(overview(backlog=slow), NOW) == [Sign(Trouble.NOT_SENT, "routing", 9, since)]


def test_a_queue_that_nobody_reads_asks_for_attention_once_something_is_on_it() -> None:
    assert find_signs(overview(queue=Queue("svc.routing", 7, 0)), NOW) == [
        Sign(Trouble.NOT_READ, "routing", 7)
    ]
    away = Overview((), (Delivering("ggz", Queue("partner.ggz", 3, 0), 1),), unrouted=2)
    assert find_signs(away, NOW) == [
        Sign(Trouble.UNROUTED, count=2),
        Sign(Trouble.DEAD, "ggz", 1),
        Sign(Trouble.NOT_FETCHED, "ggz", 3),
    ]


def test_a_silent_service_and_a_silent_broker_come_first() -> None:
    parked = Standing("casework", Backlog(0, None, 2, 5, 4, 12))
    seen = Overview(
        (parked, Standing("intake", fault="antwoordt niet")), broker_fault="De broker antwoordt niet."
    )
    assert [sign.trouble for sign in find_signs(seen, NOW)] == [
        Trouble.BROKER_SILENT,
        Trouble.SERVICE_SILENT,
        Trouble.GAP,
        Trouble.PARKED,
        Trouble.RETRIED,
    ]


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), max_size=5))
def test_the_gravest_comes_first_and_of_its_like_the_largest(counts: list[tuple[int, int, int]]) -> None:
    standings = [
        Standing(f"service-{index}", Backlog(0, None, retrying, gap, gap, parked))
        for index, (retrying, gap, parked) in enumerate(counts)
    ]
    signs = find_signs(Overview(tuple(standings), unrouted=0), NOW)
    assert signs == sorted(signs, key=lambda sign: (sign.trouble, -sign.count, sign.who))
    assert len(signs) == sum(bool(count) for three in counts for count in three)


def test_alerts_that_do_not_arrive_ask_for_attention_by_the_name_of_whom_they_are_for() -> None:
    long_ago, just_now = NOW - timedelta(minutes=16), NOW - timedelta(minutes=5)
    outlets = (
        Outlet("mailbox", "director", 2, just_now, 3),
        Outlet("mailbox", "partner:police", 1, long_ago, 0),
        Outlet("webhook", "pager", 0, None, 1),
    )
    seen = Overview((), unrouted=0, outlets=outlets)
    signs = find_signs(seen, NOW)
    assert signs == [
        Sign(Trouble.ALERT_LOST, "mailbox:director", 3),
        Sign(Trouble.ALERT_LOST, "webhook:pager", 1),
        Sign(Trouble.ALERT_WAITS, "mailbox:partner:police", 1, long_ago),
    ]
    words = [in_words(sign, seen) for sign in signs]
    assert "3 waarschuwingen kwamen niet aan bij de regisseur." in words[0]
    assert "1 waarschuwing kwam niet aan bij webhook pager." in words[1]
    assert words[2] == "1 waarschuwing is nog niet aangekomen bij partner police."


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_a_badge_and_a_sentence(trouble: Trouble) -> None:
    one = in_words(Sign(trouble, "intake", 1), Overview((Standing("intake", fault="antwoordt niet"),)))
    many = in_words(Sign(trouble, "intake", 1200), Overview((Standing("intake", fault="antwoordt niet"),)))
    assert BADGES[trouble][1]
    assert one.endswith(".")
    assert "1 berichten" not in one
    assert ("1.200 berichten" in many) == ("1 bericht" in one)


def test_what_came_of_it_is_said_in_words() -> None:
    assert outcome("opnieuw", 1, 1) == ("ok", "1 bericht wordt opnieuw geprobeerd, in de eigen rij.")
    kind, said = outcome("weg", 10, 12)
    assert kind == "warning"
    assert said.startswith(
        "10 berichten zijn voorgoed weggelegd. 2 berichten bleven liggen: de beurt komt nog"
    )


def test_only_operations_see_the_messages() -> None:
    assert [name for name, one in PERSONAS.items() if "parked:read" in one.scopes] == ["toezicht"]

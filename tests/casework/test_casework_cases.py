"""When a case is complex, and which term presses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.cases import (
    Address,
    Assignment,
    Case,
    Clock,
    Deadline,
    File,
    Reason,
    Report,
    Reporter,
    State,
    Track,
    Urgency,
    case_number,
    clock_of,
    count_reporters,
    months_after,
    nearest,
    urgency,
    why_complex,
)
from chassis.identity import new_id

OPENED = datetime(2026, 3, 9, 19, 42, tzinfo=UTC)
BOTH = frozenset(Track)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def a_case(**changes: Any) -> Case:
    address = Address("2599zx-12-a", "2599 ZX", 12, "A", "Voorbeeldkade", "Voorbeeldstad")
    return replace(
        Case(new_id(), "2026-000001", "BUREN", "Burenruzie", address, None, OPENED, relapse=False), **changes
    )


def a_report(email: str | None = "noor@example.nl", phone: str | None = None, **changes: Any) -> Report:
    reporter = Reporter("Noor Voorbeeld", phone, email, anonymous=False, tenure="other")
    plain = Report(
        report_id=new_id(),
        reference="WO-7K3M-92QD",
        category="BUREN",
        category_name="Burenruzie",
        channel="web",
        received_at=OPENED,
        story="Geschreeuw.",
        address=Address("2599zx-12-a", "2599 ZX", 12, "A"),
        neighbourhood=None,
        reporter=reporter,
        danger=False,
        children=False,
        going_on_now=False,
        reported_before=False,
    )
    return replace(plain, **changes)


def an_assignment(partner: str, track: Track = Track.CARE) -> Assignment:
    return Assignment(new_id(), new_id(), partner, partner.upper(), track, State.OFFERED, OPENED)


def a_deadline(hours: int, clock: Clock = Clock.RUNNING, **changes: Any) -> Deadline:
    due_at = OPENED + timedelta(hours=hours)
    return replace(Deadline(new_id(), new_id(), None, "first-answer", "GGZ", due_at, clock), **changes)


def test_one_plain_report_is_a_light_case() -> None:
    assert why_complex(File(a_case(), (a_report(),)), OPENED) == ()


@pytest.mark.parametrize(
    ("tracks", "partners", "reasons"),
    [
        (BOTH, "police ggz", (Reason.BOTH_TRACKS,)),
        (BOTH, "police", ()),
        (BOTH, "police police", ()),
        ({Track.CARE}, "police ggz", ()),
        (set(), "police ggz", ()),
    ],
)
def test_two_partners_on_both_tracks_make_a_case_complex(
    tracks: set[Track], partners: str, reasons: tuple[Reason, ...]
) -> None:
    asked = tuple(an_assignment(partner) for partner in partners.split())
    assert why_complex(File(a_case(), (), frozenset(tracks), asked), OPENED) == reasons


def test_three_reporters_make_a_case_complex_and_three_reports_of_one_do_not() -> None:
    neighbours = tuple(a_report(f"{number}@example.nl") for number in range(3))
    assert why_complex(File(a_case(), neighbours), OPENED) == (Reason.MANY_REPORTERS,)
    assert why_complex(File(a_case(), neighbours[:2]), OPENED) == ()
    assert why_complex(File(a_case(), (a_report(), a_report(), a_report())), OPENED) == ()


def test_danger_in_any_report_makes_a_case_complex() -> None:
    assert why_complex(File(a_case(), (a_report(), a_report(danger=True))), OPENED) == (Reason.DANGER,)


def test_children_alone_leave_a_case_light() -> None:
    assert why_complex(File(a_case(), (a_report(children=True),)), OPENED) == ()


def test_a_relapse_makes_a_case_complex() -> None:
    assert why_complex(File(a_case(relapse=True)), OPENED) == (Reason.RELAPSE,)


def test_a_case_is_complex_from_three_months_on() -> None:
    then = datetime(2026, 6, 9, 19, 42, tzinfo=UTC)
    assert why_complex(File(a_case()), then - timedelta(seconds=1)) == ()
    assert why_complex(File(a_case()), then) == (Reason.LONG,)


def test_a_closed_case_grows_no_older() -> None:
    closed = a_case(closed_at=OPENED + timedelta(days=10))
    assert why_complex(File(closed), OPENED + timedelta(days=500)) == ()


def test_reasons_add_up() -> None:
    file = File(a_case(relapse=True), (a_report(danger=True),))
    assert why_complex(file, OPENED) == (Reason.DANGER, Reason.RELAPSE)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
def test_who_is_known_counts_once_and_who_is_not_counts_each_time(
    mails: int, phones: int, unknown: int
) -> None:
    by_mail = [a_report(f"{i}@example.nl") for i in range(mails)] * 2
    by_phone = [a_report(None, f"+3170000000{i}") for i in range(phones)] * 2
    nameless = [a_report(None) for _ in range(unknown)]
    assert count_reporters((*by_mail, *by_phone, *nameless)) == mails + phones + unknown


@given(MOMENTS, st.integers(0, 60))
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(moment: datetime, months: int) -> None:
    later = months_after(moment, months)
    assert (later.year - moment.year) * 12 + later.month - moment.month == months
    assert later.timetz() == moment.timetz()
    assert later.day == moment.day or (later.day < moment.day and (later + timedelta(days=1)).day == 1)


def test_three_months_after_the_last_of_november_is_the_last_of_february() -> None:
    assert months_after(datetime(2026, 11, 30, tzinfo=UTC), 3) == datetime(2027, 2, 28, tzinfo=UTC)


@given(st.integers(2000, 9999), st.integers(1, 999_999))
def test_case_numbers_are_in_the_order_of_their_counting(year: int, count: int) -> None:
    assert len(case_number(year, count)) == 11
    assert case_number(year, count) < case_number(year, count + 1) or count == 999_999


def test_a_case_number_reads_so() -> None:
    assert case_number(2026, 123) == "2026-000123"


@given(st.lists(st.tuples(st.integers(-50, 50), st.sampled_from(Clock))))
def test_the_nearest_term_is_the_first_to_end_of_those_that_run(terms: list[tuple[int, Clock]]) -> None:
    deadlines = tuple(a_deadline(hours, clock) for hours, clock in terms)
    found = nearest(deadlines)
    still = {Clock.MET, Clock.PAUSED, Clock.CANCELLED}
    running = [d.due_at for d in deadlines if d.clock not in still]
    assert (found and found.due_at) == (min(running) if running else None)


def test_the_nearest_term_of_one_promise() -> None:
    mine = a_deadline(9, promise="confirmation")
    assert nearest((a_deadline(1), mine), "confirmation") is mine
    assert nearest((a_deadline(1),), "confirmation") is None


@pytest.mark.parametrize(
    ("hours", "clock", "expected"),
    [
        (1, Clock.RUNNING, Urgency.NOTICE),
        (1, Clock.APPROACHING, Urgency.ALMOST),
        (1, Clock.MISSED, Urgency.LATE),
        (-1, Clock.RUNNING, Urgency.LATE),
        (-1, Clock.APPROACHING, Urgency.LATE),
    ],
)
def test_a_term_is_late_when_it_is_over_whether_or_not_somebody_said_so(
    hours: int, clock: Clock, expected: Urgency
) -> None:
    assert urgency(OPENED + timedelta(hours=hours), clock, OPENED) is expected


def test_the_clock_of_an_assignment_is_that_of_its_own_term() -> None:
    mine, other = an_assignment("ggz"), an_assignment("police")
    terms = (a_deadline(1, Clock.APPROACHING, assignment_id=mine.assignment_id),)
    assert clock_of(mine, terms) is Clock.APPROACHING
    assert clock_of(other, terms) is Clock.RUNNING


@pytest.mark.parametrize(
    ("address", "line"),
    [
        (Address("k", "2599 ZX", 12, "A", "Voorbeeldkade"), "Voorbeeldkade 12\N{NO-BREAK SPACE}A"),
        (Address("k", "2599 ZX", 12, None, "Voorbeeldkade"), "Voorbeeldkade 12"),
        (Address("k", "2599 ZX", 12), "2599 ZX 12"),
    ],
)
def test_an_address_reads_in_one_line(address: Address, line: str) -> None:
    assert address.line == line


def test_only_a_partner_that_may_still_answer_is_open() -> None:
    states = {state for state in State if replace(an_assignment("ggz"), state=state).is_open}
    assert states == {State.OFFERED, State.ACCEPTED, State.PROGRESSED, State.QUERIED, State.EXPIRED}

"""Who must be told what, and how often a mail is tried."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from notifications.domain.letters import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    TRIES,
    Happening,
    Letter,
    Notification,
    State,
    bundled,
    end_of_term,
    failed,
    letter_about_silence,
    letter_to_reporter,
    pause_after,
    postponed,
    sent,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def queued(tries: int = 0) -> Notification:
    return Notification(
        UUID(int=1), UUID(int=2), Letter.TAKEN_UP, UUID(int=2), {}, NOW, NOW, tries=tries, reason="earlier"
    )


def test_a_reachable_reporter_reads_what_happens() -> None:
    letters = [letter_to_reporter(happening, reachable=True) for happening in Happening]
    assert letters == [Letter.CONFIRMATION, Letter.TAKEN_UP, Letter.STEP_TAKEN]


@pytest.mark.parametrize("happening", Happening)
@pytest.mark.parametrize("care", [True, False])
def test_who_can_not_be_reached_gets_no_letter(happening: Happening, care: bool) -> None:  # noqa: FBT001
    assert letter_to_reporter(happening, reachable=False, care=care) is None


def test_what_care_came_to_is_never_told() -> None:
    assert letter_to_reporter(Happening.ANSWERED, reachable=True, care=True) is None


def test_that_care_takes_it_up_reads_as_for_anybody() -> None:
    of_care = letter_to_reporter(Happening.ACCEPTED, reachable=True, care=True)
    assert of_care is letter_to_reporter(Happening.ACCEPTED, reachable=True, care=False)


def test_what_is_not_for_a_reporter_is_an_alert() -> None:
    to_reporters = {letter_to_reporter(happening, reachable=True) for happening in Happening}
    assert {letter.kind for letter in Letter if letter in to_reporters} == {"confirmation", "progress"}
    assert {letter.kind for letter in Letter if letter not in to_reporters} == {"alert"}


@pytest.mark.parametrize(
    ("rung", "holder", "letter", "mailbox"),
    [
        ("partner", "police", Letter.RAISED_PARTNER, "partner:police"),
        ("director", "police", Letter.RAISED_DIRECTOR, "director"),
        ("coordinator", "desk", Letter.RAISED_COORDINATOR, "coordinator"),
        ("partner", "desk", Letter.RAISED_COORDINATOR, "operations"),
        ("mayor", "police", Letter.RAISED_COORDINATOR, "operations"),
    ],
)
def test_who_is_called_gets_it_and_whom_nobody_knows_is_for_operations(
    rung: str, holder: str, letter: Letter, mailbox: str
) -> None:
    assert letter_about_silence(rung, holder) == (letter, mailbox)


def test_a_clock_with_a_new_end_can_be_missed_again() -> None:
    clock, later = UUID(int=5), NOW + timedelta(days=1)
    assert end_of_term(clock, NOW) == end_of_term(clock, NOW) != end_of_term(clock, later)


def test_letters_that_go_together_are_known_by_the_first_and_go_at_once() -> None:
    loose = [replace(queued(), notification_id=UUID(int=n)) for n in (7, 8, 9)]
    together = bundled(loose, NOW + timedelta(hours=1))
    assert [one.notification_id.int for one in together] == [7, 8, 9]
    assert {one.bundle_id for one in together} == {UUID(int=7)}
    assert {one.next_at for one in together} == {NOW + timedelta(hours=1)}


def test_pauses_double_from_ten_seconds_to_an_hour() -> None:
    assert [pause_after(tries).total_seconds() for tries in (1, 2, 3, 9, 10, 99)] == [
        10,
        20,
        40,
        2560,
        3600,
        3600,
    ]


@given(integers(1, 10**9))
def test_a_pause_never_shrinks_and_stays_within_bounds(tries: int) -> None:
    assert FIRST_PAUSE <= pause_after(tries) <= pause_after(tries + 1) <= LONGEST_PAUSE


def test_a_mail_is_tried_for_about_four_days() -> None:
    notification, moments = queued(), [NOW]
    while notification.state is State.QUEUED:
        notification = postponed(notification, "no answer", moments[-1])
        moments.append(notification.next_at)
    assert notification.tries == TRIES
    assert notification.reason == "gave-up"
    assert timedelta(days=3.5) < moments[-1] - NOW < timedelta(days=5)
    assert all(earlier <= later for earlier, later in pairwise(moments))


def test_what_ended_says_when_and_counts_the_last_try() -> None:
    later = NOW + timedelta(hours=1)
    done = sent(queued(tries=2), later)
    assert (done.state, done.tries, done.ended_at, done.reason) == (State.SENT, 3, later, None)
    lost = failed(queued(tries=2), "refused", later)
    assert (lost.state, lost.tries, lost.ended_at, lost.reason) == (State.FAILED, 3, later, "refused")


def test_a_postponed_mail_stays_queued_until_its_pause_is_over() -> None:
    again = postponed(queued(tries=1), "no answer", NOW)
    assert (again.state, again.next_at, again.ended_at) == (State.QUEUED, NOW + pause_after(2), None)

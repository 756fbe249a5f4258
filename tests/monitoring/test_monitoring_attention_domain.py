"""Who may do what about what stands on the board, and what a deed must say."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from deeds import CONCERN, ME, NOON, OTHER, a_deed
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain.attention import (
    LONGEST_TEXT,
    Act,
    ActRefused,
    Attention,
    Deed,
    DeedIncomplete,
    SnoozeReason,
    do,
    is_snoozed,
)

if TYPE_CHECKING:
    pass


def test_who_takes_it_up_has_it_until_they_let_go() -> None:
    taken = do(Attention(CONCERN), a_deed(Act.TAKE))
    assert (taken.taken_by, taken.taken_at, taken.revision) == (ME, NOON, 1)
    assert do(taken, a_deed(Act.TAKE)) == taken
    free = do(taken, a_deed(Act.LET_GO))
    assert (free.taken_by, free.taken_at, free.revision) == (None, None, 2)


def test_what_another_has_is_taken_over_and_not_taken() -> None:
    theirs = do(Attention(CONCERN), a_deed(Act.TAKE, OTHER))
    with pytest.raises(ActRefused, match=r"T\. Jansen pakt dit al op"):
        do(theirs, a_deed(Act.TAKE))
    with pytest.raises(ActRefused, match=r"T\. Jansen"):
        do(theirs, a_deed(Act.LET_GO))
    assert do(theirs, a_deed(Act.TAKE_OVER)).taken_by == ME


@pytest.mark.parametrize("act", [Act.LET_GO, Act.WAKE, Act.RETURN])
def test_what_was_not_done_cannot_be_undone(act: Act) -> None:
    with pytest.raises(ActRefused):
        do(Attention(CONCERN), a_deed(act))


@given(st.timedeltas(min_value=timedelta(days=-30), max_value=timedelta(days=30)))
def test_it_is_put_off_for_fourteen_days_at_most(length: timedelta) -> None:
    deed = a_deed(Act.SNOOZE, until=NOON + length)
    if timedelta(0) < length <= timedelta(days=14):
        away = do(Attention(CONCERN), deed)
        assert is_snoozed(away, NOON, NOON)
        assert not is_snoozed(away, NOON, deed.until or NOON)
    else:
        with pytest.raises(DeedIncomplete) as refused:
            do(Attention(CONCERN), deed)
        assert [field for field, _ in refused.value.faults] == ["until"]


@pytest.mark.parametrize(
    ("deed", "fields"),
    [
        (a_deed(Act.SNOOZE, until=None, why=None), ["until", "why"]),
        (a_deed(Act.SNOOZE, why=SnoozeReason.OTHER), ["text"]),
        (a_deed(Act.SNOOZE, text="a" * (LONGEST_TEXT + 1)), ["text"]),
        (a_deed(Act.NOTE), ["text"]),
        (a_deed(Act.NOTE, text="a" * (LONGEST_TEXT + 1)), ["text"]),
    ],
)
def test_every_fault_of_a_deed_is_named_at_once(deed: Deed, fields: list[str]) -> None:
    with pytest.raises(DeedIncomplete) as refused:
        do(Attention(CONCERN), deed)
    assert [field for field, _ in refused.value.faults] == fields
    assert [error["pointer"] for error in refused.value.errors] == [f"/{field}" for field in fields]


def test_what_grew_more_urgent_comes_back_before_its_time() -> None:
    away = do(Attention(CONCERN), a_deed(Act.SNOOZE))
    later = NOON + timedelta(hours=1)
    assert is_snoozed(away, NOON, later)
    assert not is_snoozed(away, later, later)


def test_what_is_put_off_does_not_return_early_by_itself() -> None:
    away = do(Attention(CONCERN), a_deed(Act.SNOOZE))
    with pytest.raises(ActRefused):
        do(away, a_deed(Act.RETURN, None))
    back = do(away, a_deed(Act.RETURN, None, NOON + timedelta(hours=3)))
    assert (back.snoozed_until, back.returned_at) == (None, NOON + timedelta(hours=3))


def test_a_note_is_in_nobodys_way() -> None:
    taken = do(Attention(CONCERN), a_deed(Act.TAKE))
    assert do(taken, a_deed(Act.NOTE, text="Gebeld.")) == taken

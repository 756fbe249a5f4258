"""How what happened reads."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest

from casework import pages
from casework.domain import timeline
from casework.domain.cases import State, Track
from casework.domain.timeline import Entry, What, as_seen, words
from chassis.identity import new_id
from contracts import intake, monitoring, notifications, routing

AT = datetime(2026, 3, 9, 19, 42, tzinfo=UTC)


def an_entry(what: What, track: Track | None = None, **more: str) -> Entry:
    return Entry(new_id(), AT, what, track, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", What)
def test_everything_that_can_happen_has_words(what: What) -> None:
    said = words(an_entry(what, Track.CARE, who="GGZ", detail="x"))
    assert said.heading
    assert said.kind in {"care", "enforcement", "ok", "plain"}


@pytest.mark.parametrize(
    ("entry", "heading"),
    [
        (an_entry(What.OPENED, detail="phone"), "Eerste melding"),
        (an_entry(What.ASSESSED, detail="care enforcement"), "Beoordeeld: zorgspoor en handhavingsspoor"),
        (an_entry(What.ASSESSED, detail=""), "Beoordeeld: geen spoor"),
        (
            an_entry(What.ANSWERED, who="Politie", detail="measure-taken"),
            "Politie is klaar: maatregel genomen",
        ),
        (an_entry(What.DECLINED, who="GGZ", detail="no-capacity"), "GGZ pakt het niet op: geen ruimte"),
        (an_entry(What.TERM_MISSED, detail="first-answer"), "Termijn voorbij: eerste antwoord"),
        (
            an_entry(What.FAILED, detail="confirmation", who="refused"),
            "Bevestiging aan de melder niet aangekomen: de mailserver weigert",
        ),
    ],
)
def test_it_reads_so(entry: Entry, heading: str) -> None:
    assert words(entry).heading == heading


def test_a_step_on_a_track_has_the_colour_of_the_track_and_an_answer_is_well() -> None:
    assert words(an_entry(What.OFFERED, Track.CARE)).kind == "care"
    assert words(an_entry(What.OFFERED, Track.ENFORCEMENT)).kind == "enforcement"
    assert words(an_entry(What.ANSWERED, Track.CARE)).kind == "ok"
    assert words(an_entry(What.TERM_MET)).kind == "ok"
    assert words(an_entry(What.TERM_MET_LATE)).kind == "plain"


def test_what_a_newer_service_says_is_shown_as_it_is() -> None:
    assert words(an_entry(What.DECLINED, who="GGZ", detail="on-strike")).heading.endswith("on-strike")


@pytest.mark.parametrize("state", State)
def test_every_state_of_an_assignment_is_something_that_happens(state: State) -> None:
    assert What(state).value == state.value


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize("track", [None, *Track])
@pytest.mark.parametrize("reads_care", [True, False])
def test_only_care_notes_are_withheld_and_only_from_who_does_not_read_care(
    what: What, track: Track | None, *, reads_care: bool
) -> None:
    seen = as_seen(an_entry(what, track, text="Afspraken."), reads_care=reads_care)
    withheld = what is What.NOTED and track is Track.CARE and not reads_care
    assert seen.text == (None if withheld else "Afspraken.")


@pytest.mark.parametrize(
    ("codes", "known"),
    [
        (intake.Channel, timeline.CHANNELS),
        (routing.Track, timeline.TRACKS),
        (routing.Outcome, timeline.OUTCOMES),
        (routing.DeclineReason, timeline.REFUSALS),
        (monitoring.Promise, timeline.PROMISES),
        (notifications.Kind, timeline.MESSAGES),
    ],
)
def test_every_code_in_a_message_has_words(codes: type[StrEnum], known: dict[str, str]) -> None:
    assert set(known) == set(codes)


def test_every_tenure_but_unknown_has_words() -> None:
    assert set(pages.TENURES) == set(intake.Tenure) - {intake.Tenure.OTHER}

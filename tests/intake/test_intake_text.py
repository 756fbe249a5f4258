"""The reply is in the reporter's language, and the story is kept as it came beside what is read."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.testing import Bench
from contracts.intake import ReportSubmitted
from intake.adapters import formats, language
from intake.tables import reports

ADDRESS = {"postcode": "2599 ZX", "houseNumber": 101}


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("intake")


async def send(intake: Bench, story: str, **more: Any) -> ReportSubmitted:
    body = {"category": "GEL-ERNST", "story": story, "address": ADDRESS} | more
    answer = await intake.client.post("/intake/v1/reports", json=body)
    assert answer.status_code == 202
    said = [message for message in await intake.said() if isinstance(message, ReportSubmitted)]
    return said[-1]


async def as_sent(intake: Bench) -> str | None:
    async with intake.transaction() as tx:
        kept: str | None = (await tx.execute(select(reports.c.story_as_sent))).scalar_one()
    return kept


@pytest.mark.parametrize(
    ("story", "reply"),
    [
        ("Elke nacht harde muziek tot vier uur.", "nl"),
        ("Loud music every night until four.", "en"),
        ("My neighbour screams at night and I am afraid for the children.", "en"),
        ("De hond blaft de hele dag. Please call me.", "nl"),
        ("Herrie", "nl"),
        ("Loud party", "nl"),
        ("???", "nl"),
        ("Der Nachbar schreit jede Nacht ganz laut", "nl"),
        ("", "nl"),
    ],
)
def test_a_story_is_english_only_when_that_is_plain(story: str, reply: str) -> None:
    assert language.detect(story) == reply


async def test_the_reply_is_in_the_language_of_the_story(intake: Bench) -> None:
    assert (await send(intake, "The neighbours upstairs shout all night long.")).language == "en"


async def test_what_the_reporter_chose_goes_before_what_was_detected(intake: Bench) -> None:
    assert (await send(intake, "The neighbours shout all night long.", language="nl")).language == "nl"


async def test_a_story_is_cleaned_for_reading_and_kept_as_it_came(intake: Bench) -> None:
    story = "  Elke\u00a0nacht \u200bmuziek.\r\n\r\n\r\n\r\nTot  vier\tuur.\x07 "
    report = await send(intake, story)
    assert report.story == "Elke nacht muziek.\n\nTot vier uur."
    assert await as_sent(intake) == story


async def test_a_story_that_needed_no_cleaning_is_kept_once(intake: Bench) -> None:
    await send(intake, "Elke nacht muziek.")
    assert await as_sent(intake) is None


async def test_signs_that_no_database_holds_stop_no_report(intake: Bench) -> None:
    body = rb'{"category": "STANK", "story": "Rook\u0000 en \ud83d stank", "address": {"postcode": "2599 ZX", "houseNumber": 1}}'
    answer = await intake.client.post(
        "/intake/v1/reports", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 202
    assert await as_sent(intake) == "Rook\ufffd en ? stank"


@given(st.text())
def test_what_is_readable_stays_as_it_is(text: str) -> None:
    once = formats.readable(text)
    assert formats.readable(once) == once

"""What a partner cannot say is parked with why, and changes nothing."""

import json
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from asking_partners import SPEAKERS, data_of, questions
from partner_languages import newest_aside, nothing_changes, words_for

from chassis.testing import Bench
from contracts.envelope import Message

SPEAKING = sorted(SPEAKERS.items())


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


CODES = {
    "police": ("status",),
    "ggz": ("status",),
    "corporation": ("zaakstatussen", 0, "soort", "code"),
    "enforcement": ("status",),
    "mediation": ("status",),
    "social": ("status",),
    "cloudevents": ("state",),
}
KNOWN = {
    "police": "ontvangen",
    "ggz": "accepted",
    "corporation": "AAN",
    "enforcement": "geregistreerd",
    "mediation": "aangenomen",
    "social": "opgepakt",
    "cloudevents": "information-needed",
}


async def test_an_answer_of_a_wrong_shape_is_parked_with_the_field(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        event = routing.event(words_for(partner, asked[partner]).accepted, partner)
        needed = next(name for name in event.data if name in CODES[language])
        cut = {name: value for name, value in event.data.items() if name != needed}
        body = event.model_copy(update={"data": cut}).model_dump_json(exclude_none=True).encode()
        async with nothing_changes(routing):
            await routing.receives(body, partner=partner)
        state, _, detail = await newest_aside(routing)
        assert state == "parked"
        assert needed in detail
    assert len(await routing.aside()) == len(SPEAKING)


async def test_a_word_that_a_language_does_not_have_is_parked_with_those_it_has(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        event = routing.event(words_for(partner, asked[partner]).accepted, partner)
        data = json.loads(json.dumps(event.data))
        *path, last = CODES[language]
        inner = data
        for step in path:
            inner = inner[step]
        inner[last] = "onzin"
        body = event.model_copy(update={"data": data}).model_dump_json(exclude_none=True).encode()
        async with nothing_changes(routing):
            await routing.receives(body, partner=partner)
        state, _, detail = await newest_aside(routing)
        assert (state, KNOWN[language] in detail) == ("parked", True), detail


async def test_an_answer_in_a_language_that_the_partner_does_not_speak_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        other, speaker = next(pair for pair in SPEAKING if pair[0] != language)
        said = words_for(speaker, asked[speaker]).accepted
        async with nothing_changes(routing):
            await routing.hears(said, partner=partner)
        state, reason, detail = await newest_aside(routing)
        assert (state, reason) == ("parked", "NotYourLanguage")
        assert f"{partner} does not speak {other} with this hub, but {language}" in detail


async def test_an_answer_twice_counts_once_and_the_second_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for _, partner in SPEAKING:
        done = words_for(partner, asked[partner]).done
        event = routing.event(done, partner).model_dump_json(exclude_none=True).encode()
        await routing.receives(event, partner=partner)
        async with nothing_changes(routing):
            await routing.receives(event, partner=partner)
        parked = len(await routing.aside())
        async with nothing_changes(routing):
            await routing.hears(done, partner=partner)
        assert await newest_aside(routing) == (
            "parked",
            "CannotFollow",
            "answered cannot follow answered",
        )
        assert len(await routing.aside()) == parked + 1


async def test_an_answer_out_of_order_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for _, partner in SPEAKING:
        words = words_for(partner, asked[partner])
        await routing.hears(words.done, partner=partner)
        async with nothing_changes(routing):
            await routing.hears(words.accepted, partner=partner)
        assert await newest_aside(routing) == (
            "parked",
            "CannotFollow",
            "accepted cannot follow answered",
        )


def about(said: Message, assignment_id: UUID) -> Message:
    """The same answer, about another assignment."""
    data = json.loads(json.dumps(data_of(said)))
    match data:
        case {"basedOn": [{"identifier": identifier}]}:
            identifier["value"] = str(assignment_id)
        case _:
            data[next(name for name in ("kenmerk", "idExtern", "assignmentId") if name in data)] = str(
                assignment_id
            )
    return type(said).model_validate(data)


async def test_an_answer_to_anothers_or_to_an_unknown_assignment_is_parked(routing: Bench) -> None:
    asked = await questions(routing, *SPEAKERS.values())
    for language, partner in SPEAKING:
        said = words_for(partner, asked[partner]).accepted
        another = next(question for other, question in asked.items() if other != partner)
        async with nothing_changes(routing):
            await routing.hears(about(said, UUID(another.subject)), partner=partner)
        state, reason, detail = await newest_aside(routing)
        assert (state, reason) == ("parked", "NotYourAssignment"), language
        assert detail == f"{another.subject} is not an assignment of {partner}"
        stranger = uuid4()
        async with nothing_changes(routing):
            await routing.hears(about(said, stranger), partner=partner)
        assert await newest_aside(routing) == (
            "parked",
            "NoSuchAssignment",
            f"{stranger} is not an assignment of this hub",
        )

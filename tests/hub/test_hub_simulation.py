"""The simulated partners speak as real ones would: whatever they say is understood, and what must go wrong does."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from asking_partners import REGISTER, data_of, questions, sent_to_partners

from chassis.partner import Reply
from chassis.testing import Bench
from contracts.envelope import CloudEvent, Message
from contracts.partners import RequestClarification, RequestWithdrawal
from meldketen.register import connected_partners
from meldketen.simulation.partners import MANNERS, NONSENSE, Manner, Speaker, spoken
from meldketen.simulation.words import LANGUAGES

AT_ONCE = timedelta()
SPOKEN = spoken(REGISTER)


async def said_by(speaker: Speaker, told: CloudEvent) -> list[Message | bytes]:
    replies: list[Reply] = [reply async for reply in speaker.replies(told, AT_ONCE)]
    return [said for _, said in replies]


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


def test_every_partner_of_the_register_is_played() -> None:
    assert set(SPOKEN) == set(connected_partners())
    assert set(SPOKEN.values()) <= set(LANGUAGES)
    assert {partner for partner, _ in MANNERS} <= set(SPOKEN)


@pytest.mark.parametrize("digit", range(10))
async def test_all_that_is_said_at_a_house_number_is_understood(routing: Bench, digit: int) -> None:
    asked = await questions(routing, *SPOKEN, house_number=20 + digit)
    for partner, question in asked.items():
        manner = MANNERS.get((partner, digit), Manner.PROMPT)
        said = await said_by(Speaker(partner, SPOKEN[partner]), question)
        assert bool(said) == (manner is not Manner.NEVER)
        for one in said:
            if isinstance(one, Message):
                await routing.hears(one, partner=partner)
            else:
                assert (one, manner) == (NONSENSE, Manner.CONFUSED)
    assert await routing.aside() == []


def clarified(question: CloudEvent) -> CloudEvent:
    made = RequestClarification.model_validate(
        {"assignmentId": question.subject, "text": "Bel bij de buren aan."}
    )
    return question.model_copy(update={"type": RequestClarification.type(), "data": data_of(made)})


async def test_who_asked_for_more_goes_on_when_it_is_told(routing: Bench) -> None:
    question = (await questions(routing, "fire-brigade", house_number=21))["fire-brigade"]
    speaker = Speaker("fire-brigade", SPOKEN["fire-brigade"])
    states = [data_of(m)["state"] for m in await said_by(speaker, question) if isinstance(m, Message)]
    assert states == ["accepted", "information-needed"]
    states = [
        data_of(m)["state"] for m in await said_by(speaker, clarified(question)) if isinstance(m, Message)
    ]
    assert states == ["in-progress", "answered"]
    assert await said_by(speaker, clarified(question)) == []


async def test_who_need_not_answer_says_nothing_more(routing: Bench) -> None:
    question = (await questions(routing, "safety", house_number=22))["safety"]
    withdrawn = RequestWithdrawal.model_validate({"assignmentId": question.subject, "reason": "not-needed"})
    told = question.model_copy(update={"type": RequestWithdrawal.type(), "data": data_of(withdrawn)})
    speaker = Speaker("safety", SPOKEN["safety"])
    replies = speaker.replies(question, AT_ONCE)
    await anext(replies)
    assert await said_by(speaker, told) == []
    assert [reply async for reply in replies] == []


async def test_what_links_a_zaak_is_taken_without_a_word(routing: Bench) -> None:
    question = (await questions(routing, "enforcement", house_number=20))["enforcement"]
    speaker = Speaker("enforcement", SPOKEN["enforcement"])
    accepted, *_ = await said_by(speaker, question)
    assert isinstance(accepted, Message)
    await routing.hears(accepted, partner="enforcement")
    link = (await sent_to_partners(routing))[-1]
    assert link.event.name == "case-links.changed.v1"
    assert await said_by(speaker, link.event) == []
    assert REGISTER[link.partner].adapter == "enforcement"

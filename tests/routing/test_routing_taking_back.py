"""Who was asked is told that it need not answer, in its own language, and not why."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from asking_partners import REGISTER, an_assignment, data_of, questions, sent_to_partners
from partner_languages import newest_aside, nothing_changes, rows, words_for

from chassis.calendar import DutchCalendar
from chassis.pseudonyms import Pseudonyms
from chassis.testing import Bench
from chassis.version_handlers import InForce
from contracts.routing import AssignmentWithdrawn
from routing.adapters import policy_file
from routing.adapters.envelope import Envelope
from routing.adapters.languages import LANGUAGES
from routing.domain.assignments import WITH_THE_PARTNER, CannotFollow, State
from routing.handlers.asking import Desk
from routing.handlers.taking_back import take_back


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


def a_desk() -> Desk:
    return Desk(
        InForce(policy_file.load(), policy_file.shipped()),
        REGISTER,
        DutchCalendar(),
        Pseudonyms("a key that is long enough"),
        Envelope("urn:nld:oin:1:systeem:hub", "https://schemas.example", "https://hub.example"),
    )


async def test_only_who_was_asked_is_told_that_it_need_not_answer(routing: Bench) -> None:
    question = (await questions(routing, "enforcement"))["enforcement"]
    told = {"kenmerk": question.subject, "reden": "elders_gevraagd"}
    for state in State:
        asked = an_assignment("enforcement", assignment_id=UUID(question.subject), state=state)
        before = len(await sent_to_partners(routing))
        async with routing.transaction() as tx:
            if state in {State.ANSWERED, State.WITHDRAWN}:
                with pytest.raises(CannotFollow):
                    take_back(asked, "asked-elsewhere", tx, a_desk())
            else:
                take_back(asked, "asked-elsewhere", tx, a_desk())
        said = [data_of(one.message) for one in (await sent_to_partners(routing))[before:]]
        assert said == ([told] if state in WITH_THE_PARTNER else []), state
    withdrawn = [m for m in await routing.said() if isinstance(m, AssignmentWithdrawn)]
    assert len(withdrawn) == len(State) - 2


async def test_the_desk_itself_is_told_nothing(routing: Bench) -> None:
    async with routing.transaction() as tx:
        take_back(an_assignment("desk", "care"), "not-needed", tx, a_desk())
    assert await sent_to_partners(routing) == []


async def test_an_answer_after_it_was_taken_back_is_parked(routing: Bench) -> None:
    question = (await questions(routing, "safety"))["safety"]
    row = next(row for row in await rows(routing) if str(row.assignment_id) == question.subject)
    async with routing.transaction() as tx:
        taken = an_assignment("safety", assignment_id=row.assignment_id, report_id=row.report_id)
        take_back(taken, "report-withdrawn", tx, a_desk())
    async with nothing_changes(routing):
        await routing.hears(words_for("safety", question).accepted, partner="safety")
    assert (await newest_aside(routing))[1:] == ("CannotFollow", "accepted cannot follow withdrawn")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_partner_does_not_learn_that_the_reporter_took_the_report_back(language: str) -> None:
    say = LANGUAGES[language].withdrawal
    withdrawn = {reason: say(an_assignment(reason=reason)) for reason in ("report-withdrawn", "not-needed")}
    assert withdrawn["report-withdrawn"] == withdrawn["not-needed"]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_only_a_language_in_which_more_can_be_asked_has_an_answer_to_it(language: str) -> None:
    made = LANGUAGES[language].clarification(an_assignment(), "De bovenste verdieping.")
    assert (made is not None) == (language in {"enforcement", "cloudevents"})
    if made:
        assert "De bovenste verdieping." in made.model_dump_json()

"""Whatever partners answer and people decide, in whichever order: of a report one leads, and somebody can always act."""

import asyncio
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.domain.assignments import AT_WORK, FOLLOWS, Assignment, State
from routing.domain.directing import REASONS, Act, acts_on

if TYPE_CHECKING:
    from .conftest import Directed

CATEGORIES = ["VERWARD", "VERVUIL", "GEL-LEEF", "JEUGD", "TUIN", "OVERIG"]
FINDINGS = [None, "refused", "violation-found", "normalised"]
MOVES = st.lists(
    st.tuples(st.sampled_from(["answer", "act", "told", "missed"]), st.integers(0, 999), st.integers(0, 999)),
    min_size=4,
    max_size=14,
)


def pick(choices: Any, number: int) -> Any:
    ordered = sorted(choices, key=str)
    return ordered[number % len(ordered)] if ordered else None


async def move(city: "Directed", what: str, who: int, how: int) -> None:
    asked = await city.asked()
    one = asked[who % len(asked)]
    if what == "told":
        await city.is_told()
    elif what == "missed":
        if one.state is State.OFFERED:
            await city.misses(one.partner)
    elif what == "act":
        await act(city, one, asked, how)
    elif state := pick(FOLLOWS.get(one.state, ()), how):
        finding = FINDINGS[how % len(FINDINGS)]
        more = {"outcome": "closed"} if state is State.ANSWERED else {}
        more |= {"reason": "other"} if state is State.DECLINED else {}
        await city.answers_to(one, state, finding=finding, **more)


async def act(city: "Directed", one: Assignment, asked: list[Assignment], how: int) -> None:
    chosen = pick(acts_on(one, asked), how)
    if chosen is None:
        return
    body: dict[str, Any] = {"why": pick(REASONS[chosen], how)} if chosen in REASONS else {}
    if chosen is Act.REASSIGN:
        body["partner"] = pick(city.desk.register, how)
    if chosen is Act.CONCLUDE:
        body["outcome"] = "closed"
    if chosen is Act.CLARIFY:
        body["text"] = "Het is de derde verdieping."
    answer = await city.decides(chosen, one, **body)
    assert answer.status_code in {200, 409}, answer.text


async def hold_true(city: "Directed") -> None:
    asked = await city.asked()
    assert [one.lead for one in asked].count(True) == 1
    [leader] = [one for one in asked if one.lead]
    assert leader.state is not State.WITHDRAWN
    assert any(one.state is not State.WITHDRAWN for one in asked)
    open_ones = [one.partner for one in asked if one.state not in {State.ANSWERED, State.WITHDRAWN}]
    assert len(open_ones) == len(set(open_ones)) or open_ones.count("desk") > 1
    replaced = [one.replaces for one in asked if one.replaces]
    assert len(replaced) == len(set(replaced))
    if any(one.state is State.HELD for one in asked):
        held = {one.track for one in asked if one.state is State.HELD}
        assert held == {"enforcement"}
        assert any(one.track == "care" and one.state in AT_WORK and one.partner != "desk" for one in asked)


async def test_of_a_report_one_leads_and_nobody_is_dropped(city: "Directed", new_report: Any) -> None:
    """The moves are drawn outside the loop in which the service runs."""
    drawn: list[tuple[str, list[tuple[str, int, int]]]] = []

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(CATEGORIES), MOVES)
    def draw(category: str, moves: list[tuple[str, int, int]]) -> None:
        drawn.append((category, moves))

    await asyncio.to_thread(draw)
    for number, (category, moves) in enumerate(drawn):
        calm = {"danger": number % 4 == 0, "children": False}
        await city.hears_of(new_report(category=category, signals=calm))
        await hold_true(city)
        for what, who, how in moves:
            await move(city, what, who, how)
            await hold_true(city)
    assert await city.bench.aside() == []

"""From what stands under `when` to the condition that it means."""

from collections.abc import Iterator
from datetime import timedelta

from routing.adapters.policy_shape import Count, When, several
from routing.domain.conditions import (
    ALWAYS,
    Answered,
    AtTime,
    Condition,
    Counted,
    Every,
    Found,
    InArea,
    Is,
    Not,
    OnDay,
    Running,
    Some,
)

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def condition(when: When) -> Condition:
    parts = (*_about_the_report(when), *_about_what_came_before(when), *_made_of_others(when))
    return parts[0] if len(parts) == 1 else Every(parts) if parts else ALWAYS


def _about_the_report(when: When) -> Iterator[Condition]:
    for fact in ("category", "tenure", "owner"):
        if (values := getattr(when, fact)) is not None:
            wanted = frozenset(several(values))
            yield Not(Is(fact, frozenset({None}))) if wanted == {"any"} else Is(fact, wanted)
    for fact in ("danger", "children", "going_on_now", "reported_before"):
        if (value := getattr(when, fact)) is not None:
            yield Is(fact, frozenset({value}))
    if when.area is not None:
        yield InArea(tuple(several(when.area)))
    for question, values in when.answers.items():
        yield Answered(question, frozenset(several(values)))
    if when.hours:
        yield AtTime(when.hours.since, when.hours.until)
    if when.days:
        yield OnDay(frozenset(map(WEEK.index, when.days)))


def _about_what_came_before(when: When) -> Iterator[Condition]:
    if when.reports:
        yield _counted("reports", when.reports)
    if when.reporters:
        yield _counted("reporters", when.reporters)
    for part, values in when.finding.items():
        yield Found(part, frozenset(several(values)))
    if when.running:
        yield Running(when.running)


def _counted(what: str, count: Count) -> Counted:
    within = timedelta(days=count.within_days)
    return Counted(what, count.at_least, within, frozenset(several(count.category)))


def _made_of_others(when: When) -> Iterator[Condition]:
    if when.any:
        yield Some(tuple(map(condition, when.any)), when.at_least)
    if when.all:
        yield Every(tuple(map(condition, when.all)))
    if when.not_:
        yield Not(condition(when.not_))

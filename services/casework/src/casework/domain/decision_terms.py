"""A term within which the authority must decide, which may stand still for a while."""

from dataclasses import dataclass, replace
from datetime import date

from casework.domain.law import Law, LegalTerm, TermName
from casework.domain.steps import DateCannotBe, StepRefused


@dataclass(frozen=True, slots=True)
class DecisionTerm:
    """`counted_to` is where the count ends, before the Algemene termijnenwet moves it to `last_day`."""

    term: LegalTerm
    began_on: date
    counted_to: date
    last_day: date
    held_since: date | None = None


def run(name: TermName, began_on: date, law: Law) -> DecisionTerm:
    term = law.term(name, began_on)
    counted_to = term.after(began_on)
    return DecisionTerm(term, began_on, counted_to, law.calendar.moved(term, counted_to))


def hold(running: DecisionTerm, since: date, article: str) -> DecisionTerm:
    """It stands still from a day on, that day included. StepRefused."""
    if running.held_since is not None:
        raise StepRefused(article, "De beslistermijn staat al stil.")
    if since > running.last_day:
        raise StepRefused(article, "De beslistermijn is voorbij: stilzetten helpt niet meer.")
    return replace(running, held_since=since)


def go_on(running: DecisionTerm, on: date, law: Law, article: str) -> DecisionTerm:
    """It runs again from a day on, so the end moves by the days that it stood still. StepRefused, DateCannotBe."""
    if running.held_since is None:
        raise StepRefused(article, "De beslistermijn loopt: er is niets om te hervatten.")
    stood = on - running.held_since
    if stood.days < 0:
        raise DateCannotBe("De beslistermijn kan niet doorlopen voor hij stilstond.")
    counted_to = running.counted_to + stood
    return replace(
        running,
        counted_to=counted_to,
        last_day=law.calendar.moved(running.term, counted_to),
        held_since=None,
    )

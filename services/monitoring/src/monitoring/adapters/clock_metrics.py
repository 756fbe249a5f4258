"""What Prometheus sees of the clocks: counts and times, never a report or a person."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from prometheus_client import Counter, Gauge, Histogram

from monitoring.domain.escalation import Rung
from monitoring.domain.figures import Figures

OPEN = Gauge("meldketen_clocks_open", "Clocks that are not met or cancelled", ["promise", "state"])
LATE = Gauge("meldketen_clocks_late", "Clocks whose term is over and nothing came", ["promise"])
UNTAKEN = Gauge("meldketen_clocks_untaken", "Those of them that nobody took up")
OVERDUE = Gauge(
    "meldketen_clocks_overdue_oldest_seconds", "How long ago the oldest of the late should have ended"
)
DUE = Gauge("meldketen_clocks_due", "Clocks whose moment has come and that did not fire yet")
DUE_AGE = Gauge("meldketen_clocks_due_oldest_seconds", "How long ago the first of them should have fired")
FIRED_LATE = Histogram(
    "meldketen_clock_fired_late_seconds",
    "How long after its moment a clock fired",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600),
)
ESCALATIONS = Counter("meldketen_escalations", "Silences of which somebody was told", ["rung"])

Counts = Mapping[tuple[str, str], int]


def show(figures: Figures, now: datetime) -> None:
    """What can be counted by what is due or late alone."""
    for promise, many in figures.late.items():
        LATE.labels(promise).set(many)
    for rung in Rung:
        ESCALATIONS.labels(rung)  # from nought, so that the first is seen
    UNTAKEN.set(figures.untaken)
    OVERDUE.set(_age(figures.overdue_since, now))
    DUE.set(figures.due)
    DUE_AGE.set(_age(figures.due_since, now))


def show_open(counted: Counts) -> None:
    """What is counted by going through all that is open."""
    for (promise, state), many in counted.items():
        OPEN.labels(promise, state).set(many)


def fired(moment: datetime | None, now: datetime) -> None:
    FIRED_LATE.observe(_age(moment, now))


def raised(rung: str) -> None:
    ESCALATIONS.labels(rung).inc()


def _age(since: datetime | None, now: datetime) -> float:
    return (now - since) / timedelta(seconds=1) if since else 0

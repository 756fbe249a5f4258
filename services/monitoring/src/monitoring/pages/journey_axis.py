"""The time axis of a journey: where everything stands, in percents of its length. The template draws it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import pairwise

from look.words import AMSTERDAM, clock, date_short, span
from monitoring.domain.clocks import Deadline, State
from monitoring.domain.journey import Journey
from monitoring.pages import journey_words as words

SHORTEST = timedelta(minutes=2)
MOST_TICKS = 6
TOGETHER = 3.0
"""Marks nearer than so many percents are drawn as one, with their number."""

FAR_OFF = 3
"""An end so many times as far as all that happened would leave that no room."""

ROOM_FOR_WORDS = 11.0
STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 2, 5, 10, 15, 30),
        *(60, 120, 300, 600, 900, 1800),
        *(3600, 7200, 10800, 21600, 43200),
        *(86400 * days for days in (1, 2, 7, 14, 28, 91, 182, 364)),
    )
)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scale:
    """`x` gives percents, with some room at both ends for a mark."""

    begin: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        share = (at - self.begin) / (self.end - self.begin)
        return round(2 + 96 * min(max(share, 0), 1), 2)


@dataclass(frozen=True, slots=True)
class Mark:
    """What happened here; more than one thing where `many`. `texts` say what, one each."""

    x: float
    sign: str
    texts: tuple[str, ...]

    @property
    def many(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happened for so long."""

    x: float
    text: str
    narrow: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """A term: what of it passed, what is left, and what was too much. Widths are none where there is nothing."""

    x: float
    passed: float
    left: float
    late_x: float
    late: float
    due_x: float | None
    kind: str
    text: str


@dataclass(slots=True)
class Lane:
    name: str
    marks: list[Mark] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """`now_x` is none when nothing runs any more: then the axis ends with what happened last."""

    begin: datetime
    end: datetime
    ticks: Sequence[Tick]
    lanes: Sequence[Lane]
    now_x: float | None


def draw(journey: Journey, now: datetime) -> Axis:
    running = [one for one in journey.deadlines if _runs(one)]
    scale = _scale(journey, now)
    lanes: dict[str, Lane] = {}
    at: dict[str, list[tuple[datetime, str, str]]] = {}
    for hop in journey.hops:
        key, name = words.lane(hop)
        lanes.setdefault(key, Lane(name))
        at.setdefault(key, []).append((hop.happened_at, words.sign(hop), words.told(hop)))
    for deadline in journey.deadlines:
        key, name = words.deadline_lane(deadline)
        lanes.setdefault(key, Lane(name)).bars.append(_bar(deadline, scale, now))
    for key, happened in at.items():
        lanes[key].marks = list(_marks(happened, scale))
        lanes[key].pauses = list(_pauses([moment for moment, _, _ in happened], scale))
    return Axis(
        begin=scale.begin,
        end=scale.end,
        ticks=list(_ticks(scale)),
        lanes=[lanes[key] for key in sorted(lanes, key=words.lane_order)],
        now_x=scale.x(now) if running else None,
    )


def _runs(deadline: Deadline) -> bool:
    return deadline.met_at is None and deadline.state is not State.CANCELLED


def _goes(deadline: Deadline) -> bool:
    """Whether it runs and does not stand still: then its end is known."""
    return _runs(deadline) and deadline.state is not State.PAUSED


def _scale(journey: Journey, now: datetime) -> Scale:
    """From the first that happened to now or the last, and on to the next end, unless that is far off."""
    moments = [hop.happened_at for hop in journey.hops]
    for one in journey.deadlines:
        moments += [one.started_at, one.met_at or one.started_at]
        if _runs(one):
            moments.append(now)
    begin, last = min(moments), max(*moments, min(moments) + SHORTEST)
    ends = [one.due_at for one in journey.deadlines if _goes(one) and one.due_at > last]
    to_come = min(ends, default=last)
    return Scale(begin, to_come if to_come - last <= FAR_OFF * (last - begin) else last)


def _bar(deadline: Deadline, scale: Scale, now: datetime) -> Bar:
    """Of a term that stands still, what passed: its end is not known."""
    until = deadline.met_at or deadline.paused_at or (now if _runs(deadline) else scale.begin)
    x, due = scale.x(deadline.started_at), scale.x(deadline.due_at)
    came = scale.x(max(until, deadline.started_at))
    kind, text = words.how(deadline, now)
    return Bar(
        x=x,
        passed=round(max(min(came, due) - x, 0.6), 2),
        left=round(max(due - max(came, x), 0), 2) if _goes(deadline) else 0,
        late_x=due,
        late=round(max(came - due, 0), 2),
        due_x=due if deadline.due_at <= scale.end and deadline.state is not State.PAUSED else None,
        kind=kind,
        text=f"{words.promised(deadline)}: {text}",
    )


def _marks(happened: Sequence[tuple[datetime, str, str]], scale: Scale) -> Iterator[Mark]:
    """What lies too near to be told apart is one mark, with the gravest sign of them."""
    gravest = ("late", "almost", "ok", "plain")
    together: list[tuple[float, str, str]] = []
    for moment, sign, text in happened:
        x = scale.x(moment)
        if together and x - together[0][0] > TOGETHER:
            yield _mark(together, gravest)
            together = []
        together.append((x, sign, text))
    if together:
        yield _mark(together, gravest)


def _mark(together: Sequence[tuple[float, str, str]], gravest: Sequence[str]) -> Mark:
    sign = min((sign for _, sign, _ in together), key=gravest.index)
    return Mark(together[0][0], sign, tuple(text for _, _, text in together))


def _pauses(moments: Sequence[datetime], scale: Scale) -> Iterator[Pause]:
    for before, after in pairwise(moments):
        begin, end = scale.x(before), scale.x(after)
        if end - begin >= ROOM_FOR_WORDS:
            yield Pause(round((begin + end) / 2, 2), span(after - before), end - begin < 2 * ROOM_FOR_WORDS)


def _ticks(scale: Scale) -> Iterator[Tick]:
    """Round moments as the clock here shows them. Midnight is told by its day."""
    length = scale.end - scale.begin
    step = next((step for step in STEPS if length / step <= MOST_TICKS), STEPS[-1])
    midnight = datetime.combine(scale.begin.astimezone(AMSTERDAM).date(), time(), AMSTERDAM)
    at = midnight + (scale.begin - midnight) // step * step
    while at <= scale.end:
        if at >= scale.begin:
            yield Tick(scale.x(at), _tick(at, step))
        at += step  # by the clock on the wall: a day of 23 or 25 hours is one


def _tick(at: datetime, step: timedelta) -> str:
    if step >= A_DAY or at.time() == time():
        return date_short(at)
    return clock(at, seconds=step < timedelta(minutes=1))

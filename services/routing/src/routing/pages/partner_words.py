"""How a partner is reached, when it is open and by which covenant it is asked, as it reads on the screen."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from chassis.calendar import HERE, DutchCalendar
from look.words import day as day_in_words
from routing.domain.assignments import Assignment, State
from routing.domain.conditions import DAYS
from routing.domain.partners import HOLIDAY, Channel, OpeningHours, Partner, why_no_covenant

WAYS = {
    Channel.QUEUE: "in het eigen systeem",
    Channel.PUSH: "in het eigen systeem",
    Channel.MAIL: "per mail, met een link",
}
FIELDS = {
    "category": "soort overlast",
    "address": "adres",
    "story": "verhaal van de melder",
    "signals": "gevaar, kinderen, nu bezig, eerder gemeld",
    "reporter": "naam en contact van de melder",
}
CALENDAR = DutchCalendar()
OPEN, CLOSED = ("ok", "Nu open"), ("plain", "Nu dicht")
WEEK, ALL_DAY = tuple(range(7)), (0, 24)
CLOSED_SHOWN = 3
NOT_ASKED_YET = frozenset({State.PREPARED, State.HELD, State.UNDELIVERABLE})

Facts = list[tuple[str, str]]


def reached(partner: Partner, now: datetime) -> dict[str, Any]:
    """How it gets its questions, whom to call or mail, and whether somebody is there."""
    today = now.astimezone(HERE).date()
    is_open = partner.is_open(now, on_holiday=CALENDAR.is_holiday(today))
    return {
        "way": WAYS[partner.channel] if partner.is_connected else "niet: dit gaat buiten de hub om",
        "mail": partner.mail,
        "contacts": partner.contacts,
        "hours": [hours_in_words(hours) for hours in partner.hours],
        "closed": [f"niet op {day_in_words(day)}" for day in sorted(partner.closed) if day >= today][
            :CLOSED_SHOWN
        ],
        "badge": (OPEN if is_open else CLOSED) if partner.hours else None,
    }


def hours_in_words(hours: OpeningHours) -> str:
    always = (hours.since, hours.until) == ALL_DAY
    between = "dag en nacht" if always else f"{hours.since}.00 tot {hours.until}.00 uur"
    return f"{days_in_words(sorted(set(hours.days)))}, {between}"


def days_in_words(days: Sequence[int]) -> str:
    """Days that follow each other are told by the first and the last."""
    if days[-1] == HOLIDAY:
        return f"{days_in_words(days[:-1])}, ook op feestdagen" if days[1:] else "feestdagen"
    names = [DAYS[day] for day in days]
    if tuple(days) == WEEK:
        return "elke dag"
    if days[2:] and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} tot en met {names[-1]}"
    *others, last = names
    return f"{', '.join(others)} en {last}" if others else last


def covenant(one: Assignment, partner: Partner, now: datetime) -> tuple[str | None, Facts]:
    """Why there is none to ask by, or else what stands in it. What was asked, was asked by that of then."""
    today = now.astimezone(HERE).date()
    asked_on = today if one.state in NOT_ASKED_YET else one.offered_at.astimezone(HERE).date()
    found = partner.covenant(one.track, asked_on)
    if found is None:
        return why_no_covenant(partner, one.track, asked_on), []
    facts = [
        ("Mag weten", ", ".join(words for field, words in FIELDS.items() if field in found.fields)),
        ("Doel", found.purpose),
        ("Grond", found.ground),
        ("Geldt", _how_long(found.until, today)),
    ]
    return None, [fact for fact in facts if fact[1]]


def _how_long(until: date | None, today: date) -> str:
    if until is None:
        return "zonder einddatum"
    return f"{'gold ' if until < today else ''}tot en met {day_in_words(until)}"

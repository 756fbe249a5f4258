"""How a scorecard reads, on the screen and in a spreadsheet, in Dutch."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from io import StringIO
from itertools import dropwhile

from look.words import number
from monitoring.domain.scorecards import Kept, Load, Period, Scorecard, Stretch
from monitoring.pages.journey_words import CODES

TOO_FEW = "te weinig"
REASONS = ("not-ours", "no-capacity", "not-enough-facts", "already-handled", "other")
HOURS_A_DAY = 8
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def share(kept: Kept) -> tuple[str, str]:
    """The share, or that there is too little; and the counts."""
    counts = f"{number(kept.punctual)} van {number(kept.ended)}" if kept.ended else "nog niets"
    return (TOO_FEW if kept.percent is None else f"{kept.percent}%"), counts


def worked(time: timedelta | None) -> tuple[str, str]:
    """Working hours, and about how many days of work that is where it is one or more."""
    if time is None:
        return TOO_FEW, ""
    hours = time / timedelta(hours=1)
    if hours < 1:
        return "minder dan 1 werkuur", ""
    whole = round(hours)
    said = "1 werkuur" if whole == 1 else f"{number(whole)} werkuren"
    days = round(hours / HOURS_A_DAY * 2) / 2
    if hours < HOURS_A_DAY:
        return said, ""
    return said, f"ongeveer {number(days)} {'werkdag' if days == 1 else 'werkdagen'}"


def reason(code: str) -> str:
    """A code without words here is shown as it is."""
    return str(CODES["reason"].get(code, code))


def joined(said: tuple[str, str]) -> str:
    """On one line: "83%, 10 van 12"."""
    return ", ".join(filter(None, said))


def of_which(load: Load) -> str:
    """What of the open ones is late or stands still: "2 te laat, 1 stil"."""
    parts = ((load.late, "te laat"), (load.waiting, "stil"))
    return ", ".join(f"{number(many)} {words}" for many, words in parts if many)


def open_now(load: Load) -> str:
    some = of_which(load)
    return f"{number(load.open)}, waarvan {some}" if some else number(load.open)


def stretch(one: Stretch, most: int) -> dict[str, object]:
    """For a row of the trend: how wide its bar is, in percents of the widest."""
    late = one.first_answer.ended - one.first_answer.punctual
    return {
        "stretch": one,
        "share": share(one.first_answer),
        "late": late,
        "in_time_wide": _percent(one.first_answer.punctual, most),
        "late_wide": _percent(late, most),
    }


def since_first(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Without those before the first question: a new partner need not scroll past a quarter of noughts."""
    return list(dropwhile(lambda one: not one.asked, stretches))


def _percent(part: int, most: int) -> float:
    return round(100 * part / most, 1) if most else 0


HEAD = (
    "Partner",
    "Naam",
    "Van",
    "Tot en met",
    "Gevraagd",
    "Eerste antwoord op tijd",
    "Eerste antwoord afgelopen",
    "Eerste antwoord op tijd (%)",
    "Resultaat op tijd",
    "Resultaat afgelopen",
    "Resultaat op tijd (%)",
    "Beantwoord",
    "Helft binnen (werkuren)",
    "Negen van de tien binnen (werkuren)",
    "Niet opgepakt",
    *(f"Niet opgepakt: {reason(code)}" for code in REASONS),
    "Nu open",
    "Nu te laat",
    "Nu stil",
)


def as_csv(cards: Iterable[Scorecard], period: Period) -> str:
    """As a Dutch spreadsheet opens it: semicolons, decimal commas, and the sign that says it is UTF-8.

    Where there is too little to say anything, the cell is empty.
    """
    made = StringIO()
    lines = csv.writer(made, delimiter=";")
    lines.writerow(HEAD)
    lines.writerows(_line(card, period) for card in cards)
    return "\ufeff" + made.getvalue()


def _line(card: Scorecard, period: Period) -> Sequence[str | int]:
    return (
        _harmless(card.partner),
        _harmless(card.name),
        period.since.isoformat(),
        period.until.isoformat(),
        card.asked,
        *_kept(card.first_answer),
        *_kept(card.result),
        card.pace.answers,
        _hours(card.pace.median),
        _hours(card.pace.p90),
        card.declined,
        *_by_reason(card),
        card.load.open,
        card.load.late,
        card.load.waiting,
    )


def _kept(kept: Kept) -> tuple[int, int, int | str]:
    return kept.punctual, kept.ended, "" if kept.percent is None else kept.percent


def _by_reason(card: Scorecard) -> Iterator[int]:
    """A reason that a newer version gives counts as another one."""
    many = dict(card.declines)
    known = [many.get(code, 0) for code in REASONS[:-1]]
    return iter((*known, card.declined - sum(known)))


def _hours(time: timedelta | None) -> str:
    return "" if time is None else f"{time / timedelta(hours=1):.1f}".replace(".", ",")


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins with one of these for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell

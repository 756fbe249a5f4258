"""How the table of terms reads, in Dutch."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.categories import load as load_categories
from monitoring.domain.clocks import Promise
from monitoring.domain.terms import CONDITIONS, TermRule, TermTable
from monitoring.pages.board_words import WAITS

UNITS = {
    "hours": ("uur", "uur"),
    "working-hours": ("werkuur", "werkuren"),
    "working-days": ("werkdag", "werkdagen"),
    "calendar-days": ("dag", "dagen"),
    "weeks": ("week", "weken"),
    "months": ("maand", "maanden"),
}
ASKED = {"partner": "partner", "category": "soort", "urgency": "spoed", "track": "spoor", "step": "stap"}
VALUES: Mapping[str, str] = {
    "urgent": "gevaar gemeld",
    "normal": "geen gevaar gemeld",
    "care": "zorg",
    "enforcement": "handhaving",
    "desk": "Meldpunt",
} | {code: words["nl"] for code, words in load_categories().items()}
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that is new, gone or other. Each line: what it is about, what stood there, what stands there now."""

    rule: str
    title: str
    kind: str
    lines: tuple[tuple[str, str | None, str | None], ...]


def term_in_words(rule: TermRule) -> str:
    if rule.amount is None:
        return "zoals in de vraag staat"
    one, more = UNITS[rule.unit]
    by_law = ", wettelijk" if rule.statutory else ""
    return f"{rule.amount} {one if rule.amount == 1 else more}{by_law}"


def asks_in_words(rule: TermRule) -> str:
    """What the rule asks; "anders" where it always speaks."""
    asked = [(name, sorted(rule.asks[name])) for name in CONDITIONS if name in rule.asks]
    said = (f"{ASKED[name]}: {' of '.join(VALUES.get(one, one) for one in values)}" for name, values in asked)
    return ", ".join(said) or "in alle andere gevallen"


def warns_in_words(rule: TermRule) -> str:
    return f"na {rule.warn_share:.0%}".replace("%", " procent")


def by_promise(table: TermTable) -> list[tuple[str, list[TermRule]]]:
    """Each promise with its rules, those that ask most first."""
    return [(WAITS[promise], [r for r in table.rules if r.promise is promise]) for promise in Promise]


def compare(old: TermTable, new: TermTable) -> list[Change]:
    """The order of rules is no difference."""
    before, after = ({rule.name: rule for rule in table.rules} for table in (old, new))
    changes = [_change(name, before.get(name), after.get(name)) for name in {**after, **before}]
    return [change for change in changes if change.lines]


def _change(name: str, old: TermRule | None, new: TermRule | None) -> Change:
    then, now = _lines(old), _lines(new)
    lines = ((about, then.get(about), now.get(about)) for about in {**then, **now})
    kind = CHANGED if old and new else ADDED if new else REMOVED
    title = then.get("Wat wacht") or now.get("Wat wacht") or ""
    return Change(name, title, kind, tuple(line for line in lines if line[1] != line[2]))


def _lines(rule: TermRule | None) -> dict[str, str]:
    if rule is None:
        return {}
    return {
        "Wat wacht": WAITS[rule.promise],
        "Wanneer": asks_in_words(rule),
        "Termijn": term_in_words(rule),
        "Waarschuwt": warns_in_words(rule),
        "Waarom": rule.because,
    }

"""What differs between two versions of the policy, rule by rule, as it reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from routing.domain.policy import Policy, Rule
from routing.domain.wording import in_lines, title

ADDED = "added"
REMOVED = "removed"
CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that is new, gone or other, by its name and by what it is called.

    Each line: what it is about, what stood there, what stands there now.
    """

    rule: str
    title: str
    kind: str
    lines: tuple[tuple[str, str | None, str | None], ...]


def compare(old: Policy, new: Policy, names: Mapping[str, str]) -> tuple[Change, ...]:
    """The order of rules is no difference. `names` are those of the parts, the partners and the categories."""
    before = {rule.name: rule for rule in old.rules}
    after = {rule.name: rule for rule in new.rules}
    changes = [
        _change(rule, before.get(name), after.get(name), names) for name, rule in {**after, **before}.items()
    ]
    return tuple(change for change in changes if change.lines)


def _change(rule: Rule, old: Rule | None, new: Rule | None, names: Mapping[str, str]) -> Change:
    then = dict(in_lines(old, names)) if old else {}
    now = dict(in_lines(new, names)) if new else {}
    kind = CHANGED if old and new else ADDED if new else REMOVED
    lines = ((about, then.get(about), now.get(about)) for about in {**then, **now})
    return Change(rule.name, title(rule, names), kind, tuple(line for line in lines if line[1] != line[2]))

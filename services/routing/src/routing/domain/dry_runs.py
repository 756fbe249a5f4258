"""What another policy would have decided about the reports there were. Not one of them is touched."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from routing.domain.policy import Assessment, difference

MOST_EXAMPLES = 50


class NoSuchDryRun(Exception):
    """There is no such dry run."""


class TooManyDryRuns(Exception):
    """Too many dry runs wait for their turn."""


class RunState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A report as it was decided, and as it would be."""

    report_id: UUID
    category: str
    before: Assessment
    after: Assessment


@dataclass(frozen=True, slots=True)
class Example:
    """A report that would go another way, and the difference in sentences."""

    report_id: UUID
    category: str
    difference: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """What would change. Reports and changed ones by category; how many of a category go to a part, before and after.

    A report is changed when another part is asked, with another term, or a track is opened, closed or held. `unread`
    are those whose facts could not be read.
    """

    reports: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    after: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: tuple[Example, ...] = ()
    unread: int = 0

    def __add__(self, other: "Effects") -> "Effects":
        return Effects(
            self.reports + other.reports,
            self.changed + other.changed,
            self.before + other.before,
            self.after + other.after,
            (*self.examples, *other.examples)[:MOST_EXAMPLES],
            self.unread + other.unread,
        )

    def by_part(self) -> dict[str, tuple[int, int]]:
        """How many reports go to each part, before and after."""
        before, after = _by_part(self.before), _by_part(self.after)
        return {part: (before[part], after[part]) for part in sorted({*before, *after})}


def _by_part(counted: Counter[tuple[str, str]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (_, part), many in counted.items():
        sums[part] += many
    return sums


@dataclass(frozen=True, slots=True)
class DryRun:
    """A replay of the first assessments of reports, since a moment, with another text; and how far it is.

    `at_report` is the last report that was replayed. `failure` says why it ended before its time.
    """

    dry_run_id: UUID
    version: str
    text: str
    since: datetime | None
    asked_by: str
    asked_at: datetime
    state: RunState
    total: int
    done: int = 0
    at_report: UUID | None = None
    effects: Effects = field(default_factory=Effects)
    failure: str | None = None
    ended_at: datetime | None = None

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


def count(replayed: Iterable[Replayed], names: Mapping[str, str], unread: int = 0) -> Effects:
    """What would change in these. `names` are those of the parts."""
    effects = Effects(unread=unread)
    examples = []
    for one in replayed:
        effects.reports[one.category] += 1
        effects.before.update((one.category, request.part) for request in one.before.requests)
        effects.after.update((one.category, request.part) for request in one.after.requests)
        if changes := difference(one.before, one.after, names):
            effects.changed[one.category] += 1
            examples.append(Example(one.report_id, one.category, changes))
    return effects + Effects(examples=tuple(examples[:MOST_EXAMPLES]))

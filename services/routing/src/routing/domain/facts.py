"""What the policy may look at. No name, no address and no story: a rule is about kinds of nuisance."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """A report at the same address. `who` tells reporters apart and names nobody; it is empty where nobody said who."""

    who: str
    category: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """A report as the policy sees it.

    `at` is when it was received. `area` is a neighbourhood's code. `owner` is the partner that owns the dwelling, by the
    housing stock. `seen` are the reports at this address so far, this one among them. `findings` is what partners
    found, by the part they play, and `running` are the tracks on which somebody is at work. `area_name` and `words` are
    for people, and no rule sees them: `words` has what was asked by the question's code, and what was answered by the
    codes of both, as `question=value`.
    """

    category: str
    at: datetime
    tenure: str = "other"
    danger: bool = False
    children: bool = False
    going_on_now: bool = False
    reported_before: bool = False
    answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    area: str | None = None
    owner: str | None = None
    seen: tuple[Sighting, ...] = ()
    findings: Mapping[str, str] = field(default_factory=dict)
    running: frozenset[str] = frozenset()
    area_name: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)

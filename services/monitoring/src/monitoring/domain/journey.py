"""The journey of a report: every message about it is a hop, whoever said it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from monitoring.domain.clocks import Deadline, Promise


class NoSuchJourney(Exception):
    """Nothing is known here of the report: nothing was heard of it yet, or it was long ago."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One message: when it happened by its own data, when it was registered, and when it was heard here.

    `facts` are the codes, counts and names of organisations in it. It has no report where the message names none:
    then it belongs to every report that has a hop of the same subject.
    """

    message_id: str
    report_id: UUID | None
    name: str
    source: str
    subject: str
    happened_at: datetime
    registered_at: datetime
    heard_at: datetime
    trace_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """The name without its major: what happened is the same in each."""
        return self.name.rpartition(".v")[0]

    @property
    def service(self) -> str:
        return self.source.rpartition("meldketen-")[2]


@dataclass(frozen=True, slots=True)
class Journey:
    """What is known of a report, its hops in order, and its clocks. `earlier` counts the hops that are left out."""

    report_id: UUID
    hops: Sequence[Hop]
    deadlines: Sequence[Deadline]
    earlier: int = 0
    case_id: UUID | None = None
    case_number: str | None = None
    category_name: str | None = None
    area_name: str | None = None

    @property
    def aftercare(self) -> Deadline | None:
        """The clock of the check after the outcome, where the chain has it and not the case."""
        care = (one for one in self.deadlines if one.promise is Promise.AFTERCARE and one.term_id is None)
        return next(care, None)


def in_order(hops: Iterable[Hop]) -> list[Hop]:
    """As things happened; what happened at one moment in the order in which it was written down."""
    return sorted(hops, key=lambda hop: (hop.happened_at, hop.registered_at, hop.message_id))


def waits(hops: Sequence[Hop]) -> list[timedelta | None]:
    """How long after the one before it each hop came. None for the first."""
    return [None, *(after.happened_at - before.happened_at for before, after in pairwise(hops))][: len(hops)]

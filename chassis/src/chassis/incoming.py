"""A message as it arrived, whatever it is."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from contracts.envelope import CloudEvent

Key = tuple[str, str]
"""What makes a message the same one when it comes again: (source, id)."""

Line = tuple[str, str]
"""The messages of one subject of one source: (source, subject)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """`event` is none where the body is not one; then `fault` says why. `place` is none where order was not promised."""

    body: bytes
    event: CloudEvent | None = None
    source: str = "unreadable"
    place: int | None = None
    sender: str | None = None
    fault: str | None = None

    @property
    def key(self) -> Key:
        """A body that is no event is known by its digest."""
        return (self.source, self.event.id if self.event else sha256(self.body).hexdigest())

    @property
    def line(self) -> Line | None:
        return (self.source, self.event.subject) if self.event and self.place else None

    def day(self, today: date) -> date:
        """The day it is remembered under: of its own time, so that it is the same when it comes again."""
        return self.event.time.date() if self.event else today

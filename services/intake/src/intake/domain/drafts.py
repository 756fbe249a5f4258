"""A form that is not sent yet: kept for a day, so that nobody has to begin again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Draft:
    """`fields` is what was typed, by field; empty once it was sent under a `reference`.

    `pin` is there from the sending until it was shown. `owner` is the agent whose draft it is; none for a citizen's,
    which belongs to who has its id.
    """

    draft_id: str
    fields: Mapping[str, Sequence[str]]
    saved_at: datetime
    pin: str | None = None
    reference: str | None = None
    owner: str | None = None

    @property
    def is_sent(self) -> bool:
        return self.reference is not None

    @property
    def kept_until(self) -> datetime:
        return self.saved_at + KEPT


def fill_in(
    draft: Draft, names: Collection[str], filled: Mapping[str, Sequence[str]], now: datetime
) -> Draft:
    """What was filled in for these fields, in the place of what they held: a box that is not ticked is not sent."""
    others = {name: values for name, values in draft.fields.items() if name not in names}
    return replace(draft, fields=others | {n: filled[n] for n in names if n in filled}, saved_at=now)


def is_over(draft: Draft, now: datetime) -> bool:
    return draft.kept_until <= now

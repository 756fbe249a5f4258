"""Who is in the partner register, as far as clocks go by it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListedPartner:
    """`opening` is when it is open, as that is written in one line; none where it is open as the desk is."""

    partner: str
    name: str
    opening: str | None = None

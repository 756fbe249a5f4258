"""What a reporter may do meanwhile. Advice, never a condition."""

from collections.abc import Sequence

SAFETY = "safety"


def advice(fitting: Sequence[str], *, danger: bool) -> tuple[str, ...]:
    """The codes of what to advise, out of those that fit the category: where there is danger, safety alone."""
    return (SAFETY,) if danger else tuple(fitting)

"""What the words of a partner's language mean."""

from collections.abc import Mapping
from typing import TypeVar

Meaning = TypeVar("Meaning")

ENDINGS = {"asked-elsewhere": "elders_gevraagd"}
NOT_NEEDED = "niet_meer_nodig"


def meant(said: str | None, words: Mapping[str, Meaning], field: str) -> Meaning:
    """What a word means. ValueError, which names the words there are, where it is none of them or is not there."""
    if said is None:
        raise ValueError(f"{field} is missing: use one of {', '.join(words)}")
    if said not in words:
        raise ValueError(f"{said} is not a word for {field}: use one of {', '.join(words)}")
    return words[said]


def ending(reason: str | None) -> str:
    """Why a partner need not answer, in Dutch. That a reporter took the report back is not for partners to know."""
    return ENDINGS.get(reason or "", NOT_NEEDED)

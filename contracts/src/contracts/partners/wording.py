"""Codes of a partner's language: lists that may grow, so that a word more breaks nobody."""

from typing import Annotated, Any

from pydantic import Field


def word(*known: str) -> Any:
    """The codes known so far. One that the hub does not know is parked, with those that it does."""
    return Field(pattern=r"^[a-z][a-z_-]{1,39}$", json_schema_extra={"x-extensible-enum": list(known)})


Ending = Annotated[str, word("elders_gevraagd", "niet_meer_nodig")]
"""Why a partner need not answer any more, in Dutch: the least that it must know."""

"""The form of a table of terms: what may be written, each part with its bounds."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import Unit
from monitoring.domain.clocks import Promise

MOST_RULES = 500
Word = Annotated[str, Field(min_length=1, max_length=64)]
OneOrMore = Word | Annotated[list[Word], Field(min_length=1, max_length=100)]
Share = Annotated[float, Field(strict=True, gt=0, lt=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleShape(_Strict):
    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,63}$")
    because: str = Field(min_length=10, max_length=1000)
    promise: Promise
    partner: OneOrMore | None = None
    category: OneOrMore | None = None
    urgency: OneOrMore | None = None
    track: OneOrMore | None = None
    step: OneOrMore | None = None
    within: Annotated[int, Field(strict=True, gt=0, le=10_000)] | None = None
    unit: Unit | None = None
    statutory: bool = False
    warn_share: Share | None = None


class File(_Strict):
    """The whole file. `warn_share` is for every rule that says no other."""

    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")
    warn_share: Share
    terms: Annotated[list[RuleShape], Field(min_length=1, max_length=MOST_RULES)]


def several(values: OneOrMore | None) -> list[str]:
    return [values] if isinstance(values, str) else values or []

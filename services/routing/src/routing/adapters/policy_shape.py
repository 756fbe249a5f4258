"""The form of a policy file: what a policy officer may write, each part with its bounds."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from chassis.calendar import Unit

Track = Literal["care", "enforcement"]
TermUnit = Literal[Unit.HOURS, Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
OneOrMore = str | Annotated[list[str], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Count(_Strict):
    """So many within so many days, at the address of the report; the report itself counts."""

    at_least: int = Field(ge=1, le=1000)
    within_days: int = Field(ge=1, le=3650)
    category: OneOrMore = []


class Hours(_Strict):
    """From this hour up to that one, by the clock in the Netherlands; `since` after `until` spans midnight."""

    since: int = Field(ge=0, le=23)
    until: int = Field(ge=0, le=24)


class When(_Strict):
    """Holds when everything that is named in it holds. `owner = "any"`: some partner owns the dwelling."""

    category: OneOrMore | None = None
    tenure: OneOrMore | None = None
    owner: OneOrMore | None = None
    danger: bool | None = None
    children: bool | None = None
    going_on_now: bool | None = None
    reported_before: bool | None = None
    area: OneOrMore | None = None
    answers: dict[str, OneOrMore] = {}
    hours: Hours | None = None
    days: list[Day] = []
    reports: Count | None = None
    reporters: Count | None = None
    finding: dict[str, OneOrMore] = {}
    running: Track | None = None
    any: list["When"] = []
    all: list["When"] = []
    at_least: int = Field(1, ge=1, description="How many of `any` must hold.")
    not_: "When | None" = Field(None, alias="not")


class RuleShape(_Strict):
    because: str = Field(min_length=10)
    care: list[str] = []
    enforcement: list[str] = []
    term: int = Field(5, gt=0, le=250)
    unit: TermUnit = Unit.WORKING_DAYS
    questions: dict[str, str] = {}


class GeneralRule(RuleShape):
    """A rule that is tried for every report."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]+$")
    when: When
    tracks: list[Track] = []
    not_ask: list[str] = []
    only: bool = False
    hold: list[Track] = []


class CategoryRule(RuleShape):
    """What is done with reports of one category."""

    instruments: list[str] = []


class File(_Strict):
    """The whole file."""

    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")
    questions: dict[str, str] = Field(
        description="What is asked of who plays a part, where no rule says otherwise."
    )
    rules: list[GeneralRule] = []
    categories: dict[str, CategoryRule]


def several(values: OneOrMore) -> list[str]:
    return [values] if isinstance(values, str) else values

"""The form of the file of what the law and the city set: what may be written, each part with its bounds."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from casework.domain.law import AmountName, LegalUnit, NumberName, RuleName, TermName

Whole = Annotated[int, Field(strict=True, gt=0, le=10_000)]
Euros = Annotated[int, Field(strict=True, gt=0, le=10_000_000)]
Words = Annotated[str, Field(min_length=3, max_length=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Dated(_Strict):
    valid_from: Annotated[date, Field(strict=True)]
    source: Words
    check: Words | None = None


class TermShape(_Dated):
    name: TermName
    within: Whole
    unit: LegalUnit


class AmountShape(_Dated):
    name: AmountName
    euros: Euros


class NumberShape(_Dated):
    name: NumberName
    number: Whole


class RuleShape(_Dated):
    name: RuleName
    holds: bool


class File(_Strict):
    """The whole file."""

    version: str = Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")
    terms: list[TermShape] = Field(default_factory=list, max_length=500)
    amounts: list[AmountShape] = Field(default_factory=list, max_length=500)
    numbers: list[NumberShape] = Field(default_factory=list, max_length=500)
    rules: list[RuleShape] = Field(default_factory=list, max_length=500)

"""A report as it comes from outside, whatever the channel: checked, and of one shape."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)
from pydantic.alias_generators import to_camel

from chassis.identity import new_id
from contracts.intake import Channel, Tenure
from intake.adapters import formats

LONGEST_STORY = 10_000

Postcode = Annotated[str, Field(max_length=12), AfterValidator(formats.postcode)]
Addition = Annotated[str, AfterValidator(formats.addition)] | None
Phone = Annotated[str, Field(max_length=40), AfterValidator(formats.phone)] | None
Email = Annotated[str, Field(max_length=254), AfterValidator(formats.email)] | None


def _clean(text: object) -> object:
    return formats.readable(text) if isinstance(text, str) else text


Story = Annotated[str, BeforeValidator(_clean), Field(min_length=1, max_length=LONGEST_STORY)]
Name = Annotated[str, BeforeValidator(_clean), Field(max_length=200)] | None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class NewAddress(_Part):
    """Where the nuisance is."""

    postcode: Postcode = Field(examples=["2599 ZX"])
    house_number: int = Field(ge=1, le=99_999, examples=[101])
    addition: Addition = Field(None, examples=["A"])


class NewReporter(_Part):
    """Who reports. All of it may be left out."""

    name: Name = Field(None, examples=["A. Voorbeeld"])
    phone: Phone = Field(None, examples=["070 000 00 00"])
    email: Email = Field(None, examples=["a.voorbeeld@example.nl"])
    anonymous: bool = False
    tenure: Tenure = Tenure.OTHER


class NewSignals(_Part):
    danger: bool = False
    children: bool = False
    going_on_now: bool = False
    reported_before: bool = False


class NewReport(_Part):
    """A report of nuisance at an address."""

    category: str = Field(max_length=20, examples=["GEL-ERNST"])
    channel: Channel = Channel.WEB
    story: Story = Field(examples=["Elke nacht harde muziek tot vier uur."])
    address: NewAddress
    reporter: NewReporter = NewReporter()
    signals: NewSignals = NewSignals()
    language: str | None = Field(
        None, pattern="^(nl|en)$", description="Of the reply. Left out: the language of the story."
    )

    _as_sent: str | None = PrivateAttr(None)

    @property
    def story_as_sent(self) -> str | None:
        """The story as it came, where it was cleaned to be read."""
        return self._as_sent

    @model_validator(mode="wrap")
    @classmethod
    def _keep_what_was_sent(cls, content: Any, check: ModelWrapValidatorHandler[Self]) -> Self:
        report = check(content)
        sent = content.get("story") if isinstance(content, Mapping) else None
        if isinstance(sent, str) and sent != report.story:
            report._as_sent = formats.verbatim(sent)  # noqa: SLF001  its own
        return report


def new_key() -> str:
    """An Idempotency-Key for a form, so that a second click is no second report."""
    return str(new_id())

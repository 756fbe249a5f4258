"""A report as it comes from outside, whatever the channel: checked, and of one shape."""

from collections.abc import Mapping
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import Header
from pydantic import (
    AfterValidator,
    AwareDatetime,
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
from intake.domain.following import LONGEST_TEXT
from intake.domain.questions import LONGEST_ANSWER, Given

LONGEST_STORY = 10_000
MOST_ATTACHMENTS = 50
"""What a body may name; how many a report may have is a setting."""

Key = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=8, max_length=100, pattern=r"^[\x21-\x7e]+$")
]

Postcode = Annotated[str, Field(max_length=12), AfterValidator(formats.postcode)]
Addition = Annotated[str, AfterValidator(formats.addition)] | None
Phone = Annotated[str, Field(max_length=40), AfterValidator(formats.phone)] | None
Email = Annotated[str, Field(max_length=254), AfterValidator(formats.email)] | None


def clean(text: object) -> object:
    return formats.readable(text) if isinstance(text, str) else text


def _once(ids: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if len(set(ids)) < len(ids):
        raise ValueError("name each attachment once")
    return ids


Story = Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=LONGEST_STORY)]
Text = Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=LONGEST_TEXT)]
Name = Annotated[str, BeforeValidator(clean), Field(max_length=200)] | None


Attachments = Annotated[tuple[UUID, ...], Field(max_length=MOST_ATTACHMENTS), AfterValidator(_once)]
UPLOADED = "What was uploaded before, by id, and belongs to no report yet."


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


class NewAnswer(_Part):
    """An answer to one of the questions about the category: a code of its choices, `yes` or `no`, or a few words.

    A question about times may have several answers, each on its own.
    """

    question: str = Field(max_length=40, examples=["noise-source"])
    value: Annotated[str, BeforeValidator(clean), Field(min_length=1, max_length=LONGEST_ANSWER)] = Field(
        examples=["music"]
    )


class NewReport(_Part):
    """A report of nuisance at an address."""

    category: str = Field(max_length=20, examples=["GEL-ERNST"])
    channel: Channel = Channel.WEB
    story: Story = Field(examples=["Elke nacht harde muziek tot vier uur."])
    address: NewAddress
    reporter: NewReporter = NewReporter()
    signals: NewSignals = NewSignals()
    answers: tuple[NewAnswer, ...] = Field((), max_length=50)
    language: str | None = Field(
        None, pattern="^(nl|en)$", description="Of the reply. Left out: the language of the story."
    )
    joins: UUID | None = Field(None, description="The case that the desk's agent chose for it.")
    attachments: Attachments = Field((), description=UPLOADED)

    _as_sent: str | None = PrivateAttr(None)

    @property
    def given(self) -> list[Given]:
        return [Given(answer.question, answer.value) for answer in self.answers]

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


class NewAmendment(_Part):
    """What a reporter adds to a report."""

    text: Text = Field(examples=["Vannacht was het er weer."])
    attachments: Attachments = Field((), description=UPLOADED)


class NewIncident(_Part):
    """A line of the nuisance diary: when it happened, and what the reporter noticed."""

    happened_at: AwareDatetime
    text: Text = Field(examples=["Een uur geschreeuw op de galerij."])


class NewFeedback(_Part):
    """Whether the nuisance is over."""

    solved: bool


def new_key() -> str:
    """An Idempotency-Key for a form, so that a second click is no second report."""
    return str(new_id())

"""The envelope every message travels in: CloudEvents 1.0 by the NL GOV profile, in structured JSON."""

from typing import Any, ClassVar, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

NAMESPACE = "nl.woonoverlast."
MEDIA_TYPE = "application/cloudevents+json"
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"

PLAIN = r"^[^\x00-\x1f\x7f]+$"
"""One sign or more, none of them a control sign (CloudEvents 1.0, type system: String)."""


def known_codes(*codes: str) -> Any:
    """For a field of codes known so far: a reader takes others too."""
    listed: JsonDict = {"x-extensible-enum": [str(code) for code in codes]}
    return Field(pattern=r"^[a-z][a-z-]{1,39}$", json_schema_extra=listed)


class Shape(BaseModel):
    """A part of a message: frozen, camelCase on the wire, tolerant of fields that a newer version adds."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True
    )


class Message(Shape):
    """The data of one message. Its class says what it is called and which field it is about.

    `name` is `<plural noun>.<past participle>.v<major>`: the CloudEvents type without the namespace, and the
    routing key. `subject_field` names the field with the opaque id that becomes the CloudEvents subject.
    """

    name: ClassVar[str]
    subject_field: ClassVar[str]

    def __init_subclass__(cls, *, name: str = "", about: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name:
            cls.name = name
            cls.subject_field = about

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Accept the class keywords above: pydantic hands them on."""

    @classmethod
    def of(cls, thing: object, **more: Any) -> Self:
        """The message about a domain object: its attributes of the same name, and what is given beside them."""
        found = {name: getattr(thing, name) for name in cls.model_fields if hasattr(thing, name)}
        return cls.model_validate(found | more, from_attributes=True)

    @classmethod
    def type(cls) -> str:
        return NAMESPACE + cls.name

    @property
    def subject(self) -> str:
        return str(getattr(self, self.subject_field))


class CloudEvent(BaseModel):
    """The context attributes (NL GOV profile for CloudEvents 1.1) and the data as it came.

    `time` is when the event was registered; when the thing happened stands in the data. `sequence` counts per
    source and subject. `follows` says, for each reader of the hub, which of its events on this subject this one
    is ("casework=2 monitoring=3"), so that a reader can tell a gap from an event that was never meant for it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: str = Field(pattern=PLAIN, max_length=128)
    source: str = Field(pattern=PLAIN, max_length=256)
    type: str = Field(pattern=PLAIN, max_length=128)
    subject: str = Field(pattern=PLAIN, max_length=128)
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str | None = Field(None, max_length=256)
    sequence: str | None = Field(None, pattern=r"^[0-9]{1,10}$")
    sequencetype: Literal["Integer", "integer"] | None = None
    traceparent: str | None = Field(None, pattern=r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
    follows: str | None = Field(None, pattern=r"^[a-z0-9-]+=[0-9]{1,9}( [a-z0-9-]+=[0-9]{1,9})*$")
    data: dict[str, Any]

    @property
    def name(self) -> str:
        return self.type.removeprefix(NAMESPACE)

    def place_for(self, reader: str) -> int | None:
        """Which of the reader's events on this subject this one is, from 1; none where order was not promised."""
        places = dict(part.split("=") for part in (self.follows or "").split())
        return int(places[reader]) if reader in places else None

"""What is wrong with what a partner said, in words that its developer understands."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ValidationError

from chassis.reading import LARGEST_EVENT_BYTES, what_is_wrong
from chassis.rehearsal import Heard
from chassis.topology import partner_user
from contracts.envelope import MEDIA_TYPE, CloudEvent, Message
from routing.adapters.languages import Language
from routing.domain.assignments import Answer, Assignment, CannotFollow, NotYourAssignment, State, take


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, what exactly, and what to do about it."""

    about: str
    what: str
    hint: str


@dataclass(slots=True)
class Judge:
    """Follows what one partner says about the questions it was asked, and judges each message as the hub would."""

    partner: str
    language: Language
    asked: dict[UUID, Assignment] = field(default_factory=dict)
    states: dict[UUID, list[State]] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)

    def expect(self, assignment: Assignment) -> None:
        self.asked[assignment.assignment_id] = assignment
        self.states[assignment.assignment_id] = []

    def wanting(self) -> list[UUID]:
        """What the partner wants to know more about."""
        return [about for about, one in self.asked.items() if one.state is State.INFORMATION_NEEDED]

    def tell(self, about: UUID) -> None:
        """The partner was told what it wanted to know: it may answer as at first, as with the hub."""
        self.asked[about] = replace(self.asked[about], state=State.OFFERED)

    def judge(self, heard: Heard) -> list[Finding]:
        """None where all is well. What the hub would take counts, also where something beside it is wrong."""
        return [*self._outside(heard), *self._inside(heard)]

    def _outside(self, heard: Heard) -> Iterator[Finding]:
        if heard.content_type != MEDIA_TYPE:
            yield Finding(
                "content type", f"It is {heard.content_type or 'not given'}.", f"Set it to {MEDIA_TYPE}."
            )
        user = partner_user(self.partner)
        if heard.user_id != user:
            yield Finding(
                "user_id",
                "It is not given.",
                f"Set the property user_id to {user}: the broker vouches for it.",
            )
        if not heard.persistent:
            yield Finding(
                "delivery mode", "The message is lost when the broker stops.", "Set delivery_mode to 2."
            )

    def _inside(self, heard: Heard) -> Iterator[Finding]:
        try:
            content = json.loads(heard.body)
        except (ValueError, RecursionError) as fault:
            yield Finding(
                "envelope", f"Not JSON: {fault}.", "Send one CloudEvent in structured JSON a message."
            )
            return
        if len(heard.body) > LARGEST_EVENT_BYTES:
            yield Finding(
                "envelope", f"Over {LARGEST_EVENT_BYTES} bytes.", "Send less; files are not for messages."
            )
            return
        try:
            event = CloudEvent.model_validate(content)
        except ValidationError as fault:
            yield Finding(
                "envelope", f"Not a CloudEvent: {what_is_wrong(fault)}.", "See schemas/cloudevent.json."
            )
            return
        yield from self._event(event, heard)

    def _event(self, event: CloudEvent, heard: Heard) -> Iterator[Finding]:
        if event.id in self.seen:
            if self.seen[event.id] != heard.body:
                hint = "Another message has another id; only the same message, sent again, keeps it."
                yield Finding("id", f"{event.id} was used before, for something else.", hint)
            return
        self.seen[event.id] = heard.body
        models = {message.type(): message for message in self.language.answers}
        model = models.get(event.type)
        if model is None:
            yield Finding(
                "type", f"{event.type} is no answer of yours.", f"Choose: {', '.join(sorted(models))}."
            )
            return
        if heard.routing_key != f"{self.partner}.{event.name}":
            yield Finding(
                "routing key", f"It is {heard.routing_key}.", f"Publish with {self.partner}.{event.name}."
            )
        yield from self._data(event, model)

    def _data(self, event: CloudEvent, model: type[Message]) -> Iterator[Finding]:
        hint = f"See schemas/{model.name}.json."
        for name in _strangers(event.data, model):
            yield Finding("unknown field", f"{name} is not read.", hint)
        try:
            said = model.model_validate(event.data)
            answer: Answer = self.language.answers[model](said)
        except ValidationError as fault:
            yield Finding("data", f"{what_is_wrong(fault)}.", hint)
            return
        except ValueError as fault:
            yield Finding("data", f"{fault}.", hint)
            return
        if event.subject != said.subject:
            hint = f"The subject is {type(said).subject_field} of the data: {said.subject}."
            yield Finding("subject", f"It is {event.subject}.", hint)
        yield from self._answer(answer)

    def _answer(self, answer: Answer) -> Iterator[Finding]:
        before = self.asked.get(answer.assignment_id)
        if before is None:
            what = f"{answer.assignment_id} is not an assignment of yours."
            yield Finding("assignment", what, "Answer with the id that came with the question.")
            return
        try:
            after = take(before, answer, self.partner, before.changed_at)
        except (CannotFollow, NotYourAssignment) as fault:
            what = f"{fault}."
            hint = "Say accepted first and once; nothing follows after answered, declined or a withdrawal."
            yield Finding("order", what, hint)
            return
        self.asked[answer.assignment_id] = after
        self.states[answer.assignment_id].append(answer.state)


def _strangers(data: Any, model: type[BaseModel], where: str = "") -> Iterator[str]:
    """The names of fields that the schema does not have."""
    known = {
        name: info for field_, info in model.model_fields.items() for name in (field_, info.alias or field_)
    }
    for name, value in data.items() if isinstance(data, Mapping) else ():
        if name not in known:
            yield f"{where}{name}"
            continue
        inner = _shape_of(known[name].annotation)
        parts: Sequence[Any] = value if isinstance(value, list) else [value]
        for part in parts if inner else ():
            yield from _strangers(part, inner, f"{where}{name}.")  # type: ignore[arg-type]  # not none here


def _shape_of(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as `tuple[Model, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_shape_of(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)

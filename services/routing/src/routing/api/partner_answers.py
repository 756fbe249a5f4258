"""Answers of partners over HTTPS, each in the partner's own language: CloudEvents in structured mode."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from chassis.database import Database
from chassis.principals import Principal, may
from chassis.reading import LARGEST_EVENT_BYTES
from contracts.envelope import MEDIA_TYPE, CloudEvent, Shape
from routing.domain.assignments import CannotFollow, NoSuchAssignment, NotYourAssignment, NotYourLanguage
from routing.handlers.answering import take_event
from routing.handlers.asking import Desk
from routing.store import links

HTTPS = "https"


class UnsupportedMediaType(Exception):
    """The answer is not a structured CloudEvent."""


class NoSuchWord(Exception):
    """The answer says what the partner's language has no word for, or at a time that cannot be."""


REFUSALS: dict[type[Exception], int] = {
    NoSuchAssignment: 404,
    NotYourAssignment: 403,
    NotYourLanguage: 400,
    NoSuchWord: 400,
    CannotFollow: 409,
    UnsupportedMediaType: 415,
}

MayAnswer = Annotated[Principal, Depends(may("partner:answer"))]

_EVENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A CloudEvent with an answer in the partner's own language, at most 64 KiB.",
        "content": {MEDIA_TYPE: {"schema": CloudEvent.model_json_schema()}},
    }
}


class TakenOut(Shape):
    """An answer that was taken. `repeated` says that it came before, and had its effect then."""

    id: str
    repeated: bool


def router(database: Database, desk: Desk) -> APIRouter:
    routes = APIRouter(prefix="/routing/v1/partner-answers", tags=["partner answers"])

    @routes.post("", status_code=202, openapi_extra=_EVENT)
    async def take_answer(request: Request, partner: MayAnswer) -> TakenOut:
        """Take an answer of the partner whose token this is. The same source and id have their effect once."""
        body = await _read(request)
        subject: object = None
        try:
            event = CloudEvent.model_validate(_json(body))
            subject = event.subject
            async with database.transaction(partner.name) as tx:
                fresh = await take_event(event, body, tx, desk)
        except Exception as refusal:
            await _write_down(database, partner.name, subject, refusal)
            if isinstance(refusal, ValidationError):
                raise RequestValidationError(_in_body(refusal)) from None
            if isinstance(refusal, ValueError) and not isinstance(refusal, RequestValidationError):
                raise NoSuchWord(str(refusal)) from None
            raise
        return TakenOut(id=event.id, repeated=not fresh)

    return routes


async def _read(request: Request) -> bytes:
    """UnsupportedMediaType; HTTPException where it is too large."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnsupportedMediaType(f"Send Content-Type: {MEDIA_TYPE}.")
    body = await request.body()
    if len(body) > LARGEST_EVENT_BYTES:
        raise HTTPException(413, f"Send at most {LARGEST_EVENT_BYTES} bytes.")
    return body


def _json(body: bytes) -> Any:
    """RequestValidationError, in the form that says where."""
    try:
        return json.loads(body)
    except json.JSONDecodeError as fault:
        where = {"type": "json_invalid", "loc": ("body", fault.pos), "ctx": {"error": fault.msg}, "msg": ""}
        raise RequestValidationError([where]) from None
    except (ValueError, RecursionError):
        where = {"type": "json_invalid", "loc": ("body", 0), "ctx": {"error": "not readable"}, "msg": ""}
        raise RequestValidationError([where]) from None


def _in_body(fault: ValidationError) -> list[Any]:
    """The faults of the event itself, or of its data, without the values: those may be about people."""
    of = ("body",) if fault.title == CloudEvent.__name__ else ("body", "data")
    return [
        {**error, "loc": (*of, *error["loc"])}
        for error in fault.errors(include_input=False, include_url=False, include_context=False)
    ]


async def _write_down(database: Database, partner: str, subject: object, refusal: Exception) -> None:
    """Who was refused, about what and why; and not what it said."""
    try:
        about: UUID | None = UUID(str(subject))
    except ValueError:
        about = None
    async with database.transaction() as tx:
        links.refuse(tx, partner, about, HTTPS, type(refusal).__name__)

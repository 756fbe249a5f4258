"""A report that a portal pushes as a CloudEvent over HTTP, in structured or binary mode (CloudEvents HTTP binding 1.0)."""

import json
from collections.abc import Mapping
from email.message import Message
from typing import Any, Literal
from urllib.parse import unquote

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from contracts.envelope import BATCH_MEDIA_TYPE, MEDIA_TYPE, NAMESPACE, PLAIN
from intake.adapters.new_report import NewReport

FILED = f"{NAMESPACE}reports.filed.v1"
"""The one type of event that is taken: somebody filed a report with a portal."""

JSON = "application/json"
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})


class UnsupportedMediaType(Exception):
    """The body is in a media type that is not read here."""


class InvalidEvent(Exception):
    """The event has faults: each as pydantic gives them, with `header` or `body` before its place."""

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(fault["loc"]) for fault in faults))
        self.faults = faults


class ReportFiled(BaseModel):
    """Somebody filed a report with a portal. Attributes beside these are read over."""

    model_config = ConfigDict(frozen=True, extra="ignore", title="ReportFiled")

    specversion: Literal["1.0"]
    id: str = Field(pattern=PLAIN, max_length=128, examples=["2026-000123"])
    source: str = Field(
        pattern=PLAIN, max_length=256, examples=["urn:nld:oin:00000000000000000000:systeem:portaal"]
    )
    type: Literal["nl.woonoverlast.reports.filed.v1"]
    subject: str | None = Field(None, pattern=PLAIN, max_length=128)
    time: AwareDatetime | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str | None = Field(None, pattern=PLAIN, max_length=256)
    data: NewReport


def read(headers: Mapping[str, str], body: bytes) -> ReportFiled:
    """The event in a request. UnsupportedMediaType, InvalidEvent."""
    kind, charset = _media_type(headers.get("content-type", ""))
    if kind == BATCH_MEDIA_TYPE:
        raise UnsupportedMediaType("Send events one by one: a batch cannot be half accepted.")
    if kind not in {MEDIA_TYPE, JSON}:
        raise UnsupportedMediaType(f"Send {MEDIA_TYPE}, or {JSON} with the attributes as ce- headers.")
    if charset not in CHARSETS:
        raise UnsupportedMediaType("Send JSON in UTF-8.")
    content = _json(body)
    if kind == MEDIA_TYPE:
        return _structured(content)
    return _binary(headers, content)


def _structured(content: Any) -> ReportFiled:
    """An attribute that is null is absent (NL GOV profile for CloudEvents)."""
    if isinstance(content, dict):
        content = {name: value for name, value in content.items() if value is not None}
    try:
        return ReportFiled.model_validate(content)
    except ValidationError as fault:
        raise InvalidEvent([error | {"loc": ("body", *error["loc"])} for error in _errors(fault)]) from None


def _binary(headers: Mapping[str, str], content: Any) -> ReportFiled:
    attributes = {
        name.removeprefix("ce-"): unquote(value.strip('"'))
        for name, value in headers.items()
        if name.startswith("ce-")
    }
    try:
        return ReportFiled.model_validate(attributes | {"datacontenttype": JSON, "data": content})
    except ValidationError as fault:
        raise InvalidEvent([error | {"loc": _place(error["loc"])} for error in _errors(fault)]) from None


def _place(loc: tuple[Any, ...]) -> tuple[Any, ...]:
    """The body is the data; all else is in the headers."""
    return ("body", *loc[1:]) if loc[0] == "data" else ("header", f"ce-{loc[0]}", *loc[1:])


def _errors(fault: ValidationError) -> list[dict[str, Any]]:
    return [
        dict(error) for error in fault.errors(include_url=False, include_context=False, include_input=False)
    ]


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode())
    except json.JSONDecodeError as fault:
        reason = {
            "type": "json_invalid",
            "loc": ("body", fault.pos),
            "msg": "not JSON",
            "ctx": {"error": fault.msg},
        }
    except (ValueError, RecursionError):
        reason = {
            "type": "json_invalid",
            "loc": ("body", 0),
            "msg": "not JSON",
            "ctx": {"error": "not readable as UTF-8 JSON"},
        }
    raise InvalidEvent([reason])


def _media_type(header: str) -> tuple[str, str]:
    """The media type without its parameters, and the character set: UTF-8 unless it says otherwise."""
    parsed = Message()
    parsed["Content-Type"] = header
    return parsed.get_content_type() if header else "", (parsed.get_content_charset() or "utf-8")

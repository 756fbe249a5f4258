"""Reports from portals that push events: a CloudEvents webhook (HTTP binding and webhook specification 1.0)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.exceptions import RequestValidationError

from chassis import trace
from chassis.principals import Principal, may
from contracts.envelope import MEDIA_TYPE
from intake.adapters import cloud_events
from intake.adapters.cloud_events import InvalidEvent, ReportFiled, UnsupportedMediaType
from intake.adapters.new_report import NewReport
from intake.api.reports import ReceiptOut, accept
from intake.handlers import reports as handlers

REFUSALS: dict[type[Exception], int] = {UnsupportedMediaType: 415}

MayPush = Annotated[Principal, Depends(may("events:send"))]
Origin = Annotated[str, Header(alias="WebHook-Request-Origin", pattern=r"^[A-Za-z0-9.-]{1,253}$")]


def _schema() -> dict[str, Any]:
    """The event's; its parts are those of a report, which the description has already."""
    schema = ReportFiled.model_json_schema(ref_template="#/components/schemas/{model}")
    del schema["$defs"]
    return schema


_EVENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A CloudEvent: structured, or binary with its attributes as `ce-` headers.",
        "content": {
            MEDIA_TYPE: {"schema": _schema()},
            cloud_events.JSON: {"schema": {"$ref": f"#/components/schemas/{NewReport.__name__}"}},
        },
    }
}


def router(together: handlers.Together) -> APIRouter:
    routes = APIRouter(prefix="/intake/v1/events", tags=["events"])

    @routes.post("", status_code=202, openapi_extra=_EVENT)
    async def accept_event(request: Request, response: Response, sender: MayPush) -> ReceiptOut:
        """Accept a report that was filed with a portal. The same source and id give the first receipt again."""
        try:
            event = cloud_events.read(request.headers, await request.body())
        except InvalidEvent as fault:
            raise RequestValidationError(fault.faults) from None
        key = handlers.key_of(sender.name, handlers.key_of_event(event.source, event.id))
        return await accept(together, handlers.Submission(event.data, key, trace.current()), sender, response)

    @routes.options("", include_in_schema=False)
    async def agree(origin: Origin) -> Response:
        """Let a sender begin. That it may is decided by its token, so any origin is agreed to."""
        return Response(
            headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*", "Allow": "OPTIONS, POST"}
        )

    return routes

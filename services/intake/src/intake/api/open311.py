"""Open311 GeoReport v2, for apps that speak it: to report, and to look at one's own report. It lists nobody's reports.

GeoReport has rules of its own for paths, names and errors, so it stands outside our API and its description.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from chassis import trace
from chassis.http import InTransaction
from chassis.limiting import at_most
from chassis.transaction import Transaction
from intake.adapters import geo_report
from intake.adapters.categories import Categories
from intake.adapters.geo_report import NotAGeoReport
from intake.domain.reports import NoSuchReport, UnknownCategory, is_reference
from intake.handlers import reports as handlers
from intake.store import following as following_store
from intake.store import reports as store


@dataclass(frozen=True, slots=True)
class Form:
    """JSON or XML, by the end of the path; JSON where it has none."""

    ending: str
    media_type: str

    def answer(self, content: Any, names: Sequence[str], status: int = 200) -> Response:
        body = geo_report.to_xml(content, names) if self.ending == ".xml" else geo_report.to_json(content)
        return Response(body, status, media_type=self.media_type)

    async def tried(self, work: Callable[[], Awaitable[Response]]) -> Response:
        """What the work answers, or its refusal in GeoReport's own form."""
        try:
            return await work()
        except NotAGeoReport as refusal:
            return self._refusal(400, refusal.faults)
        except UnknownCategory as refusal:
            return self._refusal(404, [f"service_code: {refusal}"])
        except NoSuchReport as refusal:
            return self._refusal(404, [f"service_request_id: {refusal}"])
        except HTTPException as refusal:
            return self._refusal(refusal.status_code, [str(refusal.detail)])

    def _refusal(self, status: int, sentences: Sequence[str]) -> Response:
        return self.answer(geo_report.errors(status, sentences), ("errors", "error"), status)


# The one without an ending comes last: a name in a path takes an ending along.
FORMS = (Form(".json", "application/json"), Form(".xml", "text/xml"), Form("", "application/json"))
REQUESTS = ("service_requests", "request")


def router(categories: Categories, together: handlers.Together) -> APIRouter:
    routes = APIRouter(prefix="/open311/v2", include_in_schema=False)
    for form in FORMS:
        _add(routes, form, categories, together)
    return routes


def _add(routes: APIRouter, form: Form, categories: Categories, together: handlers.Together) -> None:
    @routes.get(f"/services{form.ending}")
    async def list_services() -> Response:
        return form.answer(geo_report.services(categories), ("services", "service"))

    @routes.get(f"/services/{{code}}{form.ending}")
    async def get_service(code: str) -> Response:
        async def define() -> Response:
            known = geo_report.definition(categories.check(code))
            return form.answer(known, ("service_definition", "attribute"))

        return await form.tried(define)

    @routes.post(f"/requests{form.ending}", dependencies=[Depends(at_most("60 per minute"))])
    async def accept_request(request: Request) -> Response:
        async def accept() -> Response:
            filled = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
            new = geo_report.read(filled, categories)
            receipt = await together.do(handlers.Submission(new, None, trace.current()))
            return form.answer([geo_report.accepted(receipt)], REQUESTS, 201)

        return await form.tried(accept)

    @routes.get(f"/requests{form.ending}")
    async def list_requests() -> Response:
        """List none: what people report about their neighbours is not public."""
        return form.answer([], REQUESTS)

    @routes.get(f"/requests/{{reference}}{form.ending}", dependencies=[Depends(at_most("30 per minute"))])
    async def get_request(reference: str, tx: InTransaction) -> Response:
        async def look() -> Response:
            return form.answer([await _own_request(reference, tx)], REQUESTS)

        return await form.tried(look)


async def _own_request(reference: str, tx: Transaction) -> geo_report.Item:
    """What who has its number may know of a report. NoSuchReport, also where it asks for a PIN."""
    if not is_reference(reference.upper()):
        raise NoSuchReport("This is no number of a report.")
    following = await following_store.get_by_reference(tx, reference.upper())
    if following.locked:
        raise NoSuchReport("There is no such report at this desk.")
    report = await store.get(tx, following.report_id)
    return geo_report.request(report, following, tx.now)

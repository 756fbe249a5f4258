"""A Locatieserver as PDOK runs it, with a handful of invented addresses: Solr's answers, and its refusals."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KNOWN_PARAMETERS = {"q", "df", "fl", "fq", "rows", "start", "sort", "wt", "lat", "lon", "bq", "indent", "qf"}
INVENTED = [
    {
        "huisnummer": 101,
        "adresseerbaarobject_id": "0518010000000101",
        "nummeraanduiding_id": "0518200000000101",
    },
    {
        "huisnummer": 101,
        "huisletter": "A",
        "adresseerbaarobject_id": "0518010000000102",
        "nummeraanduiding_id": "0518200000000102",
    },
    {
        "huisnummer": 101,
        "huisletter": "B",
        "huisnummertoevoeging": "2",
        "adresseerbaarobject_id": "0518010000000103",
        "nummeraanduiding_id": "0518200000000103",
    },
]


@dataclass
class Locatieserver:
    """`mood` is what it does with a question: answer, slow (until `hurry` is set), broken, nonsense, or html."""

    url: str = ""
    mood: str = "answer"
    asked: list[str] = field(default_factory=list)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    async def free(self, request: Request) -> Response:
        self.asked.append(request.url.query)
        match self.mood:
            case "slow":
                await self.hurry.wait()
            case "broken":
                return JSONResponse({"title": "Internal Server Error", "status": 500}, 500)
            case "nonsense":
                return JSONResponse({"response": {"docs": [{"straatnaam": 12}]}})
            case "html":
                return Response("<html>Onderhoud</html>", media_type="text/html")
        unknown = set(request.query_params) - KNOWN_PARAMETERS
        if unknown:
            detail = f"unknown query parameter: {', '.join(sorted(unknown))}"
            return JSONResponse({"title": "Bad Request", "status": 400, "detail": detail}, 400)
        return JSONResponse(_solr(request))


def _solr(request: Request) -> dict[str, Any]:
    asked = request.query_params
    filters = dict(one.split(":", 1) for one in asked.getlist("fq"))
    fields = asked.get("fl", "id").split(",")
    docs = [
        doc
        for doc in map(_doc, INVENTED)
        if all(str(doc.get(name)) == value for name, value in filters.items())
    ]
    shown = docs[: int(asked.get("rows", 10))]
    return {
        "response": {
            "numFound": len(docs),
            "start": 0,
            "maxScore": 11.4 if docs else 0.0,
            "numFoundExact": True,
            "docs": [{name: doc[name] for name in fields if name in doc} for doc in shown],
        }
    }


def _doc(address: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "adres",
        "bron": "BAG",
        "postcode": "2599ZX",
        "straatnaam": "Voorbeeldkade",
        "woonplaatsnaam": "Demostad",
        "buurtcode": "BU05189901",
        "buurtnaam": "Demobuurt-Noord",
        **address,
    }


@asynccontextmanager
async def locatieserver() -> AsyncIterator[Locatieserver]:
    made = Locatieserver()
    listener = socket.create_server(("127.0.0.1", 0))
    made.url = f"http://127.0.0.1:{listener.getsockname()[1]}/bzk/locatieserver/search/v3_1"
    app = Starlette(routes=[Route("/bzk/locatieserver/search/v3_1/free", made.free)])
    config = uvicorn.Config(app, lifespan="off", ws="none", log_level="critical", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield made
    finally:
        made.hurry.set()
        server.should_exit = True
        server.force_exit = True
        await serving
        listener.close()

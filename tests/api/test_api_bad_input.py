"""Whatever comes in, an endpoint answers as it says it does: nothing breaks, and a refusal says what was wrong."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CheckFunction, load_all_checks, not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chassis.testing import Bench
from contracts.catalogue import SERVICES

OnBench = Callable[..., Awaitable[Bench]]
SCOPES = [
    "reports:read",
    "contacts:read",
    "reports:phone",
    "evidence:read",
    "events:send",
    "assignments:read",
    "cases:read",
    "care:read",
    "deadlines:read",
    "deadlines:act",
    "notifications:read",
    "policy:read",
    "policy:propose",
    "policy:activate",
    "parked:read",
    "parked:read-body",
    "parked:act",
    "sent:resend",
]
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TRIES = 15
BOUNDED = settings(
    max_examples=TRIES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)

load_all_checks()


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The app on loopback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


def made_true(case: Any) -> Any:
    """With what no description can say: which categories there are, and how a postcode is spelled."""
    body = case.body if isinstance(case.body, dict) else {}
    report = body.get("data", body)
    if {"category", "address"} <= report.keys():
        report["category"], report["address"]["postcode"] = "GEL-ERNST", "2599 ZX"
    return case


def must_be_a_problem(answer: Any) -> None:
    """A refusal is a problem with all that a problem says, and names every fault."""
    assert answer.headers["content-type"] == ["application/problem+json"], answer.text
    told = answer.json()
    assert told["status"] == answer.status_code
    assert all(told[name] for name in ("type", "title", "detail", "instance"))
    assert "Traceback" not in answer.text
    if told["type"].endswith("invalid-request"):
        assert told["errors"]
        assert all(fault["pointer"] and fault["detail"] for fault in told["errors"])


def _try(cases: st.SearchStrategy[Any], headers: dict[str, str]) -> None:
    @BOUNDED
    @given(cases)
    def attempt(case: Any) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            must_be_a_problem(answer)

    attempt()


def try_every_operation(description: dict[str, Any], url: str, headers: dict[str, str]) -> int:
    """Send what fits the description and what does not; how many operations were tried."""
    schema = schemathesis.openapi.from_dict(description)
    schema.config.update(base_url=url + description["servers"][0]["url"])
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        _try(operation.as_strategy(generation_mode=GenerationMode.POSITIVE).map(made_true), headers)
        _try(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE), headers)
        tried += 1
    return tried


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", SERVICES)
async def test_every_endpoint_answers_as_it_is_described(
    service: str, on_bench: OnBench, bearer: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    bench = await on_bench(service, **({"evidence_folder": tmp_path} if service == "intake" else {}))
    description = bench.service.app.openapi()
    async with served(bench.service.app) as url:
        tried = await asyncio.to_thread(try_every_operation, description, url, bearer(*SCOPES))
    assert tried == sum(map(len, description["paths"].values()))


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
FIELDS = st.sampled_from(
    [
        "soort",
        "verhaal",
        "postcode",
        "huisnummer",
        "toevoeging",
        "naam",
        "email",
        "telefoon",
        "woonvorm",
        "anoniem",
        "navraag",
        "key",
        "service_code",
        "description",
        "address_string",
        "attribute[postcode]",
        "attribute[house_number]",
        "phone",
        "first_name",
    ]
)
VALUES = (
    st.sampled_from(["geluid", "GEL-ERNST", "2599 ZX", "2599 ZX 101", "101", "\0", "٣", "9" * 5000]) | TEXT
)
DOORS = ("/melden", "/telefoon", "/open311/v2/requests.json", "/open311/v2/requests.xml")
PATHS = (
    "/melden/ontvangen?nummer={}",
    "/open311/v2/services/{}.json",
    "/open311/v2/services/{}.xml",
    "/open311/v2/requests/{}",
    "/open311/v2/requests/{}.xml",
)


async def test_no_form_and_no_path_breaks_a_door(
    on_bench: OnBench, bearer: Callable[..., dict[str, str]]
) -> None:
    client, loop = (await on_bench("intake")).client, asyncio.get_running_loop()

    def ask(method: str, url: str, **sent: Any) -> int:
        asked = client.request(method, url, headers=bearer(*SCOPES), **sent)
        return asyncio.run_coroutine_threadsafe(asked, loop).result().status_code

    @BOUNDED
    @given(st.sampled_from(DOORS), st.dictionaries(FIELDS, VALUES))
    def fill(door: str, form: dict[str, str]) -> None:
        assert ask("POST", door, data=form) < 500

    @BOUNDED
    @given(st.sampled_from(PATHS), VALUES)
    def look(path: str, name: str) -> None:
        assert ask("GET", path.format(quote(name, safe=""))) < 500

    await asyncio.to_thread(fill)
    await asyncio.to_thread(look)

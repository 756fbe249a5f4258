"""The page of the messages over real services: what waits is told in words, and acted on by who may, with a reason."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import uvicorn
from sqlalchemy import select, update
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp

from chassis.clock import wall_clock
from chassis.tables import deferred, interventions, outbox
from chassis.testing import Bench
from contracts.monitoring import DeadlineMissed
from meldketen.front import OneOrigin

OnBench = Callable[..., Awaitable[Bench]]
Bearer = Callable[..., dict[str, str]]
EVERYTHING = ("parked:read", "parked:read-body", "parked:act")
WHY = "de broncode is hersteld"
NOBODY = "http://127.0.0.1:9"
"""The port of discard (RFC 863), which nothing serves: a hub may run at the one that is usual."""
STORY = "Mijn buurvrouw heet A. Voorbeeld"


@asynccontextmanager
async def served(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none"))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@dataclass
class City:
    """Intake, casework and monitoring behind one origin; routing and notifications are not there."""

    intake: Bench
    casework: Bench
    monitoring: Bench
    headers: dict[str, str]

    async def get(self, path: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
        answer = await self.monitoring.client.get(
            path, headers=self.headers | {"accept": "text/html"} | (headers or {})
        )
        assert answer.status_code == status, answer.text
        return plain(answer)

    async def post(self, path: str, status: int, **form: str) -> httpx2.Response:
        headers = self.headers | {"accept": "text/html"}
        answer = await self.monitoring.client.post(path, data=form, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    async def park(self, *bodies: bytes) -> list[int]:
        """What casework can not read; their numbers."""
        await self.casework.receives(*(bodies or (f"no JSON: {STORY} {uuid4()}".encode(),)))
        return await numbers(self.casework)


def plain(answer: httpx2.Response) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def numbers(bench: Bench, state: str = "parked") -> list[int]:
    async with bench.transaction() as tx:
        found = select(deferred.c.id).where(deferred.c.state == state).order_by(deferred.c.id)
        return list((await tx.execute(found)).scalars())


async def fingerprint(bench: Bench) -> str:
    async with bench.transaction() as tx:
        return str((await tx.execute(select(deferred.c.fingerprint).limit(1))).scalar_one())


async def written_down(bench: Bench) -> list[tuple[str, str, str]]:
    async with bench.transaction() as tx:
        rows = await tx.execute(select(interventions).order_by(interventions.c.id))
        return [(row.who, row.action, row.why) for row in rows]


@pytest.fixture
async def city(on_bench: OnBench, bearer: Bearer) -> AsyncIterator[City]:
    intake, casework = await on_bench("intake"), await on_bench("casework")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monitoring = await on_bench("monitoring", service_url=url)
        services = [bench.service for bench in (intake, casework, monitoring)]
        nobody = PlainTextResponse("Nobody here.", 502)
        async with served(OneOrigin(nobody, services), listening):
            yield City(intake, casework, monitoring, bearer(*EVERYTHING, name="T. Jansen"))


async def test_a_service_that_does_not_answer_costs_only_its_own_row(city: City) -> None:
    await city.park()
    said = await city.get("/berichten")
    assert "routing antwoordt met een fout (502). Wat daar wacht is nu niet bekend." in said
    assert "notifications antwoordt met een fout (502)" in said
    assert "casework kan 1 bericht niet verwerken. Een mens moet beslissen." in said
    assert "MELDKETEN_WATCH_URL" in said


async def test_nobody_answering_is_said_of_each(on_bench: OnBench, bearer: Bearer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    alone = await on_bench("monitoring", service_url=url)
    answer = await alone.client.get("/berichten", headers=bearer("parked:read"))
    for service in ("intake", "routing", "casework", "monitoring", "notifications"):
        assert f"{service} antwoordt niet. Wat daar wacht is nu niet bekend." in plain(answer)
    groups = await alone.client.get("/berichten/intake", headers=bearer("parked:read"))
    assert groups.status_code == 503
    assert "intake antwoordt niet" in plain(groups)


async def test_what_waits_too_long_for_the_broker_is_said(city: City) -> None:
    report = {
        "category": "GEL-ERNST",
        "story": "Elke nacht muziek.",
        "address": {"postcode": "2599ZX", "houseNumber": 101},
    }
    assert (await city.intake.client.post("/intake/v1/reports", json=report)).status_code == 202
    assert "niet kwijt aan de broker" not in await city.get("/berichten")
    async with city.intake.transaction() as tx:
        await tx.execute(update(outbox).values(written_at=tx.now - timedelta(minutes=7)))
    said = await city.get("/berichten")
    assert "intake kan 2 berichten niet kwijt aan de broker. Het langste wacht 7 minuten." in said


async def test_the_fragment_is_for_htmx_and_a_plain_request_gets_the_page(city: City) -> None:
    part = await city.get("/berichten/stand", headers={"hx-request": "true"})
    assert "Per dienst" in part
    assert "Werkplek medewerkers" not in part
    answer = await city.monitoring.client.get("/berichten/stand", headers=city.headers)
    assert (answer.status_code, answer.headers["location"]) == (303, "/berichten")


async def test_overview_and_lists_show_nothing_of_the_body(city: City) -> None:
    [number] = await city.park()
    form = await fingerprint(city.casework)
    for path in ("", "/casework", f"/casework/lijst?vorm={form}", f"/casework/{number}"):
        assert STORY not in await city.get(f"/berichten{path}")


async def test_a_group_is_shown_by_how_it_failed(city: City) -> None:
    await city.park(*(f"no JSON {number}".encode() for number in range(12)))
    said = await city.get("/berichten/casework")
    assert "12 keer" in said
    assert "Dit bericht kan zo nooit lukken" in said
    listed = await city.get(f"/berichten/casework/lijst?vorm={await fingerprint(city.casework)}")
    assert "Berichten (12)" in listed


async def test_a_body_is_read_only_for_a_reason_and_that_is_written_down(city: City) -> None:
    [number] = await city.park()
    path = f"/berichten/casework/{number}"
    short = plain(await city.post(path, 422, reden=" nee "))
    assert "Schrijf op waarom, in minstens 5 tekens." in short
    assert STORY not in short
    assert await written_down(city.casework) == []
    assert STORY in plain(await city.post(path, 200, reden="wat stuurde de politie?"))
    assert await written_down(city.casework) == [("T. Jansen", "read", "wat stuurde de politie?")]


async def test_a_group_is_tried_again_after_it_is_said_how_many_that_are(city: City) -> None:
    ids = await city.park(*(f"no JSON {number}".encode() for number in range(3)))
    asked = {"wat": "opnieuw", "reden": WHY, "vorm": await fingerprint(city.casework)}
    sure = await city.post("/berichten/casework/doen", 200, **asked)
    assert "3 berichten opnieuw laten proberen?" in plain(sure)
    assert await numbers(city.casework) == ids
    shown = " ".join(str(number) for number in ids)
    assert f'name="nummers" value="{shown}"' in sure.text
    await city.park(b"no JSON 4")
    done = await city.post("/berichten/casework/doen", 303, **asked, nummers=shown, zeker="ja")
    said = await city.get(done.headers["location"])
    assert "3 berichten worden opnieuw geprobeerd, in de eigen rij." in said
    assert await numbers(city.casework, "retrying") == ids
    assert len(await numbers(city.casework)) == 1
    assert set(await written_down(city.casework)) == {("T. Jansen", "replay", WHY)}


async def test_letting_go_asks_twice_and_says_it_is_for_good(city: City) -> None:
    [number] = await city.park()
    asked = {"wat": "weg", "reden": WHY, "nummers": str(number)}
    sure = plain(await city.post("/berichten/casework/doen", 200, **asked))
    assert "1 bericht voorgoed wegleggen?" in sure
    again = plain(await city.post("/berichten/casework/doen", 422, **asked, gevraagd="ja"))
    assert "Vink aan dat u weet dat dit voorgoed is." in again
    assert await numbers(city.casework) == [number]
    done = await city.post("/berichten/casework/doen", 303, **asked, zeker="ja")
    assert "1 bericht is voorgoed weggelegd." in await city.get(done.headers["location"])
    assert await numbers(city.casework) == []
    assert await written_down(city.casework) == [("T. Jansen", "discard", WHY)]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"wat": "opnieuw", "reden": "kort"}, "Schrijf op waarom, in minstens 5 tekens."),
        ({"wat": "opnieuw", "reden": "x" * 501}, "Schrijf de reden korter op: ten hoogste 500 tekens."),
        ({"reden": WHY}, "Kies wat u wilt doen."),
    ],
)
async def test_what_is_filled_in_wrongly_is_said_on_top_and_nothing_is_done(
    city: City, form: dict[str, str], said: str
) -> None:
    [number] = await city.park()
    answer = await city.post("/berichten/casework/doen", 422, nummers=str(number), **form)
    assert said in plain(answer)
    assert 'role="alert"' in answer.text
    assert await numbers(city.casework) == [number]
    assert await written_down(city.casework) == []


async def test_a_message_that_is_gone_meanwhile_is_said_so(city: City) -> None:
    assert "Bericht 999 staat niet meer opzij" in await city.get("/berichten/casework/999", status=404)
    gone = await city.post("/berichten/casework/doen", 404, wat="opnieuw", reden=WHY, nummers="999")
    assert "Bericht 999 staat niet meer opzij" in plain(gone)
    form = {"wat": "weg", "reden": WHY, "vorm": "0" * 12}
    assert "Hier staat niets meer geparkeerd" in plain(
        await city.post("/berichten/casework/doen", 409, **form)
    )
    late = await city.post("/berichten/casework/doen", 303, **form, nummers="998 999", zeker="ja")
    said = await city.get(late.headers["location"])
    assert "0 berichten zijn voorgoed weggelegd. 2 berichten bleven liggen" in said


async def test_no_message_named_is_nothing_to_do(city: City) -> None:
    await city.post("/berichten/casework/doen", 400, wat="weg", reden=WHY, zeker="ja")
    await city.get("/berichten/nergens", status=404)
    await city.get("/berichten/casework/twaalf", status=404)


async def test_who_has_not_the_right_is_refused_and_sees_no_form(city: City, bearer: Bearer) -> None:
    [number] = await city.park()
    city.headers = bearer("parked:read")
    said = await city.get(f"/berichten/casework/{number}")
    assert "Uw werk vraagt niet dat u hierover beslist." in said
    assert "Uw werk vraagt niet dat u die leest." in said
    await city.post(f"/berichten/casework/{number}", 403, reden=WHY)
    await city.post("/berichten/casework/doen", 403, wat="opnieuw", reden=WHY, nummers=str(number))
    city.headers = bearer("deadlines:read")
    await city.get("/berichten", status=403)


async def test_the_way_to_other_words_is_the_exact_command(city: City) -> None:
    [number] = await city.park()
    said = await city.get(f"/berichten/casework/{number}")
    assert f"meldketen parked edit casework {number} bericht.json --why" in said


async def test_the_queues_of_a_real_broker_are_shown_and_who_watches_can_do_nothing_else(
    on_bench: OnBench, bearer: Bearer, broker: Any
) -> None:
    monitoring = await on_bench("monitoring", watch_url=broker.watch_url, service_url=NOBODY)
    post: dict[str, Any] = {
        "properties": {},
        "routing_key": "partner.ggz",
        "payload": "x",
        "payload_encoding": "string",
    }
    await broker.management.post("exchanges", "hub", "amq.default", "publish", body=post)
    for _ in range(60):
        said = plain(await monitoring.client.get("/berichten", headers=bearer("parked:read")))
        if "ggz haalt niets op" in said:
            break
        await asyncio.sleep(0.5)
    assert "ggz haalt niets op: 1 bericht ligt klaar." in said
    assert "Per partner met een eigen wachtrij" in said
    async with httpx2.AsyncClient(base_url=broker.watch_url.removesuffix("/hub")) as watcher:
        take = {"count": 1, "ackmode": "ack_requeue_true", "encoding": "auto"}
        queue = "/api/queues/hub/partner.ggz"
        assert (await watcher.get(queue)).status_code == 200
        assert (await watcher.post(f"{queue}/get", json=take)).is_error
        assert (await watcher.delete(f"{queue}/contents")).is_error
        assert (await watcher.delete(queue)).is_error
        assert (await watcher.get("/api/users")).is_error
        assert (await watcher.post("/api/exchanges/hub/amq.default/publish", json=post)).is_error
    await broker.management.delete("queues", "hub", "partner.ggz", "contents")


async def test_a_broker_that_does_not_know_the_watcher_is_said(
    on_bench: OnBench, bearer: Bearer, broker: Any
) -> None:
    wrong = broker.watch_url.replace("@", "-not@")
    monitoring = await on_bench("monitoring", watch_url=wrong, service_url=NOBODY)
    said = plain(await monitoring.client.get("/berichten", headers=bearer("parked:read")))
    assert "De broker laat het toezicht niet toe. Van de wachtrijen is nu niets bekend." in said


async def test_an_alert_that_reached_nobody_is_said(on_bench: OnBench, bearer: Bearer) -> None:
    notifications = await on_bench("notifications", smtp_port=9)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        monitoring = await on_bench("monitoring", service_url=url)
        async with served(
            OneOrigin(PlainTextResponse("Nobody here.", 502), [notifications.service]), listening
        ):
            notifications.at(wall_clock() - timedelta(hours=1))
            clock = {"holder": "police", "holder_name": "Politie", "due_at": wall_clock()}
            about = {"deadline_id": uuid4(), "report_id": uuid4(), "promise": "first-answer"}
            await notifications.hears(DeadlineMissed(**about, **clock, missed_at=wall_clock()))
            await notifications.turn("bundle_alerts")
            await notifications.turn("send_next")
            city = City(notifications, notifications, monitoring, bearer(*EVERYTHING))
            said = await city.get("/berichten")
    assert "1 waarschuwing is nog niet aangekomen bij het toezicht. Het langste wacht 1 uur." in said

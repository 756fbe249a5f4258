"""One report travels the whole way, on real RabbitMQ, PostgreSQL, HTTP and SMTP: what `make run` shows."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chassis.management import Management
from meldketen import city, provisioning
from meldketen.local import kept
from meldketen.register import connected_partners

WITHIN_SECONDS = 60
NOBODY_ANSWERS_FOR_THE_CORPORATION = 13

REPORT = {
    "category": "VERWARD",
    "story": "Mijn buurvrouw roept 's nachts op de galerij.",
    "address": {"postcode": "2599 ZX", "houseNumber": NOBODY_ANSWERS_FOR_THE_CORPORATION},
    "reporter": {"name": "A. Voorbeeld", "email": "a@melder.example.nl", "tenure": "corporation-tenant"},
}


class City:
    """The running hub, as somebody outside sees it."""

    def __init__(self, plan: city.Plan, under: city.Ground) -> None:
        self.under = under
        self.http = httpx2.AsyncClient(base_url=plan.url, timeout=10)

    async def sign_in(self, persona: str) -> None:
        await self.http.post("/inloggen", data={"wie": persona})

    async def until(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """What `ask` gives once that is something; within a minute."""
        async with asyncio.timeout(WITHIN_SECONDS):
            while not (found := await ask()):
                await asyncio.sleep(0.2)
        return found


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    folder = Path(tmp_path_factory.mktemp("city"))
    port, smtp_port = kept.keep_ports(folder, "web", "smtp").values()
    plan = city.Plan(folder, port, smtp_port, day=timedelta(seconds=1.5), reports_per_minute=0)
    async with city.ground(folder, print) as under:
        task = asyncio.ensure_future(city.live(plan, under, print))
        hub = City(plan, under)

        async def answers() -> bool:
            if task.done():
                task.result()
            with suppress(httpx2.HTTPError):
                return (await hub.http.get("/health/ready")).status_code == 200
            return False

        await hub.until(answers)
        yield hub
        await hub.http.aclose()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_a_report_goes_the_whole_way_within_a_minute(running: City) -> None:
    answer = await running.http.post("/intake/v1/reports", json=REPORT)
    assert answer.status_code == 202
    reference = answer.json()["reference"]
    await running.sign_in("regie")

    async def case() -> Any:
        """The one at its address: another test may have made a case too."""
        cases = (await running.http.get("/casework/v1/cases")).json()["items"]
        here = (c for c in cases if c["address"]["houseNumber"] == NOBODY_ANSWERS_FOR_THE_CORPORATION)
        return next(here, None)

    number = (await running.until(case))["number"]
    page = f"/zaken/{(await running.until(case))['caseId']}"

    async def answered() -> Any:
        text = (await running.http.get(page)).text
        return text if "Gesproken met de bewoner" in text else None

    text = await running.until(answered)
    assert number in text
    for partner in ("Politie", "GGZ", "Woningcorporatie"):
        assert partner in text

    async def missed() -> Any:
        deadlines = (await running.http.get("/monitoring/v1/deadlines", params={"state": "missed"})).json()
        return [d for d in deadlines["items"] if d["holder"] == "corporation"]

    assert await running.until(missed)
    board = (await running.http.get("/toezicht")).text
    assert "Te laat" in board
    assert number in board

    async def mails() -> Any:
        post = (await running.http.get("/post.json")).json()
        to_reporter = [
            m for m in post if m["to"] == "a@melder.example.nl" and reference in m["subject"] + m["text"]
        ]
        alerts = [m for m in post if m["to"].startswith("toezicht@") and "Woningcorporatie" in m["text"]]
        return (to_reporter, alerts) if len(to_reporter) >= 2 and alerts else None

    to_reporter, _ = await running.until(mails)
    for mail in to_reporter:
        text = mail["text"].replace(reference, "")  # whose letters are chance, and may spell any of these
        for partner in ("Politie", "GGZ", "corporatie"):
            assert partner not in text


ON_THE_WAY = {
    *("reports.registered.v1", "reports.assessed.v1", "cases.opened.v1"),
    *("assignments.offered.v1", "assignments.accepted.v1", "assignments.answered.v1"),
    *("deadlines.started.v2", "deadlines.met.v2", "notifications.sent.v1"),
}


async def test_the_journey_of_a_report_shows_every_hop_over_the_five_services(running: City) -> None:
    """The confidential reports.submitted is not for monitoring: reports.registered of the same moment stands for it."""
    report = REPORT | {"address": {"postcode": "2599 ZT", "houseNumber": 4}}
    receipt = (await running.http.post("/intake/v1/reports", json=report)).json()
    await running.sign_in("toezicht")
    path = f"/monitoring/v1/reports/{receipt['id']}/journey"

    async def travelled() -> Any:
        answer = await running.http.get(path)
        assert answer.status_code in {200, 404}
        hops = answer.json().get("hops", [])
        return hops if {hop["name"] for hop in hops} >= ON_THE_WAY else None

    hops = await running.until(travelled)
    assert {hop["service"] for hop in hops} == {
        "intake",
        "routing",
        "casework",
        "monitoring",
        "notifications",
    }
    assert len({hop["messageId"] for hop in hops}) == len(hops)
    traces = {hop["name"]: hop["traceId"] for hop in hops}
    for name in ("reports.assessed.v1", "cases.opened.v1", "assignments.offered.v1"):
        assert traces[name] == traces["reports.registered.v1"], name
    page = await running.http.get(f"/toezicht/melding/{receipt['id']}", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "Vraag uitgezet bij Politie" in page.text
    assert traces["reports.registered.v1"] in page.text


async def test_what_no_partner_is_for_the_desk_takes_up_and_the_chain_hears_of_it(running: City) -> None:
    """From the work list to the case file and the reporter: who decided is told to staff alone."""
    report = REPORT | {
        "category": "OVERIG",
        "address": {"postcode": "2599 ZV", "houseNumber": 2},
        "reporter": {"name": "B. Voorbeeld", "email": "b@melder.example.nl", "tenure": "owner"},
    }
    receipt = (await running.http.post("/intake/v1/reports", json=report)).json()
    await running.sign_in("regie")
    about = {"reportId": receipt["id"]}

    async def waits() -> Any:
        return (await running.http.get("/routing/v1/assignments", params=about)).json()

    [one] = await running.until(waits)
    assert one["state"] == "undeliverable"
    page = f"/uitzettingen/{one['assignmentId']}"

    async def in_a_case() -> Any:
        return re.search(r'href="(/zaken/[0-9a-f-]+)"', (await running.http.get(page)).text)

    case = (await running.until(in_a_case))[1]
    assert page in (await running.http.get("/uitzettingen?wacht=desk")).text
    done = await running.http.post(f"{page}/adopt", data={"waarom": "agreed", "gezien": one["mark"]})
    assert done.status_code == 303

    async def taken_up() -> bool:
        return "Meldpunt pakt het op" in (await running.http.get(case)).text

    await running.until(taken_up)
    assert "M. de Vries liet het meldpunt dit zelf doen" in (await running.http.get(page)).text

    async def told() -> Any:
        post = (await running.http.get("/post.json")).json()
        return [m for m in post if receipt["reference"] in m["text"] and "pak" in m["text"]]

    for mail in await running.until(told):
        assert "de Vries" not in mail["text"]


async def test_a_partner_that_wants_to_know_more_is_told_by_the_desk_and_answers(running: City) -> None:
    """At a house number that ends in 1 the fire brigade asks first, and waits on its queue for what it asked."""
    report = REPORT | {"category": "OVERBEW", "address": {"postcode": "2599 ZT", "houseNumber": 1}}
    receipt = (await running.http.post("/intake/v1/reports", json=report)).json()
    await running.sign_in("regie")

    async def of_the_fire_brigade(state: str) -> Any:
        asked = await running.http.get("/routing/v1/assignments", params={"reportId": receipt["id"]})
        found = (one for one in asked.json() if (one["partner"], one["state"]) == ("fire-brigade", state))
        return next(found, None)

    one = await running.until(lambda: of_the_fire_brigade("information-needed"))
    assert "clarify" in one["acts"]
    path = f"/routing/v1/assignments/{one['assignmentId']}/_clarify"
    words = {"text": "De sleutel ligt bij de huismeester.", "mark": one["mark"]}
    clarified = await running.http.post(path, json=words)
    assert (clarified.status_code, clarified.json()["state"]) == (200, "offered")
    assert (await running.http.post(path, json=words)).status_code == 409
    done = await running.until(lambda: of_the_fire_brigade("answered"))
    assert done["assignmentId"] == one["assignmentId"]
    page = (await running.http.get(f"/uitzettingen/{one['assignmentId']}")).text
    assert "sleutel" not in page


async def test_the_broker_is_as_catalogue_and_register_say(running: City) -> None:
    broker, secrets = running.under.broker, running.under.secrets
    management = Management(broker.management_url, broker.user, broker.password)
    partners = connected_partners()
    assert await provisioning.audit(management, "hub", partners, secrets) == []
    assert await provisioning.provision(management, "hub", partners, secrets) == []
    await management.delete("bindings", "hub", "e", "hub.events", "q", "svc.casework", "reports.assessed.v1")
    assert await provisioning.audit(management, "hub", partners, secrets) == [
        "binding hub.events -> svc.casework (reports.assessed.v1) is missing"
    ]
    assert await provisioning.provision(management, "hub", partners, secrets) == [
        "binding hub.events -> svc.casework (reports.assessed.v1) made",
        "What casework was told while it lacked this: meldketen resend casework",
    ]
    await management.close()


async def test_nonsense_on_a_queue_is_parked_and_the_rest_flows_on(running: City) -> None:
    """At a house number that ends in 5 the police first sends something that is no message."""
    report = REPORT | {"address": {"postcode": "2599 ZW", "houseNumber": 5}}
    await running.http.post("/intake/v1/reports", json=report)

    async def parked() -> bool:
        metrics = (await running.http.get("/metrics")).text
        return 'meldketen_deferred_messages{service="routing",state="parked"} 1.0' in metrics

    await running.until(parked)
    await running.sign_in("regie")

    async def done() -> bool:
        cases = (await running.http.get("/casework/v1/cases")).json()["items"]
        pages = [(await running.http.get(f"/zaken/{case['caseId']}")).text for case in cases]
        return any("Proefstraat 5" in page and "Gesproken met de bewoner" in page for page in pages)

    await running.until(done)

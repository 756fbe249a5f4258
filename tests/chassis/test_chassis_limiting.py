"""One client cannot ask without end, and does not spend what is another's."""

import httpx2
from fastapi import Depends, FastAPI

from chassis.http import finish
from chassis.limiting import at_most
from chassis.settings import EdgeSettings

KEY = "a key for tests, longer than thirty-two characters"


def app(*, enforced: bool = True) -> FastAPI:
    made = FastAPI()

    @made.get("/seldom", dependencies=[Depends(at_most("2 per hour"))])
    async def seldom() -> str:
        return "here"

    @made.get("/other", dependencies=[Depends(at_most("2 per hour"))])
    async def other() -> str:
        return "here"

    return finish(made, EdgeSettings(signing_key=KEY, limit_clients=enforced), "1.0.0", {})


def client(at: FastAPI, address: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=at, client=(address, 1)), base_url="http://hub.test"
    )


async def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    limited = app()
    async with client(limited, "192.0.2.1") as somebody:
        assert [(await somebody.get("/seldom")).status_code for _ in range(3)] == [200, 200, 429]
        refused = await somebody.get("/seldom")
        assert refused.json()["type"] == "urn:woonoverlast:problem:too-often"
        assert 3500 < int(refused.headers["Retry-After"]) <= 3600


async def test_a_limit_is_of_one_client_and_one_route() -> None:
    limited = app()
    async with client(limited, "192.0.2.1") as somebody, client(limited, "192.0.2.2") as another:
        for _ in range(3):
            await somebody.get("/seldom")
        assert (await another.get("/seldom")).status_code == 200
        assert (await somebody.get("/other")).status_code == 200


async def test_who_measures_may_ask_without_end() -> None:
    async with client(app(enforced=False), "192.0.2.1") as somebody:
        assert {(await somebody.get("/seldom")).status_code for _ in range(9)} == {200}

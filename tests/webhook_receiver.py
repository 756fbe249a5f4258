"""A partner's own server: HTTPS with a certificate of a CA made for the test, tokens, and every way to answer badly."""

import asyncio
import base64
import hashlib
import hmac
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
CLIENT = ("hub", "a client's secret/+")


@dataclass(slots=True)
class Receiver:
    """`answers` are given one after the other, and the last one for ever. What came is in `came`."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)
    answers: list[Callable[[], Response]] = field(default_factory=lambda: [lambda: Response(status_code=204)])
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    tokens: int = 0
    good_tokens: set[str] = field(default_factory=set)
    expires_in: int = 3600
    asks_token: bool = True
    pause_seconds: float = 0
    at_once: int = 0
    most_at_once: int = 0
    url: str = ""

    def answer(self, *statuses: int, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers = [partial(Response, status_code=status, headers=named) for status in statuses]

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]

    async def take(self, request: Request) -> Response:
        body = await request.body()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append((headers, body))
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await asyncio.sleep(self.pause_seconds)
        self.at_once -= 1
        if not is_signed(headers, body):
            return Response(status_code=400)
        if (
            self.asks_token
            and headers.get("authorization", "").removeprefix("Bearer ") not in self.good_tokens
        ):
            return Response(status_code=401)
        return (self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])()

    async def give_token(self, request: Request) -> Response:
        scheme, _, value = request.headers["authorization"].partition(" ")
        asked = await request.form()
        if (scheme, base64.b64decode(value).decode(), asked["grant_type"]) != (
            "Basic",
            "hub:a+client%27s+secret%2F%2B",
            "client_credentials",
        ):
            return JSONResponse({"error": "invalid_client"}, 401)
        self.tokens += 1
        token = f"token-{self.tokens}"
        self.good_tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in})


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    """By the text of Standard Webhooks alone, not by the library that signs."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return expected in headers["webhook-signature"].split(" ")


@asynccontextmanager
async def receiving(
    folder: Path, *, mutual: bool = False, partner: str = "police"
) -> AsyncIterator[Receiver]:
    """Serve at `url`, and leave what the hub needs to know in the folder; with `mutual` only who has a certificate gets in."""
    receiver = Receiver(folder)
    receiver.authority.cert_pem.write_to_path(folder / f"{partner}.ca")
    (folder / f"{partner}.webhook-secret").write_text(SECRET, encoding="utf-8")
    app = Starlette(
        routes=[
            Route("/vragen", receiver.take, methods=["POST"]),
            Route("/token", receiver.give_token, methods=["POST"]),
        ]
    )
    more: dict[str, Any] = {}
    if mutual:
        receiver.asks_token = False
        mine = receiver.authority.issue_cert("hub.example")
        mine.cert_chain_pems[0].write_to_path(folder / f"{partner}.crt")
        mine.private_key_pem.write_to_path(folder / f"{partner}.key")
        more = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_ca_certs": str(folder / f"{partner}.ca")}
    else:
        (folder / f"{partner}.client-secret").write_text(CLIENT[1] + "\n", encoding="utf-8")
    theirs = receiver.authority.issue_cert("localhost", "127.0.0.1")
    keys = folder / "server.pem"
    theirs.private_key_and_cert_chain_pem.write_to_path(keys)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            app, lifespan="off", log_config=None, ws="none", ssl_certfile=str(keys), **more
        )
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve([listening]))
        receiver.url = f"https://127.0.0.1:{listening.getsockname()[1]}"
        try:
            yield receiver
        finally:
            server.should_exit = True
            await serving

"""A receiver to begin with: keeps each question that the desk posts, and answers it with the examples of this folder.

WEBHOOK_SECRET says by which signature the desk is known, HUB_URL where answers go, HUB_TOKEN who you are there.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from standardwebhooks import Webhook, WebhookVerificationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HERE = Path(__file__).parent
KEPT = HERE / "kept"
EXAMPLE = json.loads((HERE / "question.json").read_text("utf-8"))
SIGNED = Webhook(os.environ["WEBHOOK_SECRET"])
HEADERS = {
    "Authorization": f"Bearer {os.environ['HUB_TOKEN']}",
    "Content-Type": "application/cloudevents+json",
}
TRY_AGAIN = {429, 500, 502, 503, 504}


async def take(request: Request) -> Response:
    """Check who posts, keep what came, and only then say that it was taken. What comes again is known by its id."""
    body = await request.body()
    try:
        event = SIGNED.verify(body, dict(request.headers))
    except (WebhookVerificationError, ValueError):
        return Response("The signature is not right.", 400)
    file = KEPT / f"{event['id']}.json"
    if not file.exists() and not file.with_suffix(".done").exists():
        file.write_bytes(body)
    return Response(status_code=204)


def what_to_do(told: dict[str, Any]) -> list[str]:
    """Your own work goes here: what to say to a question, or to an answer of the desk to what you asked."""
    if ".clarified." in told["type"]:
        return ["in-progress", "answered"]
    return ["accepted", "in-progress", "answered"] if ".asked." in told["type"] else []


def answer(told: dict[str, Any], state: str) -> dict[str, Any] | None:
    """The example in this state, made to be about this question; none where the language has no word for it."""
    file = HERE / "answers" / f"{state}.json"
    if not file.exists():
        return None
    said: dict[str, Any] = json.loads(file.read_text("utf-8").replace(EXAMPLE["subject"], told["subject"]))
    # The desk knows an answer that comes again by its id and its time: keep yours with what you answered.
    return said | {"id": f"{told['id']}.{state}", "time": told["time"]}


async def reply(told: dict[str, Any], hub: httpx2.AsyncClient) -> None:
    """Post each answer. What the desk refuses is told by its reason, and is not for sending again."""
    for said in filter(None, (answer(told, state) for state in what_to_do(told))):
        taken = await hub.post("/routing/v1/partner-answers", content=json.dumps(said), headers=HEADERS)
        if taken.status_code in TRY_AGAIN:
            taken.raise_for_status()
        print(f"{said['id']}: {taken.status_code} {taken.text}", flush=True)


async def answer_what_was_kept() -> None:
    """For ever, the oldest first; what the desk cannot take now is tried again."""
    async with httpx2.AsyncClient(base_url=os.environ["HUB_URL"], timeout=30) as hub:
        while True:
            for file in sorted(KEPT.glob("*.json")):
                try:
                    await reply(json.loads(file.read_text("utf-8")), hub)
                except httpx2.HTTPError as trouble:
                    print(f"{file.stem} is tried again: {trouble}", flush=True)
                else:
                    file.rename(file.with_suffix(".done"))
            await asyncio.sleep(1)


@asynccontextmanager
async def while_it_serves(_app: Starlette) -> AsyncIterator[None]:
    KEPT.mkdir(exist_ok=True)
    answering = asyncio.create_task(answer_what_was_kept())
    yield
    answering.cancel()


app = Starlette(routes=[Route("/{path:path}", take, methods=["POST"])], lifespan=while_it_serves)

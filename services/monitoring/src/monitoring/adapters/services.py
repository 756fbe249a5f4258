"""The other services over HTTP, each asked for what it put aside as whoever is asking: it judges what they may."""

import asyncio
import ssl
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, TypeVar

import httpx2
from pydantic import ValidationError

from chassis import trace
from chassis.backlog import BacklogOut, SpotOut
from chassis.parked import (
    DoneOut,
    GroupOut,
    GroupsOut,
    InterventionOut,
    InterventionsOut,
    MessagesOut,
    WholeMessageOut,
)
from chassis.principals import NotAllowed, NotSignedIn
from contracts.envelope import Shape
from monitoring.domain.messages import Backlog, Outlet

PATIENCE_SECONDS = 4
MOST_GROUPS = 100
REPLAYED_PER_SECOND = 20

Action = Literal["replay", "discard"]
Out = TypeVar("Out", bound=Shape)


class NoAnswer(Exception):
    """A service gave no answer that is of use; `why` says so in Dutch."""

    def __init__(self, service: str, why: str) -> None:
        super().__init__(f"{service} {why}")
        self.service = service
        self.why = why


class GoneMeanwhile(Exception):
    """The service does not have the message put aside, or no longer."""

    def __init__(self, service: str, number: int) -> None:
        super().__init__(f"{service} has no message {number} aside")
        self.service = service
        self.number = number


class OutletOut(Shape):
    """As notifications gives it."""

    kind: str
    name: str
    waiting: int
    waiting_since: datetime | None
    given_up: int


class OutletsOut(Shape):
    items: list[OutletOut]


class Services:
    """`url` is where they answer; `{service}` in it stands for the name of each. Every call takes the asker's token.

    Each raises NoAnswer, NotSignedIn or NotAllowed; those about one message GoneMeanwhile.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._http = httpx2.AsyncClient(
            verify=ssl.create_default_context(),
            timeout=PATIENCE_SECONDS,
            trust_env=False,
            follow_redirects=False,
        )

    async def get_backlog(self, service: str, token: str) -> Backlog:
        found = await self._get(BacklogOut, service, token, "backlog")
        return Backlog(**found.model_dump(by_alias=False))

    async def list_outlets(self, token: str) -> list[Outlet]:
        found = await self._get(OutletsOut, "notifications", token, "outlets")
        return [Outlet(**one.model_dump(by_alias=False)) for one in found.items]

    async def list_groups(self, service: str, token: str) -> list[GroupOut]:
        path = "parked-messages/groups"
        return (await self._get(GroupsOut, service, token, path, limit=MOST_GROUPS)).items

    async def list_interventions(self, service: str, token: str, limit: int) -> list[InterventionOut]:
        path = "parked-messages/interventions"
        return (await self._get(InterventionsOut, service, token, path, limit=limit)).items

    async def list_messages(self, service: str, token: str, **filters: Any) -> MessagesOut:
        given = {name: value for name, value in filters.items() if value}
        return await self._get(MessagesOut, service, token, "parked-messages", **given)

    async def get_spot(self, service: str, token: str, number: int) -> SpotOut:
        return await self._get(SpotOut, service, token, f"parked-messages/{number}/line", number)

    async def read(self, service: str, token: str, number: int, why: str) -> WholeMessageOut:
        """With its body. The service writes down who read it, and why."""
        path = f"parked-messages/{number}"
        return await self._get(WholeMessageOut, service, token, path, number, why=why)

    async def count_meant(self, service: str, token: str, action: Action, **asked: Any) -> list[int]:
        """The numbers of the messages that would be meant; nothing is changed."""
        return await self._act(service, token, action, asked | {"dryRun": True})

    async def act(self, service: str, token: str, action: Action, numbers: list[int], why: str) -> list[int]:
        """The numbers of those that it was done to."""
        asked: dict[str, Any] = {"ids": numbers, "why": why, "limit": len(numbers)}
        return await self._act(
            service, token, action, asked | ({"perSecond": REPLAYED_PER_SECOND} if action == "replay" else {})
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def _act(self, service: str, token: str, action: Action, asked: dict[str, Any]) -> list[int]:
        answer = await self._ask("POST", service, token, f"parked-messages/_{action}", json=asked)
        return _read(DoneOut, service, answer).ids

    async def _get(
        self, kind: type[Out], service: str, token: str, path: str, number: int | None = None, **params: Any
    ) -> Out:
        answer = await self._ask("GET", service, token, path, params=params)
        if (
            answer.status_code == HTTPStatus.NOT_FOUND
            and number is not None
            and "nothing-parked" in answer.text
        ):
            raise GoneMeanwhile(service, number)
        return _read(kind, service, answer)

    async def _ask(self, method: str, service: str, token: str, path: str, **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}", "traceparent": trace.current() or ""}
        url = f"{self._url.replace('{service}', service)}/{service}/v1/{path}"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._http.request(method, url, headers=headers, **more)
        except (httpx2.HTTPError, TimeoutError):
            raise NoAnswer(service, "antwoordt niet") from None


def _read(kind: type[Out], service: str, answer: httpx2.Response) -> Out:
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise NotSignedIn
    if answer.status_code == HTTPStatus.FORBIDDEN:
        raise NotAllowed("parked:*")
    if not answer.is_success:
        raise NoAnswer(service, f"antwoordt met een fout ({answer.status_code})")
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError:
        raise NoAnswer(service, "geeft een antwoord dat niet te lezen is") from None

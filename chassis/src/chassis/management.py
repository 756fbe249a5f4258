"""RabbitMQ's management API: what it has, and how to give it what it lacks."""

from typing import Any
from urllib.parse import quote

import httpx2

from chassis.trouble import Trouble


class BrokerSaysNo(Trouble):
    """The management API refused a request; the message is its own."""


class Management:
    """`url` is the management listener's, such as http://127.0.0.1:15672."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self._http = httpx2.AsyncClient(base_url=f"{url.rstrip('/')}/api", auth=(user, password), timeout=30)

    async def get(self, *path: str, **params: str) -> Any:
        """The resource, or none where there is no such thing."""
        return await self._call("GET", path, params=params)

    async def put(self, *path: str, body: Any) -> None:
        await self._call("PUT", path, body)

    async def post(self, *path: str, body: Any) -> None:
        await self._call("POST", path, body)

    async def delete(self, *path: str) -> None:
        await self._call("DELETE", path)

    async def close(self) -> None:
        await self._http.aclose()

    async def _call(
        self, method: str, path: tuple[str, ...], body: Any = None, params: dict[str, str] | None = None
    ) -> Any:
        where = "/" + "/".join(quote(part, safe="") for part in path)
        answer = await self._http.request(method, where, json=body, params=params)
        if answer.status_code == httpx2.codes.NOT_FOUND and method in {"GET", "DELETE"}:
            return None
        if answer.is_error:
            raise BrokerSaysNo(f"{method} {'/'.join(path)}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content and method == "GET" else None

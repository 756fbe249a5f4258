"""The hub's HTTP API, as the operator's commands use it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from chassis.trouble import Trouble
from meldketen.operator import Operator


class HubSaysNo(Trouble):
    """The hub refused, or did not answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A resource of a service, and the token to ask with."""

    address: str
    token: str

    def get(self, path: str, **params: Any) -> Any:
        return self._ask("GET", path, params={name: given for name, given in params.items() if given})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", path, json=body)

    def send(self, path: str, content: bytes, **params: Any) -> Any:
        """A file as it is."""
        return self._ask("POST", path, content=content, params=params)

    def save(self, path: str, file: Path) -> int:
        """What comes, as a file; how many bytes. Nothing is written when the hub refuses."""
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            with httpx2.stream("GET", self.address + path, headers=headers, timeout=600) as answer:
                if not answer.is_success:
                    answer.read()
                    raise HubSaysNo(_what_is_wrong(answer))
                with file.open("wb") as written:
                    for part in answer.iter_bytes():
                        written.write(part)
        except httpx2.HTTPError as trouble:
            raise HubSaysNo(f"{self.address} does not answer: {trouble}") from None
        return file.stat().st_size

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = httpx2.request(method, self.address + path, headers=headers, timeout=60, **more)
        except httpx2.HTTPError as trouble:
            raise HubSaysNo(f"{self.address} does not answer: {trouble}") from None
        if not answer.is_success:
            raise HubSaysNo(_what_is_wrong(answer))
        return answer.json()


def remote(service: str, path: str, url: str | None) -> Remote:
    """HubSaysNo where nobody said who asks."""
    told = Operator()
    token = told.token.get_secret_value().strip()
    if not token:
        raise HubSaysNo(
            "There is no token: set MELDKETEN_TOKEN, or write it to a file meldketen_token in MELDKETEN_SECRETS_DIR."
        )
    return Remote(f"{(url or told.url).rstrip('/')}/{service}/v1/{path}", token)


def _what_is_wrong(answer: httpx2.Response) -> str:
    if "problem+json" not in answer.headers.get("content-type", ""):
        return f"{answer.url} answers {answer.status_code}. Is this the hub?"
    problem = answer.json()
    faults = [f"  {fault['pointer']}: {fault['detail']}" for fault in problem.get("errors", [])]
    return "\n".join([f"{problem['title']}. {problem['detail']}", *faults])

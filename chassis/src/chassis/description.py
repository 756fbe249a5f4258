"""What an app says of itself in OpenAPI, by the NLGov REST API Design Rules: every answer there is, with its headers."""

from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

Document = dict[str, Any]


class Fault(BaseModel):
    """One thing that is wrong with a request. `pointer` is where, in JSON Pointer (RFC 6901) or as a name."""

    in_: str = Field(alias="in")
    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = []


VERSION_HEADER = {
    "API-Version": {
        "description": "The full version of the API.",
        "required": True,
        "schema": {"type": "string", "examples": ["1.0.0"]},
    }
}


class DescribedApp(FastAPI):
    """An app whose description has its base path as server, and the problems that every operation may answer with."""

    base_path: str = ""
    _written: Document | None = None
    _described: Document | None = None

    def openapi(self) -> Document:
        written = super().openapi()
        if self._described is None or written is not self._written:
            self._written, self._described = written, describe(written, self.base_path)
        return self._described


def describe(written: Document, base_path: str) -> Document:
    """The description that FastAPI wrote, completed. `base_path` ends with the major version: paths are below it."""
    document = deepcopy(written)
    document["servers"] = [{"url": base_path}]
    document["paths"] = {
        path.removeprefix(base_path): item for path, item in document.get("paths", {}).items()
    }
    for item in document["paths"].values():
        for operation in item.values():
            _complete(operation)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    return document


def _complete(operation: Document) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    for response in responses.values():
        response.setdefault("headers", {}).update(VERSION_HEADER)
    if operation.get("parameters") or "requestBody" in operation:
        responses["400"] = _problem("The request is not valid: `errors` names every fault.")
    if "security" in operation:
        responses["401"] = _problem("Not signed in, or no longer.")
        responses["403"] = _problem("The token lacks the scope that this asks for.")
    responses["default"] = _problem("Something else went wrong: `type` and `detail` say what.")


def _problem(description: str) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": description,
        "headers": VERSION_HEADER,
        "content": {"application/problem+json": {"schema": schema}},
    }

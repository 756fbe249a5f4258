"""Whether a message meets the schema that partners are given, and the public standard where there is one."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from asking_partners import CONTRACTS, data_of
from fhir.resources.R4B.servicerequest import ServiceRequest
from jsonschema import Draft202012Validator

from contracts.catalogue import entry_of
from contracts.envelope import Message
from contracts.partners import EnforcementCase, EnforcementLink

STANDARDS = Path(__file__).parent / "routing" / "standards"


@cache
def standard(name: str) -> Draft202012Validator:
    folder = STANDARDS if (STANDARDS / f"{name}.json").exists() else CONTRACTS / "schemas"
    schema = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def conforms(message: Message) -> None:
    """To the schema that partners are given, and to the public standard where there is one. ValidationError, ValueError."""
    data = data_of(message)
    name = entry_of(type(message)).name
    standard(name).validate(data)
    if name.startswith("care-requests."):
        request = ServiceRequest.model_validate(data)
        assert request.status in codes(ServiceRequest, "status")
        assert not list(empty(data)), "FHIR has no empty lists"
    elif name.startswith("tenancy-cases."):
        standard("vera-zaak").validate(data)
    elif isinstance(message, EnforcementCase):
        standard("zgw-zaak").validate(data["zaak"])
        standard("zgw-zaakobject").validate(data["zaakobject"])
        assert is_rsin(data["zaak"]["bronorganisatie"])
    elif isinstance(message, EnforcementLink):
        standard("cloudevent").validate(data["event"])
        standard("open-zaak-link").validate(data["event"]["data"])


def codes(resource: type[Any], field: str) -> list[str]:
    extra = resource.model_fields[field].json_schema_extra
    known: list[str] = extra["enum_values"]
    return known


def empty(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        if not value:
            yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from empty(part)


def is_rsin(number: str) -> bool:
    """The eleven-proof, as for a BSN."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(sign) * weight for sign, weight in zip(number, weights, strict=True)) % 11 == 0

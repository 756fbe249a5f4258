"""The documents of the contract, made from the catalogue: a JSON Schema per message, one AsyncAPI description.

`python -m contracts.documents` writes them to `contracts/schemas`; with `--check` it only says what differs.
YAML is written with PyYAML, which the workshop has and the running hub does not need.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from contracts.catalogue import CATALOGUE, SERVICES, TO_PARTNERS, Entry, Exchange
from contracts.envelope import BATCH_MEDIA_TYPE, MEDIA_TYPE, CloudEvent

FOLDER = Path(__file__).parents[2] / "schemas"
ADDRESS = "https://woonoverlast.example/schemas/"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

WHO_MAY_READ = {
    Exchange.OPEN: "Open: it holds no personal data.",
    Exchange.CONFIDENTIAL: "Confidential: it holds personal data. Routing and casework alone bind it.",
    Exchange.PARTNER_OUT: "Confidential: it holds what the covenant allows. This one partner alone reads it.",
    Exchange.PARTNER_CLOCKS: "Of one partner's own questions, without personal data. This one partner alone reads it.",
    Exchange.PARTNER_IN: "Confidential: one partner writes it, under its own key. Routing alone reads it.",
}

ABOUT = f"""\
The messages of a city's housing-nuisance desk: CloudEvents 1.0 by the NL GOV profile, in structured JSON.

A message's name is `<plural noun>.<past participle>.v<major>`: the CloudEvents type without `nl.woonoverlast.`,
and the routing key. Inside a major, fields are only added, so a reader ignores what it does not know. A breaking
change is a new major beside the old one.

To a service's queue, events of one type may come together as a JSON array (`{BATCH_MEDIA_TYPE}`).
A partner gets one event a message.
"""

CLOCKS = "partner-clocks"
PARTNER_PARAMETER = {"partner": {"description": "The partner's id in the partner register."}}

Json: TypeAlias = dict[str, Any]


def documents() -> dict[str, str]:
    """Every document, by its path in the folder."""
    schemas = {entry.name: schema_of(entry.name, entry.message) for entry in CATALOGUE}
    schemas["cloudevent"] = schema_of("cloudevent", CloudEvent)
    written = {
        f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }
    from contracts.yaml_form import as_yaml  # noqa: PLC0415  needs what only the workshop has

    return written | {"asyncapi.yaml": as_yaml(asyncapi())}


def differing(folder: Path = FOLDER) -> list[str]:
    """The documents that are missing, that differ, or that nothing in the catalogue asks for."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.*")}
    return sorted({name for name, _ in documents().items() ^ found.items()})


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(exist_ok=True)
    wanted = documents()
    for name in differing(folder):
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()


def asyncapi() -> Json:
    """The whole hub in one AsyncAPI document: what every service and partner format sends and receives."""
    return {
        "asyncapi": "3.1.0",
        "id": "urn:nl:woonoverlast:meldketen",
        "info": {
            "title": "Meldketen",
            "version": version("meldketen-contracts"),
            "description": ABOUT,
            "contact": {
                "name": "Meldketen",
                "url": "https://woonoverlast.example",
                "email": "meldketen@woonoverlast.example",
            },
            "license": {
                "name": "EUPL-1.2",
                "url": "https://joinup.ec.europa.eu/collection/eupl/eupl-text-eupl-12",
            },
            "tags": [
                {"name": exchange.value, "description": WHO_MAY_READ[exchange]} for exchange in Exchange
            ],
        },
        "defaultContentType": MEDIA_TYPE,
        "servers": {
            "broker": {
                "host": "broker.woonoverlast.example:5671",
                "protocol": "amqps",
                "protocolVersion": "0.9.1",
                "description": "RabbitMQ. Every service and every partner has its own user, with least rights.",
                "security": [{"$ref": "#/components/securitySchemes/user"}],
            }
        },
        "channels": {
            **{entry.name: _channel(entry) for entry in CATALOGUE},
            **{f"svc.{service}": _service_queue(service) for service in SERVICES},
            "partner": _partner_queue(),
            CLOCKS: _clocks_queue(),
        },
        "operations": {
            **{f"{entry.publisher}.sends.{entry.name}": _send(entry) for entry in CATALOGUE},
            **{
                f"{reader}.receives.{entry.name}": _receive(entry, reader)
                for entry in CATALOGUE
                for reader in entry.readers
            },
        },
        "components": {
            "messages": {entry.name: _message(entry) for entry in CATALOGUE},
            "schemas": _schemas_together(),
            "securitySchemes": {"user": {"type": "userPassword"}},
        },
    }


class _Schemas(GenerateJsonSchema):
    """Without titles that repeat the field's name; and what can have but one value is always sent."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: FBT001
        value = field["schema"].get("schema", {})
        return len(value.get("expected", ())) == 1 or super().field_is_required(field, total)


def schema_of(name: str, model: type[BaseModel]) -> Json:
    schema = model.model_json_schema(mode="serialization", schema_generator=_Schemas)
    first = {"$schema": DIALECT, "$id": f"{ADDRESS}{name}.json", "title": schema["title"]}
    return first | {"description": schema["description"]} | schema


def _schemas_together() -> Json:
    models: list[type[BaseModel]] = [CloudEvent, *(entry.message for entry in CATALOGUE)]
    _, together = models_json_schema(
        [(model, "serialization") for model in models],
        ref_template="#/components/schemas/{model}",
        schema_generator=_Schemas,
    )
    return dict(together["$defs"])


def _message(entry: Entry) -> Json:
    data = {"$ref": f"#/components/schemas/{entry.message.__name__}"}
    return {
        "name": entry.message.type(),
        "title": entry.message.__name__,
        "summary": cleandoc(entry.message.__doc__ or ""),
        "description": WHO_MAY_READ[entry.exchange],
        "tags": [{"name": entry.exchange.value}],
        "contentType": MEDIA_TYPE,
        "payload": {
            "allOf": [
                {"$ref": "#/components/schemas/CloudEvent"},
                {"properties": {"type": {"const": entry.message.type()}, "data": data}},
            ]
        },
    }


def _is_partners(entry: Entry) -> bool:
    return entry.exchange in {*TO_PARTNERS, Exchange.PARTNER_IN}


def _channel(entry: Entry) -> Json:
    channel: Json = {
        "address": entry.name,
        "description": WHO_MAY_READ[entry.exchange],
        "messages": _messages([entry]),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": entry.exchange.value, "type": "topic", "durable": True},
                "bindingVersion": "0.3.0",
            }
        },
    }
    if _is_partners(entry):
        return channel | {"address": f"{{partner}}.{entry.name}", "parameters": PARTNER_PARAMETER}
    return channel


def _service_queue(service: str) -> Json:
    read = [entry for entry in CATALOGUE if service in entry.readers]
    keys = dict.fromkeys((entry.exchange, "#" if _is_partners(entry) else entry.name) for entry in read)
    return _queue(f"svc.{service}", f"What {service} reads, whatever the exchange.", read, keys)


def _partner_queue() -> Json:
    read = [entry for entry in CATALOGUE if entry.exchange is Exchange.PARTNER_OUT]
    keys = [(Exchange.PARTNER_OUT, "{partner}.#")]
    queue = _queue("partner.{partner}", "What one partner reads, each in its own format.", read, keys)
    return queue | {"parameters": PARTNER_PARAMETER}


def _clocks_queue() -> Json:
    read = [entry for entry in CATALOGUE if entry.exchange is Exchange.PARTNER_CLOCKS]
    keys = [(Exchange.PARTNER_CLOCKS, "{partner}.#")]
    about = "What one partner hears of its own clocks, where it wants to."
    return _queue("partner.{partner}.clocks", about, read, keys) | {"parameters": PARTNER_PARAMETER}


def _queue(name: str, description: str, read: list[Entry], keys: Iterable[tuple[Exchange, str]]) -> Json:
    return {
        "address": name,
        "description": description,
        "messages": _messages(read),
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {"name": name, "durable": True, "exclusive": False, "autoDelete": False},
                "x-queue-type": "quorum",
                "x-bound-to": [{"exchange": exchange.value, "routingKey": key} for exchange, key in keys],
                "bindingVersion": "0.3.0",
            }
        },
    }


def _messages(entries: list[Entry]) -> Json:
    return {entry.name: {"$ref": f"#/components/messages/{entry.name}"} for entry in entries}


def _send(entry: Entry) -> Json:
    operation = _operation("send", entry.name, entry)
    return operation | {
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "bindingVersion": "0.3.0"}}
    }


def _receive(entry: Entry, reader: str) -> Json:
    queue = f"svc.{reader}" if reader in SERVICES else "partner"
    queue = CLOCKS if entry.exchange is Exchange.PARTNER_CLOCKS else queue
    operation = _operation("receive", queue, entry)
    return operation | {"bindings": {"amqp": {"ack": True, "bindingVersion": "0.3.0"}}}


def _operation(action: str, channel: str, entry: Entry) -> Json:
    return {
        "action": action,
        "summary": cleandoc(entry.message.__doc__ or ""),
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{entry.name}"}],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m contracts.documents", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something differs")
    if not parser.parse_args(arguments).check:
        write()
    elif differences := differing():
        sys.exit(
            "contracts/schemas is not what the catalogue says: " + ", ".join(differences) + ".\n"
            "Run `uv run python -m contracts.documents` and commit what it writes."
        )


if __name__ == "__main__":
    main()

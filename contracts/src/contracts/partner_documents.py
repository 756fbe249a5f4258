"""The documents of the contract for one partner alone: its queue, its key, and the messages of its language."""

import json
from typing import Any

from contracts.catalogue import CATALOGUE, Entry, Exchange
from contracts.documents import CLOCKS, Json, asyncapi, schema_of
from contracts.envelope import CloudEvent

ABOUT = """\
What {name} hears from the housing-nuisance desk and says to it: CloudEvents 1.0 by the NL GOV profile, in structured
JSON, one a message. Questions come on the queue `partner.{partner}`; answers go to the exchange `partner.in` under keys
that begin with `{partner}.`. Inside a major, fields are only added, so ignore what you do not know.
"""


def entries_of(language: str, *, hears_clocks: bool = False) -> list[Entry]:
    """What is said in a language, both ways; with what a partner hears of its clocks, where it does."""
    asked = [Exchange.PARTNER_OUT, Exchange.PARTNER_IN]
    return [
        entry
        for entry in CATALOGUE
        if (entry.exchange in asked and language in {entry.publisher, *entry.readers})
        or (entry.exchange is Exchange.PARTNER_CLOCKS and hears_clocks)
    ]


def schemas(language: str, *, hears_clocks: bool = False) -> dict[str, Json]:
    """The JSON Schemas of its messages and of the envelope, by name."""
    entries = entries_of(language, hears_clocks=hears_clocks)
    wanted = {entry.name: schema_of(entry.name, entry.message) for entry in entries}
    return wanted | {"cloudevent": schema_of("cloudevent", CloudEvent)}


def description(partner: str, name: str, language: str, *, hears_clocks: bool = False) -> Json:
    """The hub's AsyncAPI document, cut to this partner."""
    whole = asyncapi()
    entries = entries_of(language, hears_clocks=hears_clocks)
    names = {entry.name for entry in entries}
    formats, queues = {language}, {"partner"}
    if hears_clocks:
        formats, queues = {language, "clocks"}, {"partner", CLOCKS}
    own = {key: one for key, one in whole["operations"].items() if key.partition(".")[0] in formats}
    channels = {key: one for key, one in whole["channels"].items() if key in names | queues}
    heard = {key.partition(".receives.")[2] for key in own if ".receives." in key}
    channels["partner"]["messages"] = {
        key: one for key, one in channels["partner"]["messages"].items() if key in heard
    }
    for channel in channels.values():
        channel.pop("parameters", None)
    messages = {key: one for key, one in whole["components"]["messages"].items() if key in names}
    info = whole["info"] | {
        "title": f"Meldketen for {name}",
        "description": ABOUT.format(name=name, partner=partner),
    }
    exchanges = {str(entry.exchange) for entry in entries}
    info["tags"] = [tag for tag in info["tags"] if tag["name"] in exchanges]
    cut = whole | {
        "id": f"urn:nl:woonoverlast:meldketen:{partner}",
        "info": info,
        "channels": channels,
        "operations": {f"{partner}.{key.partition('.')[2]}": one for key, one in own.items()},
        "components": whole["components"] | {"messages": messages, "schemas": {}},
    }
    cut["components"]["schemas"] = _reached(cut, whole["components"]["schemas"])
    written: Json = json.loads(json.dumps(cut).replace("{partner}", partner))
    return written


def _reached(start: Any, schemas: Json) -> Json:
    """The schemas that the document needs, and those that they need."""
    reached: dict[str, Any] = {}
    look = [json.dumps(start)]
    while look:
        text = look.pop()
        for name, schema in schemas.items():
            if name not in reached and f'"#/components/schemas/{name}"' in text:
                reached[name] = schema
                look.append(json.dumps(schema))
    return reached

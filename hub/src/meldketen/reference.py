"""The reference that the code itself can write: messages, settings, the form of a policy, the instruments of enforcement.

`python -m meldketen.reference` writes them to `docs/reference`; with `--check` it only says what differs. It runs in
the workshop, with all packages in one environment, and not in the running hub.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from inspect import cleandoc
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from chassis.settings import Settings
from contracts.catalogue import CATALOGUE, Entry, Exchange
from contracts.documents import WHO_MAY_READ
from meldketen.legal_reference import instruments
from meldketen.markdown import table
from meldketen.operator import Operator
from meldketen.services import PARTS
from routing.adapters.policy_shape import File

FOLDER = Path(__file__).parents[3] / "docs/reference"
PREFIX = "MELDKETEN_"
SECRETS = (SecretStr, SecretStr | None)
JSON_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
LIMITS = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}

MESSAGES = """\
# Messages

<!-- Made from contracts/src/contracts/catalogue.py by `uv run python -m meldketen.reference`. Change it there. -->

Every message is a CloudEvent 1.0 by the NL GOV profile, in structured JSON. Its type is `nl.woonoverlast.` and the name
below. The routing key is the name; on the partner exchanges the partner's id and a point stand before it, such as
`police.police-replies.given.v1`. *About* is the field that becomes the CloudEvents subject: what one service says about
one subject has its effect in the order in which it was committed. Partners are promised no order, and promise none.

Each name leads to its JSON Schema, and [examples](../../contracts/examples) has one example of each. The whole is
described for machines in [asyncapi.yaml](../../contracts/schemas/asyncapi.yaml). How a message travels:
[delivery](../explanation/delivery.md).
"""

SETTINGS = """\
# Settings

<!-- Made from the settings classes by `uv run python -m meldketen.reference`. Change them there. -->

A setting is an environment variable, or a file in the folder that `MELDKETEN_SECRETS_DIR` names: one file a setting, named
as the variable in small letters (`meldketen_database_url`). The environment goes before the file, and a variable
that is empty counts as not set. Secrets are never given on the command line. What must be set and is not stops the start.

`meldketen up` fills in what must be set, and reads the rest from the environment too. What docker-compose.yml can be told
besides stands in [.env.example](../../.env.example).
"""


def messages() -> str:
    """The page of every message: who says it, who hears it, what it says, by exchange."""
    return MESSAGES + "".join(_exchange(exchange) for exchange in Exchange)


def settings() -> str:
    """The page of every setting, by who is told it."""
    common = Settings.model_fields
    sections = [_section("Every service", "Also for `meldketen token`, `mailbox` and `serve front`.", common)]
    for service, part in PARTS.items():
        own = {name: field for name, field in part.settings.model_fields.items() if name not in common}
        if own:
            sections.append(_section(service.capitalize(), f"The service `{service}` alone.", own))
    alone = ", ".join(service for service, part in PARTS.items() if part.settings.model_fields == common)
    sections.append(f"\nNothing more can be told to: {alone}.\n" if alone else "")
    about = "The commands `secrets`, `migrate`, `provision`, `audit`, `simulate` and `parked`."
    return SETTINGS + "".join([*sections, _section("The operator's commands", about, Operator.model_fields)])


def policy_schema() -> str:
    """The form of a policy file as a JSON Schema, for editors and for who makes one by machine."""
    described = File.model_json_schema()
    about = {
        "title": "The two-track policy",
        "description": "What stands in a policy file, which is in TOML.",
    }
    return json.dumps({"$schema": JSON_SCHEMA, **described, **about}, indent=2, ensure_ascii=False) + "\n"


def pages() -> dict[str, str]:
    """Every page, by its name in the folder."""
    return {
        "messages.md": messages(),
        "settings.md": settings(),
        "policy.schema.json": policy_schema(),
        "instruments.md": instruments(),
    }


def differing(folder: Path = FOLDER) -> list[str]:
    """The pages that are missing or are not what the code says."""
    return [
        name
        for name, text in pages().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]


def write(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


def settings_classes() -> list[type[BaseSettings]]:
    """Every class of settings there is, once."""
    return list(dict.fromkeys([Settings, *(part.settings for part in PARTS.values()), Operator]))


def _exchange(exchange: Exchange) -> str:
    rows = (_message(entry) for entry in CATALOGUE if entry.exchange is exchange)
    listed = table(("Message", "Says", "About", "From", "To", "Class"), rows)
    return f"\n## `{exchange}`\n\n{WHO_MAY_READ[exchange]}\n\n{listed}"


def _message(entry: Entry) -> Sequence[str]:
    message = entry.message
    return (
        f"[`{entry.name}`](../../contracts/schemas/{entry.name}.json)",
        " ".join(cleandoc(message.__doc__ or "").split()),
        f"`{message.model_fields[message.subject_field].alias}`",
        entry.publisher,
        ", ".join(entry.readers),
        f"`{message.__name__}`",
    )


def _section(title: str, about: str, fields: Mapping[str, FieldInfo]) -> str:
    rows = (_setting(name, field) for name, field in fields.items())
    return f"\n## {title}\n\n{about}\n\n{table(('Variable', 'Default', 'Meaning'), rows)}"


def _setting(name: str, field: FieldInfo) -> Sequence[str]:
    secret = "Secret." if field.annotation in SECRETS else ""
    meaning = " ".join(filter(None, (field.description, _choices(field), _bounds(field), secret)))
    return (f"`{PREFIX}{name.upper()}`", _default(field), meaning)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be set"
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return "not set" if value is None or value == "" else f"`{value}`"


def _choices(field: FieldInfo) -> str:
    if get_origin(field.annotation) is not Literal:
        return ""
    return "One of: " + ", ".join(f"`{choice}`" for choice in get_args(field.annotation)) + "."


def _bounds(field: FieldInfo) -> str:
    bounds = [
        f"{words} {getattr(limit, sign)}"
        for limit in field.metadata
        for sign, words in LIMITS.items()
        if getattr(limit, sign, None) is not None
    ]
    return f"{' and '.join(bounds).capitalize()}." if bounds else ""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m meldketen.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something differs")
    if not parser.parse_args(arguments).check:
        write()
    elif differences := differing():
        sys.exit(
            "docs/reference is not what the code says: " + ", ".join(differences) + ".\n"
            "Run `uv run python -m meldketen.reference` and commit what it writes."
        )


if __name__ == "__main__":
    main()

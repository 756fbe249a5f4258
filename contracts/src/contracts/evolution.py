"""What was released stays readable: the messages as they are now, held against every release.

`python -m contracts.evolution check` says what breaks. `python -m contracts.evolution release 0.2.0` writes the
schemas and the golden examples to `contracts/released/0.2.0`, where they are never changed again.

Inside a major a field stays what it is, and stays. What may change: an optional field is added, a text about a field,
the name of a part, and the values under `x-extensible-enum`, which are added to. A reader that takes values it
does not know says so by declaring a `str` with its known values there; an `enum` is closed, for an old reader
refuses a new value. A default is what a message means that leaves the field out, so it stays too.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from contracts import documents
from contracts.catalogue import CATALOGUE
from contracts.upcasters import UPCASTERS, Upcasters, next_major

RELEASED = Path(__file__).parents[2] / "released"
EXAMPLES = Path(__file__).parents[2] / "examples"

OLD_MESSAGE = "an old message may not fit now"
OLD_READER = "an old reader may refuse a new message"

ABOUT = {
    "$schema",
    "$id",
    "$defs",
    "$comment",
    "title",
    "description",
    "examples",
    "deprecated",
    "discriminator",
}
NAMED = {"properties", "patternProperties"}
LITERAL = {"const", "default", "enum", "required", "x-extensible-enum"}
ALTERNATIVES = {"anyOf", "oneOf", "type", "default"}
LOOKED_INTO = {"properties", "required", "items", "additionalProperties"}
AT_LEAST = {"exclusiveMinimum", "minimum", "minItems", "minLength", "minProperties"}
AT_MOST = {"exclusiveMaximum", "maximum", "maxItems", "maxLength", "maxProperties"}

Json: TypeAlias = dict[str, Any]


def breaks(old: Json, new: Json) -> list[str]:
    """What in a schema breaks an old message, or a reader of the old one: a sentence each."""
    before, now = (_whole(schema, schema.get("$defs", {})) for schema in (old, new))
    return list(dict.fromkeys(_compared("the message", before, now)))


def current() -> dict[str, Json]:
    """The schema of every message and of the envelope, by name."""
    written = documents.documents().items()
    return {Path(name).stem: json.loads(text) for name, text in written if name.endswith(".json")}


def releases(folder: Path = RELEASED) -> dict[str, dict[str, Json]]:
    """The schemas of every release, by its version and their name."""
    return {
        release.name: {
            path.stem: json.loads(path.read_text(encoding="utf-8")) for path in release.glob("*.json")
        }
        for release in sorted(folder.glob("*.*.*"))
    }


def broken(
    schemas: Mapping[str, Json], folder: Path = RELEASED, upcasters: Upcasters = UPCASTERS
) -> list[str]:
    """What these schemas break of what was ever released."""
    return [
        f"{name} of release {version}: {sentence}"
        for version, released in releases(folder).items()
        for name, old in sorted(released.items())
        for sentence in _followed(name, old, schemas, upcasters)
    ]


def release(version: str, folder: Path = RELEASED) -> None:
    """Write down what is now as this version. It is refused where that would break a promise."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit(f"{version} is no version: write it as 0.2.0.")
    if (folder / version).exists():
        sys.exit(f"{version} was released before, and a release is never changed.")
    schemas = current()
    if sentences := broken(schemas, folder):
        sys.exit("\n".join(sentences))
    written = {
        f"{name}.json": json.dumps(schema, indent=2, ensure_ascii=False) for name, schema in schemas.items()
    }
    for entry in CATALOGUE:
        example = EXAMPLES / f"{entry.name}.json"
        written[f"examples/{example.name}"] = example.read_text(encoding="utf-8").rstrip("\n")
    (folder / version / "examples").mkdir(parents=True)
    for name, text in written.items():
        (folder / version / name).write_text(text + "\n", encoding="utf-8")


def _followed(name: str, old: Json, schemas: Mapping[str, Json], upcasters: Upcasters) -> list[str]:
    if name in schemas:
        return breaks(old, schemas[name])
    newer = name
    while newer in upcasters:
        newer = next_major(newer)
        if newer in schemas:
            return []
    return ["it is gone, and no upcaster makes a message of it that is still there"]


def _whole(schema: Any, parts: Json, above: tuple[str, ...] = ()) -> Any:
    """The schema without what it says about itself, and with each part in the place where it is used.

    A part that holds itself ends in how far up it stands, whatever its name is.
    """
    if isinstance(schema, list):
        return [_whole(each, parts, above) for each in schema]
    if not isinstance(schema, dict):
        return schema
    whole: Json = {}
    if reference := schema.get("$ref"):
        if reference in above:
            whole = {"$ref": len(above) - above.index(reference)}
        else:
            whole = _whole(parts[reference.removeprefix("#/$defs/")], parts, (*above, reference))
    for keyword, value in schema.items():
        if keyword in NAMED:
            whole[keyword] = {name: _whole(field, parts, above) for name, field in value.items()}
        elif keyword == "const":
            whole["enum"] = [value]
        elif keyword not in ABOUT and keyword != "$ref":
            whole[keyword] = value if keyword in LITERAL else _whole(value, parts, above)
    return whole


def _compared(where: str, old: Json, new: Json) -> Iterator[str]:
    before, now = _by_type(old), _by_type(new)
    if before.keys() != now.keys():
        yield _sentence(
            f"{where}: its type was {' or '.join(before)} and is {' or '.join(now)}",
            narrower=bool(before.keys() - now.keys()),
            wider=bool(now.keys() - before.keys()),
        )
    for kind in [kind for kind in before if kind in now]:
        olds, news = before[kind], now[kind]
        if len(olds) == len(news) == 1:
            yield from _compared_shapes(where, olds[0], news[0])
        elif not (
            all(any(_agree(old, new) for new in news) for old in olds)
            and all(any(_agree(old, new) for old in olds) for new in news)
        ):
            yield _sentence(f"{where}: its shapes of type {kind} are not the same", narrower=True, wider=True)


def _by_type(schema: Json) -> dict[str, list[Json]]:
    """Everything that a value may be: `anyOf` and lists of types taken apart."""
    found: dict[str, list[Json]] = defaultdict(list)
    shared = {keyword: value for keyword, value in schema.items() if keyword not in ALTERNATIVES}
    if choices := schema.get("anyOf", schema.get("oneOf")):
        for choice in choices:
            for kind, shapes in _by_type(shared | choice).items():
                found[kind] += shapes
    else:
        kinds = schema.get("type", "anything")
        for kind in kinds if isinstance(kinds, list) else [kinds]:
            found[kind].append(shared)
    return dict(found)


def _agree(old: Json, new: Json) -> bool:
    return not list(_compared_shapes("it", old, new))


def _compared_shapes(where: str, old: Json, new: Json) -> Iterator[str]:
    yield from _compared_fields(where, old, new)
    if "items" in old or "items" in new:
        yield from _compared(f"each of {where}", old.get("items", {}), new.get("items", {}))
    if _rest(old) != _rest(new):
        yield from _compared(f"what else is in {where}", _rest(old), _rest(new))
    for keyword in sorted((old.keys() | new.keys()) - LOOKED_INTO):
        before, now = old.get(keyword), new.get(keyword)
        if before != now:
            narrower, wider = _limited(keyword, before, now)
            if narrower or wider:
                told = f"{where}: its {keyword} was {_told(before)} and is {_told(now)}"
                yield _sentence(told, narrower=narrower, wider=wider)


def _compared_fields(where: str, old: Json, new: Json) -> Iterator[str]:
    before, now = old.get("properties", {}), new.get("properties", {})
    had_to, must = set(old.get("required", ())), set(new.get("required", ()))
    for name, field in before.items():
        path = name if where == "the message" else f"{name} of {where}"
        if name not in now:
            reader = f" and {OLD_READER}" if name in had_to else ""
            yield f"{path} is gone, so what an old message says there is lost{reader}."
            continue
        if (name in had_to) != (name in must):
            change = "was optional and is required" if name in must else "was required and is optional"
            yield _sentence(f"{path} {change}", narrower=name in must, wider=name in had_to)
        elif not _means_the_same(field.get("default"), now[name].get("default")):
            was, is_now = _told(field.get("default")), _told(now[name].get("default"))
            yield f"{path}: left out, it meant {was} and means {is_now}, so an old message says something else now."
        yield from _compared(path, field, now[name])
    for name in [name for name in now if name not in before]:
        path = name if where == "the message" else f"{name} of {where}"
        if name in must or _rest(old) != {}:
            told = f"{path} is new" + (" and required" if name in must else "")
            yield _sentence(told, narrower=name in must, wider=_rest(old) != {})


def _rest(schema: Json) -> Json:
    """What fields that are not named may hold."""
    rest = schema.get("additionalProperties", True)
    if isinstance(rest, dict):
        return rest
    return {} if rest else {"not": {}}


def _limited(keyword: str, before: Any, now: Any) -> tuple[bool, bool]:
    """Whether what was allowed no longer is, and whether what is allowed was not."""
    if keyword == "x-extensible-enum":
        return not set(before or ()) <= set(now or ()), False
    if before is None or now is None:
        return before is None, now is None
    if keyword in AT_LEAST | AT_MOST:
        return (before < now) == (keyword in AT_LEAST), (now < before) == (keyword in AT_LEAST)
    if keyword == "enum":
        return any(value not in now for value in before), any(value not in before for value in now)
    return True, True


def _means_the_same(before: Any, now: Any) -> bool:
    """A default of several fields may get a field more."""
    if isinstance(before, dict) and isinstance(now, dict):
        return all(name in now and _means_the_same(part, now[name]) for name, part in before.items())
    return bool(before == now)


def _told(value: Any) -> str:
    return "not given" if value is None else json.dumps(value, ensure_ascii=False)


def _sentence(what: str, *, narrower: bool, wider: bool) -> str:
    why = " and ".join([OLD_MESSAGE] * narrower + [OLD_READER] * wider)
    return f"{what}, so {why}."


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m contracts.evolution", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("check", help="exit 1 where something released would break, and say what")
    commands.add_parser("release", help="write down what is now, for good").add_argument("version")
    given = parser.parse_args(arguments)
    if given.command == "release":
        release(given.version)
    elif sentences := broken(current()):
        sys.exit("\n".join(sentences))


if __name__ == "__main__":
    main()

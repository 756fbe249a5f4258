"""A partner's block in the operator's register: written and taken out so that the rest, comments too, stays as it is."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tomlkit

from chassis.trouble import Trouble
from routing.adapters import register_file

HEADER = re.compile(r"^\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(#.*)?$")


class NoRegister(Trouble):
    """There is no register of one's own to write in; the message says what to do."""


class PartnerIsThere(Trouble):
    """The register has this partner, with other words."""


class NoQueue(Trouble):
    """The partner is not reached by queue; the message says what to do instead."""


class WrittenOtherwise(Trouble):
    """The partner does not stand in tables of its own, so a person must take it out."""


def add(file: Path | None, partner: str, block: Mapping[str, Any]) -> bool:
    """Whether it was not there. NoRegister, PartnerIsThere; RegisterIsWrong where the block makes no sense.

    Where the file is not there yet, it begins as the register that comes with the hub.
    """
    if file is None or file.is_dir():
        raise NoRegister(
            "Set MELDKETEN_REGISTER_FILE to the register that you keep; it is made if it is not there."
        )
    text = file.read_text("utf-8") if file.exists() else register_file.shipped()
    document = tomlkit.parse(text)
    partners: Any = document["partners"]
    if partner in partners:
        if partners[partner].unwrap() != block:
            raise PartnerIsThere(f"{partner} is in {file} with other words: change them there.")
        written = text
    else:
        written = text.rstrip() + "\n\n" + tomlkit.dumps({"partners": {partner: dict(block)}})
        register_file.load(written)
    if not file.exists() or written != text:
        _write(file, written)
    return written != text


def take_out(file: Path | None, partner: str) -> bool:
    """Whether it was there. NoRegister, WrittenOtherwise; RegisterIsWrong where the register makes no sense without it."""
    if file is None or not file.is_file():
        raise NoRegister("Set MELDKETEN_REGISTER_FILE to the register that you keep.")
    text = file.read_text("utf-8")
    if partner not in register_file.read(file):
        return False
    written = without(text, partner)
    register_file.load(written)
    _write(file, written)
    return True


def without(text: str, partner: str) -> str:
    """A register without this partner. WrittenOtherwise.

    A comment right above its first table goes too, for it is about this partner; every other one stays.
    """
    wanted = tomllib.loads(text)
    del wanted["partners"][partner]
    left = "".join(_left(text.splitlines(keepends=True), partner))
    try:
        if tomllib.loads(left) == wanted:
            return left
    except tomllib.TOMLDecodeError:
        pass
    raise WrittenOtherwise(
        f"{partner} does not stand in tables of its own: take it out of the register by hand."
    )


def _left(lines: list[str], partner: str) -> Iterator[str]:
    """The tables of others, with what stands above each."""
    aside: list[str] = []
    own = False
    for line in [*lines, None]:
        if line is not None and (not line.strip() or line.lstrip().startswith("#")):
            aside.append(line)
            continue
        header = line is not None and HEADER.match(line)
        was, own = own, _is_of(header[1], partner) if header else own and line is not None
        if own and not was:
            yield from _not_about_it(aside)
        elif not own:
            yield from _from_first_words(aside) if was else aside
            yield line or ""
        aside = []


def _is_of(name: str, partner: str) -> bool:
    return [part.strip().strip("\"'") for part in name.split(".")][:2] == ["partners", partner]


def _not_about_it(above: list[str]) -> list[str]:
    """Without the comment right above a table, unless nothing stands before that: then it is the file's own."""
    first = len(above)
    while first and above[first - 1].strip():
        first -= 1
    return above[:first] if first else above


def _from_first_words(above: list[str]) -> list[str]:
    first = next((number for number, line in enumerate(above) if line.strip()), len(above))
    return above[first:]


def _write(file: Path, text: str) -> None:
    """Whole or not at all."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)

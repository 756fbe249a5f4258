"""A partner's block in the operator's register: written so that what stands there, comments too, stays as it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from routing.adapters import register_file


class NoRegister(Exception):
    """There is no register of one's own to write in; the message says what to do."""


class PartnerIsThere(Exception):
    """The register has this partner, with other words."""


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
        beside = file.with_name(f".{file.name}.new")
        beside.write_text(written, "utf-8")
        beside.replace(file)
    return written != text

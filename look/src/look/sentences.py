"""Brings the translations of packages up to date with what their citizen's pages say.

`python -m look.sentences look intake` adds what is new, to be translated by hand, and drops what nobody says any more.
It runs in the workshop, not in the running hub.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from look.languages import LANGUAGES, SOURCE

WHO = "Meld- en Steunpunt Woonoverlast <beheer@woonoverlast.example>"
STAFF = ('{% extends "staff.html" %}', "{# staff #}")
"""How a staff screen, or a piece of one, begins: they are in Dutch alone."""

OPTIONS = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def said(package: str) -> Catalog:
    """Every sentence that a package shows to citizens, without a translation."""
    catalog = Catalog()
    folder = Path(str(files(package)))
    for source in sorted(folder.rglob("*.html")):
        if source.name != "staff.html" and not source.read_text("utf-8").startswith(STAFF):
            _add(catalog, babel_extract(BytesIO(source.read_bytes()), ["_"], [], OPTIONS))
    for source in sorted(folder.rglob("*.py")):
        _add(catalog, extract_python(BytesIO(source.read_bytes()), {"marked": None}, [], {}))
    return catalog


def _add(catalog: Catalog, found: Iterable[tuple[object, ...]]) -> None:
    """Of a sentence with places to fill in, the extractors give the sentence and nothing for each place."""
    for _, _, said, _ in found:
        sentence = said[0] if isinstance(said, tuple) else said
        if isinstance(sentence, str):
            catalog.add(sentence)


def file_of(package: str, language: str) -> Path:
    return Path(str(files(package))) / "translations" / f"{language}.po"


def translated(package: str, language: str) -> Catalog:
    file = file_of(package, language)
    if not file.exists():
        return Catalog(
            locale=language,
            header_comment=f"# What {package} says to citizens. Kept by `python -m look.sentences`.",
            project="Meldketen",
            version="1",
            last_translator=WHO,
            language_team=WHO,
            msgid_bugs_address="beheer@woonoverlast.example",
            revision_date=datetime(2026, 11, 23, tzinfo=UTC),
            creation_date=datetime(2026, 11, 23, tzinfo=UTC),
            fuzzy=False,
        )
    return read_po(BytesIO(file.read_bytes()), locale=language)


def differing(package: str, language: str) -> tuple[set[str], set[str]]:
    """The sentences that are not translated, and the translations of what nobody says."""
    known = {str(message.id): message.string for message in translated(package, language) if message.id}
    now = {str(message.id) for message in said(package) if message.id}
    return {sentence for sentence in now if not known.get(sentence)}, known.keys() - now


def update(package: str, language: str) -> None:
    catalog = translated(package, language)
    catalog.update(said(package), no_fuzzy_matching=True, update_creation_date=False)
    file = file_of(package, language)
    file.parent.mkdir(exist_ok=True)
    with file.open("wb") as written:
        write_po(written, catalog, width=110, no_location=True, ignore_obsolete=True)


def main(packages: Sequence[str]) -> None:
    for package in packages:
        for language in LANGUAGES:
            if language != SOURCE:
                update(package, language)
                missing, _ = differing(package, language)
                print(f"{package} {language}: {len(missing)} to translate")  # noqa: T201  a command speaks


if __name__ == "__main__":
    main(sys.argv[1:])

"""The languages of the citizen's pages. Dutch is the source; the others stand in a package's `translations/`."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE = "nl"
LANGUAGES = (SOURCE, "en")
NAMES = {"nl": "Nederlands", "en": "English"}


def marked(sentence: str) -> str:
    """The sentence itself: it stands outside a template, and is translated when it is shown."""
    return sentence


@cache
def translations(package: str, language: str) -> Translations:
    """What a package and the shared look say in a language; a text that is not there stays Dutch."""
    found = Translations()
    for name in dict.fromkeys((package, "look")):
        file = files(name) / "translations" / f"{language}.po"
        if file.is_file():
            compiled = BytesIO()
            write_mo(compiled, read_po(BytesIO(file.read_bytes()), locale=language))
            compiled.seek(0)
            found.merge(Translations(compiled))
    return found


def said_in(package: str, language: str) -> Callable[[str], str]:
    """Gives a marked sentence in the language."""
    return translations(package, language).gettext


def root(language: str) -> str:
    """What stands before the path of a page in this language: nothing, or `/en`."""
    return "" if language == SOURCE else f"/{language}"


def of_path(path: str) -> str:
    """The language of the page at a path."""
    first = path.split("/", 2)[1:2]
    return first[0] if first and first[0] in LANGUAGES else SOURCE


def preferred(accept: str) -> str:
    """The best of our languages for an `Accept-Language` header (RFC 9110, 12.5.4); Dutch where none fits."""
    weighed = []
    for place, part in enumerate(accept.split(",")):
        tag, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((_number(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
        if tag.split("-")[0] in LANGUAGES and weight > 0:
            weighed.append((-weight, place, tag.split("-")[0]))
    return min(weighed)[2] if weighed else SOURCE


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0

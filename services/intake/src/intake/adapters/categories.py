"""The categories, as the file beside this package lists them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from intake.domain.reports import UnknownCategory


@dataclass(frozen=True, slots=True)
class Kind:
    """A citizen's everyday word, and the category it means at first."""

    name: str
    hint: str
    category: str


@dataclass(frozen=True, slots=True)
class Categories:
    kinds: Mapping[str, Kind]
    names: Mapping[str, str]

    def check(self, category: str) -> str:
        """The category as it is written here. UnknownCategory where there is none."""
        code = category.strip().upper()
        if code not in self.names:
            raise UnknownCategory(
                f"{category!r} is not a category. Use one of: {', '.join(sorted(self.names))}."
            )
        return code


def load() -> Categories:
    content = tomllib.loads((files("intake") / "categories.toml").read_text("utf-8"))
    first: dict[str, str] = {}
    for code, category in content["categories"].items():
        first.setdefault(category["kind"], code)
    return Categories(
        kinds={
            word: Kind(kind["name"], kind["hint"], first[word]) for word, kind in content["kinds"].items()
        },
        names={code: category["name"] for code, category in content["categories"].items()},
    )

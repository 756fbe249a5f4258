"""What the codes of categories mean to people: a message carries the code, a screen shows the words."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files


def load() -> Mapping[str, Mapping[str, str]]:
    """The name of each category, by its code and then by language: `nl`, the source, and `en`."""
    return tomllib.loads((files("contracts") / "categories.toml").read_text("utf-8"))

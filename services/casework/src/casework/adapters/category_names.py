"""What categories are called on casework's screens, as the file beside this package lists them."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files


def load() -> Mapping[str, str]:
    """Name by code."""
    names: dict[str, str] = tomllib.loads((files("casework") / "category_names.toml").read_text("utf-8"))
    return names

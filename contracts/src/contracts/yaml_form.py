"""A description as YAML. PyYAML is what the workshop has and the running hub does not need."""

from typing import Any

import yaml


def as_yaml(content: Any) -> str:
    return yaml.dump(content, Dumper=_Yaml, sort_keys=False, allow_unicode=True, width=110)


class _Yaml(yaml.SafeDumper):
    """Text of several lines stays readable; nothing is written as a reference to something above it."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Yaml.add_representer(str, _text)

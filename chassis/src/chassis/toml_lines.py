"""Where in a TOML text something stands: the parser of the standard library does not say."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

Place = tuple[str, ...]

_HEADER = re.compile(r"(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line of the table or key at a place such as ("rules", 2, "term"); of the nearest above it where it has none."""
    wanted = tuple(map(str, place))
    found, depth = None, 0
    for number, path in _places(text):
        if len(path) > depth and path == wanted[: len(path)]:
            found, depth = number, len(path)
    return found


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Each header and each key, with its whole path: a table of a list is named by its number in that list."""
    counts: Counter[Place] = Counter()
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _numbered(_parts(header[2]), counts, begins=header[1] == "[[")
            yield number, table
        elif key := _KEY.match(line):
            yield number, (*table, *_parts(key[1]))


def _parts(dotted: str) -> Place:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _numbered(parts: Place, counts: Counter[Place], *, begins: bool) -> Place:
    path: Place = ()
    for at, part in enumerate(parts, start=1):
        path = (*path, part)
        if begins and at == len(parts):
            counts[path] += 1
        if counts[path]:
            path = (*path, str(counts[path] - 1))
    return path

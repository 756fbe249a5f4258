"""Where in a TOML text something stands: the parser of the standard library does not say."""

import re
from collections.abc import Sequence


def line_of(text: str, place: Sequence[str | int]) -> int | None:
    """The line of the table or key at a place such as ("rules", 2, "term"); of the nearest above it where it has none."""
    lines = text.splitlines()
    found = None
    match [str(part) for part in place]:
        case ["rules", number, *keys] if number.isdigit():
            headers = [at for at, line in enumerate(lines) if line.strip().startswith("[[rules]]")]
            found = headers[int(number)] if int(number) < len(headers) else None
        case ["categories", category, *keys]:
            headers = [
                at
                for at, line in enumerate(lines)
                if re.match(rf'\[categories\."?{re.escape(category)}"?\]', line)
            ]
            found = headers[0] if headers else None
        case [first, *keys]:
            pattern = re.compile(rf"(\[{re.escape(first)}\]|{re.escape(first)}\s*=)")
            found = next((at for at, line in enumerate(lines) if pattern.match(line)), None)
        case _:
            keys = []
    if found is None:
        return None
    for key in keys:
        pattern = re.compile(rf'\s*"?{re.escape(key)}"?\s*[=.]')
        for at in range(found + 1, len(lines)):
            if lines[at].startswith("["):
                break
            if pattern.match(lines[at]):
                found = at
                break
    return found + 1

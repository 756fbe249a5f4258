"""Another version of a text that comes with the hub."""


def other_version(shipped: str, name: str, *changes: tuple[str, str]) -> str:
    """The shipped text under another name, changed."""
    text = shipped.replace('version = "2026-12.1"', f'version = "{name}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text

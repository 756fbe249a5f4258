"""What the commands show at a terminal, and how they run until they are done or interrupted."""

import sys
from collections.abc import Coroutine
from typing import Any

import typer
import uvloop
from rich.console import Console
from rich.text import Text

WIDTH_OF_A_FILE = 200


def console() -> Console:
    """As wide as the terminal; where the output goes elsewhere, wide enough for a table."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE, highlight=False)


def say(*sentences: str) -> None:
    for sentence in sentences:
        console().print(harmless(sentence), markup=False, soft_wrap=True)


def cells(*values: Any) -> list[Text]:
    """A row of a table."""
    return [Text(harmless("" if value is None else str(value)), overflow="fold") for value in values]


def harmless(text: str) -> str:
    """What a partner sent must not move the cursor of who reads it."""
    return "".join(sign if sign.isprintable() or sign == "\n" else "\ufffd" for sign in text)


def run(work: Coroutine[Any, Any, None]) -> None:
    try:
        uvloop.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None

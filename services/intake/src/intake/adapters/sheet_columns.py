"""The fields of a report in a spreadsheet, as the file beside this package lists them."""

import tomllib
from functools import cache
from importlib.resources import files

from intake.domain.sheets import SheetColumn, plain


@cache
def load() -> tuple[SheetColumn, ...]:
    content = tomllib.loads((files("intake") / "sheet_columns.toml").read_text("utf-8"))
    return tuple(
        SheetColumn(
            field, column["header"], column.get("must", False), frozenset(map(plain, column["words"]))
        )
        for field, column in content.items()
    )


def header_of(field: str) -> str:
    return next(column.header for column in load() if column.field == field)

"""Rows for statements: of one dataclass, or a whole batch as array parameters, one per column."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, bindparam, func
from sqlalchemy.sql.selectable import TableValuedAlias


def columns(**types: Any) -> TableValuedAlias:
    """Rows to be given later: a column by name with its type."""
    arrays = [bindparam(f"all_{name}", type_=ARRAY(kind)) for name, kind in types.items()]
    return func.unnest(*arrays).table_valued(*types, name="batch").render_derived()


def values(**lists: Sequence[Any]) -> dict[str, Any]:
    """The rows for `columns`: a list by name, all of one length."""
    return {f"all_{name}": list(items) for name, items in lists.items()}


def fields_of(thing: Any) -> dict[str, Any]:
    """The fields of a dataclass by name. `asdict` copies every value, deep down, and costs more than to send them."""
    return {name: getattr(thing, name) for name in _names(thing.__class__)}


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))

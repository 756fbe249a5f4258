"""A whole batch in one statement: array parameters, one per column, read as rows."""

from collections.abc import Sequence
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

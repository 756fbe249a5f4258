"""What a route asks of the request that it answers."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from chassis.database import Database
from chassis.transaction import Transaction


async def _open_transaction(request: Request) -> AsyncIterator[Transaction]:
    database: Database = request.app.state.database
    async with database.transaction() as tx:
        yield tx


InTransaction = Annotated[Transaction, Depends(_open_transaction, scope="function")]
"""A transaction that is committed before the answer leaves: a 2xx means committed."""

"""The board is looked at once a process, and everybody who has it open hears of what changed."""

from datetime import timedelta

from chassis.transaction import Transaction
from monitoring.adapters.bell import Bell
from monitoring.store import board

FRESH = timedelta(seconds=15)
MOST_TOLD = 50


async def look(tx: Transaction, bell: Bell) -> bool:
    """Ring the bell when there is something new to see. One glance a process, however many boards are open."""
    version = await board.version(tx)
    if version != bell.last.version:
        bell.ring(version, await board.list_fresh(tx, tx.now - FRESH, MOST_TOLD))
    bell.watched()
    return False

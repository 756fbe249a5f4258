"""The board is looked at once a process, and everybody who has it open hears of what changed."""

from chassis.transaction import Transaction
from monitoring.adapters.bell import Bell
from monitoring.store import board

LONGEST_BOARD = 50


async def look(tx: Transaction, bell: Bell) -> bool:
    """Ring the bell when there is something new to see. One glance a process, however many boards are open."""
    version = await board.version(tx)
    if version != bell.last.version:
        bell.ring(version, await board.list_concerns(tx, LONGEST_BOARD))
    bell.watched()
    return False

"""The clocks in numbers, for the metrics."""

from chassis.transaction import Transaction
from monitoring.adapters import clock_metrics
from monitoring.store import figures


async def count_clocks(tx: Transaction) -> bool:
    """Say what is late and what is due. A job; it costs what is late and due, not what is open."""
    clock_metrics.show(await figures.count_due_and_late(tx), tx.now)
    return False


async def count_open_clocks(tx: Transaction) -> bool:
    """Say what is open, by promise and state. A job, and a rare one: it goes through all of them."""
    clock_metrics.show_open(await figures.count_open(tx))
    return False

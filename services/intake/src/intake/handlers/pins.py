"""What intake does with PINs: give one, and see whether somebody knows it."""

import asyncio
import secrets
from uuid import UUID

from chassis.transaction import Transaction
from intake.domain.pins import hash_pin, opens
from intake.store import pins as store


def new_pin() -> str:
    return f"{secrets.randbelow(1_000_000):06d}"


async def hashed(pin: str) -> str:
    return await asyncio.to_thread(hash_pin, pin, secrets.token_bytes(16))


async def find_report(tx: Transaction, reference: str, pin: str) -> UUID | None:
    """The report with this reference, for who knows its PIN. Wrong tries are counted, so commit them too.

    It takes as long where there is no such report: nobody learns from the time which references there are.
    """
    lock = await store.find(tx, reference)
    if lock is None:
        await hashed(pin)
        return None
    right = await asyncio.to_thread(opens, lock, pin)
    if right and not lock.wrong_pins:
        return lock.report_id
    await store.count_wrong(tx, lock.report_id, 0 if right else min(lock.wrong_pins + 1, 32_000))
    return lock.report_id if right else None

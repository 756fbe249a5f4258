"""Putting running clocks on the terms that are in force: asked for by a person, with a reason, and done by and by."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.identity import new_id
from chassis.transaction import Transaction
from monitoring.adapters import term_file
from monitoring.domain.attention import Act, Deed
from monitoring.domain.transfers import TermsChangedMeanwhile, Transfer, TransferUnderWay, moves
from monitoring.handlers.clocks import Terms, put_on
from monitoring.handlers.reckoning import on_terms
from monitoring.store import attention, forecasts, transfers
from monitoring.store.terms import terms as versions

NEW_TERMS = "new-terms"
CLOCKS_TOGETHER = 500


async def ask(version: str, why: str, who: str, tx: Transaction, *, also_sooner: bool = False) -> Transfer:
    """Have running clocks put on the version that is in force. TermsChangedMeanwhile, TransferUnderWay."""
    await versions.lock(tx)
    in_force = (await versions.list_activations(tx))[0].version
    if version != in_force:
        raise TermsChangedMeanwhile(f"{in_force} is in force, and not {version}: look again what it means.")
    if await transfers.is_one_running(tx):
        raise TransferUnderWay("Clocks are being put on other terms now: ask again when that is done.")
    transfer = Transfer(new_id(), version, also_sooner, why, who, tx.now)
    await transfers.add(tx, transfer)
    return transfer


async def transfer_clocks(tx: Transaction, terms: Terms) -> bool:
    """The next clocks of a transfer; whether there may be more. Where it is ended, it goes on from there."""
    transfer = await transfers.find_running(tx)
    if transfer is None:
        return False
    found = await forecasts.list_running(tx, transfer.at_clock, CLOCKS_TOGETHER)
    if not found:
        await transfers.save(tx, replace(transfer, ended_at=tx.now))
        return False
    table = term_file.load_kept((await versions.get(tx, transfer.version)).text)
    later = sooner = 0
    for clock in found:
        new = on_terms(clock, table, terms.calendar)
        if moves(clock, new.due_at, tx.now, also_sooner=transfer.also_sooner):
            put_on(tx, clock, new, NEW_TERMS, tx.now, terms)
            attention.add_deed(tx, _deed(transfer, clock.deadline_id, new.due_at, tx.now))
            later += new.due_at > clock.due_at
            sooner += new.due_at < clock.due_at
    further = replace(
        transfer,
        at_clock=found[-1].deadline_id,
        seen=transfer.seen + len(found),
        later=transfer.later + later,
        sooner=transfer.sooner + sooner,
    )
    await transfers.save(tx, further)
    return True


def _deed(transfer: Transfer, clock_id: UUID, until: datetime, now: datetime) -> Deed:
    return Deed(clock_id, Act.NEW_TERMS, transfer.asked_by, now, until=until, text=transfer.why)

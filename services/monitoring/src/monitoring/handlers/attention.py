"""What people do about a concern. Each deed is kept: who, when and why."""

from chassis.transaction import Transaction
from contracts.monitoring import AttentionTaken
from monitoring.domain.attention import (
    CHANGED,
    Act,
    ChangedMeanwhile,
    Deed,
    NoConcernNow,
    NoSuchConcern,
    do,
    is_done_already,
)
from monitoring.domain.board import Concern
from monitoring.domain.clocks import acknowledge, release
from monitoring.handlers.clocks import Terms, waits
from monitoring.handlers.journey import announce
from monitoring.store import attention, board, clocks

RETURNED_TOGETHER = 500


async def attend(deed: Deed, seen: int | None, tx: Transaction, terms: Terms) -> Concern:
    """Do it, where nobody was first; the concern as it was.

    `seen` is the revision that was seen by who acts; none where they did not say. NoSuchConcern, NoConcernNow,
    ChangedMeanwhile, ActRefused, DeedIncomplete.
    """
    if not await board.is_there(tx, deed.concern_id, hold=True):
        raise NoSuchConcern(f"There is no concern {deed.concern_id}.")
    await attention.lock(tx, deed.concern_id)
    concern = await board.find_concern(tx, deed.concern_id)
    if concern is None:
        raise NoConcernNow("Dit vraagt geen aandacht meer: het is intussen afgehandeld.")
    if is_done_already(concern.attention, deed):
        return concern
    if seen not in {None, concern.attention.revision} and deed.act is not Act.NOTE:
        raise ChangedMeanwhile(await _who_was_first(concern, tx))
    after = do(concern.attention, deed)
    if after != concern.attention:
        attention.save(tx, after)
    attention.add_deed(tx, deed)
    if concern.is_term and deed.act in {Act.TAKE, Act.TAKE_OVER, Act.LET_GO}:
        await _tell_the_ladder(concern, deed, tx, terms)
    return concern


async def return_snoozed(tx: Transaction) -> bool:
    """What was put off until now comes back by itself; whether there may be more."""
    due = await attention.claim_returning(tx, RETURNED_TOGETHER)
    for one in due:
        deed = Deed(one.concern_id, Act.RETURN, None, tx.now)
        attention.save(tx, do(one, deed))
        attention.add_deed(tx, deed)
    return len(due) == RETURNED_TOGETHER


async def _tell_the_ladder(concern: Concern, deed: Deed, tx: Transaction, terms: Terms) -> None:
    """Nobody is called about what a person has; when they let go of it, the ladder goes on."""
    held = await clocks.get(tx, concern.concern_id)
    clock = release(held, waits(tx, terms)(held))
    if deed.act is not Act.LET_GO:
        clock = acknowledge(clock, deed.who or "", deed.at)
        announce(tx, AttentionTaken.of(concern, deadline_id=concern.concern_id, taken_at=deed.at))
    clocks.save(tx, clock)


async def _who_was_first(concern: Concern, tx: Transaction) -> str:
    deeds = await attention.list_deeds(tx, concern.concern_id)
    newest = next(one for one in deeds if one.act in CHANGED)
    return f"{CHANGED[newest.act].format(who=newest.who)} Kijk opnieuw en beslis dan."

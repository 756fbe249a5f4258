"""Versions of the table of terms: proposing one, putting it in force, going back; and hearing which is in force."""

import structlog

from chassis.transaction import Transaction
from chassis.versions import HUB, Activation, Version, VersionTaken, activate, roll_back
from monitoring.adapters import term_file
from monitoring.adapters.in_force import InForce
from monitoring.adapters.term_file import TermsAreWrong
from monitoring.domain.terms import TermTable
from monitoring.handlers.partners import known_partners
from monitoring.store.terms import terms

log = structlog.get_logger()

THIS = "terms"


async def propose(text: str, note: str, who: str, tx: Transaction) -> Version:
    """Keep a version; no clock goes by it yet. TermsAreWrong, VersionTaken; the same text again is no other version."""
    table = await check(text, tx)
    await terms.lock(tx)
    known = await terms.find(tx, table.version)
    if known:
        if known.text != text:
            raise VersionTaken(f"There is a version {known.name} with another text: give yours another name.")
        return known
    version = Version(table.version, text, who, tx.now, note)
    await terms.add(tx, version)
    return version


async def check(text: str, tx: Transaction) -> TermTable:
    """The table in a text. TermsAreWrong with every fault, also where a rule is for a partner that is not in the register."""
    return term_file.load(text, await known_partners(tx))


async def put_in_force(name: str, why: str, who: str, tx: Transaction) -> Activation:
    """NoSuchVersion, TermsAreWrong, InForceAlready; FourEyesNeeded where they proposed it themselves."""
    version = await _readable(name, tx)
    await check(version.text, tx)
    activation = activate(version, who, why, tx.now, await terms.list_activations(tx))
    await terms.activate(tx, activation)
    return activation


async def go_back(name: str, why: str, who: str, tx: Transaction) -> Activation:
    """To a version that was in force before, also where a partner in it has left.

    NoSuchVersion, TermsAreWrong, InForceAlready, NeverInForce.
    """
    version = await _readable(name, tx)
    activation = roll_back(version, who, why, tx.now, await terms.list_activations(tx))
    await terms.activate(tx, activation)
    return activation


async def table_for(tx: Transaction, in_force: InForce) -> TermTable:
    """The one table by which every clock of this transaction is started."""
    if in_force.activation is None:
        await follow_terms(tx, in_force)
    table: TermTable = tx.kept.setdefault(THIS, in_force.table)
    return table


async def follow_terms(tx: Transaction, in_force: InForce) -> bool:
    """Go by what was put in force since this process last looked: a job, done when nothing is more to do."""
    if in_force.activation is None:
        await _bring_shipped(tx, in_force.shipped)
    newest = await terms.newest_activation(tx)
    if newest != in_force.activation:
        table = await _newest_that_reads(tx)
        in_force.table, in_force.activation = table or in_force.table, newest
        log.info("terms in force", version=in_force.table.version)
    return False


async def _readable(name: str, tx: Transaction) -> Version:
    """Nobody else proposes or activates until the commit. NoSuchVersion, TermsAreWrong."""
    await terms.lock(tx)
    version = await terms.get(tx, name)
    term_file.load_kept(version.text)
    return version


async def _bring_shipped(tx: Transaction, text: str) -> None:
    """The table that comes with the hub is in force where none is yet; where one is, it is proposed."""
    name = term_file.load_kept(text).version
    await terms.lock(tx)
    known = await terms.find(tx, name)
    if known is None:
        await terms.add(tx, Version(name, text, HUB, tx.now, "Kwam mee met de hub."))
    elif known.text != text:
        log.warning("the shipped terms have the name of others", version=name)
    if await terms.newest_activation(tx) is None:
        await terms.activate(tx, Activation(1, name, HUB, tx.now, "De eerste termijnen."))


async def _newest_that_reads(tx: Transaction) -> TermTable | None:
    """A version that this hub can no longer read must not stop it: the one before goes on."""
    for activation in await terms.list_activations(tx):
        try:
            return term_file.load_kept((await terms.get(tx, activation.version)).text)
        except TermsAreWrong as wrong:
            log.error("terms do not read", version=activation.version, faults=len(wrong.faults))  # noqa: TRY400  the faults have lines, a trace has none
    return None

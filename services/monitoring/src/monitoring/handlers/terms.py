"""Versions of the table of terms: proposing one, putting it in force, going back; and hearing which is in force."""

from functools import partial

from chassis import version_handlers
from chassis.transaction import Transaction
from chassis.version_handlers import InForce
from chassis.versions import Activation, Version
from monitoring.adapters import term_file
from monitoring.domain.terms import TermTable
from monitoring.handlers.partners import known_partners
from monitoring.store.terms import terms

THIS = "terms"


async def propose(text: str, note: str, who: str, tx: Transaction) -> Version:
    """Keep a version; no clock goes by it yet. TermsAreWrong, VersionTaken; the same text again is no other version."""
    table = await check(text, tx)
    return await version_handlers.propose(terms, table.version, text, note, who, tx)


async def check(text: str, tx: Transaction) -> TermTable:
    """The table in a text. TermsAreWrong with every fault, also where a rule is for a partner that is not in the register."""
    return term_file.load(text, await known_partners(tx))


async def put_in_force(name: str, why: str, who: str, tx: Transaction) -> Activation:
    """NoSuchVersion, TermsAreWrong, InForceAlready; FourEyesNeeded where they proposed it themselves."""
    reads = partial(term_file.load, partners=await known_partners(tx))
    return await version_handlers.put_in_force(terms, name, why, who, tx, reads)


async def go_back(name: str, why: str, who: str, tx: Transaction) -> Activation:
    """To a version that was in force before, also where a partner in it has left.

    NoSuchVersion, TermsAreWrong, InForceAlready, NeverInForce.
    """
    return await version_handlers.go_back(terms, name, why, who, tx, term_file.load_kept)


async def table_for(tx: Transaction, in_force: InForce[TermTable]) -> TermTable:
    """The one table by which every clock of this transaction is started."""
    if in_force.activation is None:
        await follow_terms(tx, in_force)
    table: TermTable = tx.kept.setdefault(THIS, in_force.rules)
    return table


async def follow_terms(tx: Transaction, in_force: InForce[TermTable]) -> bool:
    """Go by what was put in force since this process last looked: a job, done when nothing is more to do."""
    await version_handlers.follow(terms, in_force, "De eerste termijnen.", tx, term_file.load_kept)
    return False

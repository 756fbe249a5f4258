"""Versions in use: proposing one, putting it in force, going back; and hearing which is in force."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import structlog

from chassis.toml_faults import TextIsWrong
from chassis.transaction import Transaction
from chassis.version_store import VersionStore
from chassis.versions import HUB, Activation, Version, VersionTaken, activate, roll_back

log = structlog.get_logger()


class Rules(Protocol):
    """What a text says, under the name that stands in it."""

    @property
    def version(self) -> str: ...


R = TypeVar("R", bound=Rules)


@dataclass(slots=True)
class InForce(Generic[R]):
    """The rules by which this process decides, until it hears of others.

    `shipped` is the text that came with the hub. `activation` is the newest that was seen: none before it looked.
    """

    rules: R
    shipped: str
    activation: int | None = None


async def propose(store: VersionStore, name: str, text: str, note: str, who: str, tx: Transaction) -> Version:
    """Keep a version; nothing is decided by it yet. VersionTaken; the same text again is no other version."""
    await store.lock(tx)
    known = await store.find(tx, name)
    if known:
        if known.text != text:
            raise VersionTaken(f"There is a version {known.name} with another text: give yours another name.")
        return known
    version = Version(name, text, who, tx.now, note)
    await store.add(tx, version)
    return version


async def put_in_force(
    store: VersionStore, name: str, why: str, who: str, tx: Transaction, read: Callable[[str], object]
) -> Activation:
    """NoSuchVersion, TextIsWrong, InForceAlready; FourEyesNeeded where they proposed it themselves."""
    version = await _readable(store, name, tx, read)
    activation = activate(version, who, why, tx.now, await store.list_activations(tx))
    await store.activate(tx, activation)
    return activation


async def go_back(
    store: VersionStore, name: str, why: str, who: str, tx: Transaction, read: Callable[[str], object]
) -> Activation:
    """To a version that was in force before. NoSuchVersion, TextIsWrong, InForceAlready, NeverInForce."""
    version = await _readable(store, name, tx, read)
    activation = roll_back(version, who, why, tx.now, await store.list_activations(tx))
    await store.activate(tx, activation)
    return activation


async def follow(
    store: VersionStore, in_force: InForce[R], why: str, tx: Transaction, read: Callable[[str], R]
) -> None:
    """Decide by what was put in force since this process last looked. `why` the first is in force."""
    if in_force.activation is None:
        await _bring_shipped(store, read(in_force.shipped).version, in_force.shipped, why, tx)
    newest = await store.newest_activation(tx)
    if newest != in_force.activation:
        rules = await _newest_that_reads(store, tx, read)
        in_force.rules, in_force.activation = rules or in_force.rules, newest
        log.info("version in force", of=store.what, version=in_force.rules.version)


async def _readable(
    store: VersionStore, name: str, tx: Transaction, read: Callable[[str], object]
) -> Version:
    """Nobody else proposes or activates until the commit. NoSuchVersion, TextIsWrong."""
    await store.lock(tx)
    version = await store.get(tx, name)
    read(version.text)
    return version


async def _bring_shipped(store: VersionStore, name: str, text: str, why: str, tx: Transaction) -> None:
    """The text that comes with the hub is in force where none is yet; where one is, it is proposed."""
    await store.lock(tx)
    known = await store.find(tx, name)
    if known is None:
        await store.add(tx, Version(name, text, HUB, tx.now, "Kwam mee met de hub."))
    elif known.text != text:
        log.warning("the shipped version has the name of another", of=store.what, version=name)
    if await store.newest_activation(tx) is None:
        await store.activate(tx, Activation(1, name, HUB, tx.now, why))


async def _newest_that_reads(store: VersionStore, tx: Transaction, read: Callable[[str], R]) -> R | None:
    """A version that this hub can no longer read must not stop it: the one before goes on."""
    for one in await store.list_activations(tx):
        try:
            return read((await store.get(tx, one.version)).text)
        except TextIsWrong as wrong:
            log.error("version does not read", of=store.what, version=one.version, faults=len(wrong.faults))  # noqa: TRY400  the faults have lines, a trace has none
    return None

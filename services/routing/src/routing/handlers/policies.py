"""Versions of the policy: proposing one, putting it in force, going back; and hearing which is in force."""

from collections.abc import Mapping

import structlog

from chassis.transaction import Transaction
from chassis.versions import HUB, Activation, Version, VersionTaken, activate, roll_back
from routing.adapters import policy_file
from routing.adapters.in_force import InForce
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.partners import Partner
from routing.domain.policy import Policy
from routing.store.policies import policies

log = structlog.get_logger()

THIS = "policy"


async def propose(
    text: str, note: str, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> Version:
    """Keep a version; nothing is decided by it yet. PolicyIsWrong, VersionTaken; the same text again is no other version."""
    policy = check(text, register)
    await policies.lock(tx)
    known = await policies.find(tx, policy.version)
    if known:
        if known.text != text:
            raise VersionTaken(f"There is a version {known.name} with another text: give yours another name.")
        return known
    version = Version(policy.version, text, who, tx.now, note)
    await policies.add(tx, version)
    return version


def check(text: str, register: Mapping[str, Partner]) -> Policy:
    """The policy in a text. PolicyIsWrong with every fault, also where it asks a part that nobody plays."""
    policy = policy_file.load(text)
    policy_file.check_parts(policy, {partner.part for partner in register.values()}, text)
    return policy


async def put_in_force(
    name: str, why: str, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> Activation:
    """NoSuchVersion, PolicyIsWrong, InForceAlready; FourEyesNeeded where they proposed it themselves."""
    await policies.lock(tx)
    version = await policies.get(tx, name)
    check(version.text, register)
    activation = activate(version, who, why, tx.now, await policies.list_activations(tx))
    await policies.activate(tx, activation)
    return activation


async def go_back(
    name: str, why: str, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> Activation:
    """To a version that was in force before. NoSuchVersion, PolicyIsWrong, InForceAlready, NeverInForce."""
    await policies.lock(tx)
    version = await policies.get(tx, name)
    check(version.text, register)
    activation = roll_back(version, who, why, tx.now, await policies.list_activations(tx))
    await policies.activate(tx, activation)
    return activation


async def policy_for(tx: Transaction, in_force: InForce) -> Policy:
    """The one policy by which everything in this transaction is decided."""
    if in_force.activation is None:
        await follow_policy(tx, in_force)
    policy: Policy = tx.kept.setdefault(THIS, in_force.policy)
    return policy


async def follow_policy(tx: Transaction, in_force: InForce) -> bool:
    """Decide by what was put in force since this process last looked: a job, done when nothing is more to do."""
    if in_force.activation is None:
        await _bring_shipped(tx)
    newest = await policies.newest_activation(tx)
    if newest != in_force.activation:
        policy = await _newest_that_reads(tx)
        in_force.policy, in_force.activation = policy or in_force.policy, newest
        log.info("policy in force", version=in_force.policy.version)
    return False


async def _bring_shipped(tx: Transaction) -> None:
    """The policy that comes with the hub is in force where none is yet; where one is, it is proposed."""
    text = policy_file.shipped()
    name = policy_file.load_kept(text).version
    await policies.lock(tx)
    known = await policies.find(tx, name)
    if known is None:
        await policies.add(tx, Version(name, text, HUB, tx.now, "Kwam mee met de hub."))
    elif known.text != text:
        log.warning("the shipped policy has the name of another", version=name)
    if await policies.newest_activation(tx) is None:
        await policies.activate(tx, Activation(1, name, HUB, tx.now, "Het eerste beleid."))


async def _newest_that_reads(tx: Transaction) -> Policy | None:
    """A version that this hub can no longer read must not stop it: the one before goes on."""
    for activation in await policies.list_activations(tx):
        try:
            return policy_file.load_kept((await policies.get(tx, activation.version)).text)
        except PolicyIsWrong as wrong:
            log.error("policy does not read", version=activation.version, faults=len(wrong.faults))  # noqa: TRY400
    return None

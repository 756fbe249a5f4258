"""Versions of the policy: proposing one, putting it in force, going back; and hearing which is in force."""

from collections.abc import Mapping
from functools import partial

from chassis import version_handlers
from chassis.transaction import Transaction
from chassis.version_handlers import InForce
from chassis.versions import Activation, Version
from routing.adapters import policy_file
from routing.domain.partners import Partner
from routing.domain.policy import Policy
from routing.store.policies import policies

THIS = "policy"


async def propose(
    text: str, note: str, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> Version:
    """Keep a version; nothing is decided by it yet. PolicyIsWrong, VersionTaken; the same text again is no other version."""
    return await version_handlers.propose(policies, check(text, register).version, text, note, who, tx)


def check(text: str, register: Mapping[str, Partner]) -> Policy:
    """The policy in a text. PolicyIsWrong with every fault, also where it asks a part that nobody plays."""
    policy = policy_file.load(text)
    policy_file.check_parts(policy, {partner.part for partner in register.values()}, text)
    return policy


async def put_in_force(
    name: str, why: str, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> Activation:
    """NoSuchVersion, PolicyIsWrong, InForceAlready; FourEyesNeeded where they proposed it themselves."""
    read = partial(check, register=register)
    return await version_handlers.put_in_force(policies, name, why, who, tx, read)


async def go_back(
    name: str, why: str, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> Activation:
    """To a version that was in force before. NoSuchVersion, PolicyIsWrong, InForceAlready, NeverInForce."""
    read = partial(check, register=register)
    return await version_handlers.go_back(policies, name, why, who, tx, read)


async def policy_for(tx: Transaction, in_force: InForce[Policy]) -> Policy:
    """The one policy by which everything in this transaction is decided."""
    if in_force.activation is None:
        await follow_policy(tx, in_force)
    policy: Policy = tx.kept.setdefault(THIS, in_force.rules)
    return policy


async def follow_policy(tx: Transaction, in_force: InForce[Policy]) -> bool:
    """Decide by what was put in force since this process last looked: a job, done when nothing is more to do."""
    await version_handlers.follow(policies, in_force, "Het eerste beleid.", tx, policy_file.load_kept)
    return False

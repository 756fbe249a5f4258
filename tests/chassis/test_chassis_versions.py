"""Versions of whatever text: four eyes, going back, and following what is in force."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import policy_versions
import pytest
import term_versions
from sqlalchemy import text as sql

from chassis.testing import Bench
from chassis.toml_faults import TextIsWrong
from chassis.version_handlers import InForce
from chassis.version_store import VersionStore
from chassis.versions import (
    HUB,
    Activation,
    FourEyesNeeded,
    InForceAlready,
    NeverInForce,
    NoSuchVersion,
    Standing,
    Version,
    VersionTaken,
    activate,
    roll_back,
    standing,
)
from monitoring.adapters import term_file
from monitoring.handlers import terms
from monitoring.store.terms import terms as term_store
from routing.adapters import policy_file
from routing.handlers import policies
from routing.store.policies import policies as policy_store

NOW = policy_versions.NOW
FIRST, SECOND = "2026-12.1", "2027-01.1"


@dataclass(frozen=True)
class Kept:
    """A text in versions, and what its service does with them."""

    service: str
    table: str
    store: VersionStore
    version: Callable[[str], str]
    read: Callable[[str], Any]
    propose: Callable[..., Awaitable[Version]]
    put_in_force: Callable[..., Awaitable[Activation]]
    go_back: Callable[..., Awaitable[Activation]]
    follow: Callable[..., Awaitable[bool]]


TERMS = Kept(
    "monitoring",
    "term_tables",
    term_store,
    term_versions.version,
    term_file.load_kept,
    terms.propose,
    terms.put_in_force,
    terms.go_back,
    terms.follow_terms,
)
POLICY = Kept(
    "routing",
    "policies",
    policy_store,
    policy_versions.version,
    policy_file.load_kept,
    partial(policies.propose, register=policy_versions.REGISTER),
    partial(policies.put_in_force, register=policy_versions.REGISTER),
    partial(policies.go_back, register=policy_versions.REGISTER),
    policies.follow_policy,
)


@dataclass(frozen=True)
class People:
    """Those who propose and decide, at a service that has its first version."""

    bench: Bench
    kept: Kept

    async def propose(self, text: str, who: str = "B. Smit") -> Version:
        async with self.bench.transaction() as tx:
            return await self.kept.propose(text, "Omdat het beter is.", who, tx)

    async def put_in_force(self, name: str, who: str = "N. Visser") -> Activation:
        async with self.bench.transaction() as tx:
            return await self.kept.put_in_force(name, "Besproken.", who, tx)

    async def go_back(self, name: str, who: str = "B. Smit") -> Activation:
        async with self.bench.transaction() as tx:
            return await self.kept.go_back(name, "Het liep mis.", who, tx)

    async def past(self) -> list[Activation]:
        async with self.bench.transaction() as tx:
            return await self.kept.store.list_activations(tx)

    def process(self) -> InForce[Any]:
        """That goes by what came with the hub, until it looks."""
        text = self.kept.version(FIRST)
        return InForce(self.kept.read(text), text)

    async def looks(self, process: InForce[Any]) -> str:
        async with self.bench.transaction() as tx:
            await self.kept.follow(tx, process)
        return str(process.rules.version)


@pytest.fixture(params=[TERMS, POLICY], ids=lambda kept: kept.service)
async def people(request: pytest.FixtureRequest, on_bench: Callable[..., Awaitable[Bench]]) -> People:
    people = People(await on_bench(request.param.service), request.param)
    await people.looks(people.process())
    return people


async def test_the_first_version_is_the_one_that_comes_with_the_hub(people: People) -> None:
    [activation] = await people.past()
    assert (activation.number, activation.version, activation.activated_by) == (1, FIRST, HUB)
    async with people.bench.transaction() as tx:
        [kept] = await people.kept.store.list_versions(tx)
    assert (kept.text, kept.proposed_by) == (people.kept.version(FIRST), HUB)


async def test_what_another_activates_is_in_force_with_who_when_and_why(people: People) -> None:
    await people.propose(people.kept.version(SECOND), "B. Smit")
    assert await people.looks(people.process()) == FIRST
    with pytest.raises(FourEyesNeeded, match=r"B\. Smit"):
        await people.put_in_force(SECOND, "B. Smit")
    activation = await people.put_in_force(SECOND, "N. Visser")
    newest = (await people.past())[0]
    assert newest == activation
    assert (newest.number, newest.activated_by, newest.why) == (2, "N. Visser", "Besproken.")
    assert not newest.rolled_back


async def test_one_person_may_go_back_to_what_was_in_force(people: People) -> None:
    await people.propose(people.kept.version(SECOND), "B. Smit")
    with pytest.raises(NeverInForce):
        await people.go_back(SECOND)
    await people.put_in_force(SECOND, "N. Visser")
    await people.go_back(FIRST, "B. Smit")
    await people.go_back(SECOND, "B. Smit")
    assert [(one.number, one.version, one.rolled_back) for one in await people.past()] == [
        (4, SECOND, True),
        (3, FIRST, True),
        (2, SECOND, False),
        (1, FIRST, False),
    ]


async def test_what_is_in_force_or_not_there_is_not_put_in_force(people: People) -> None:
    with pytest.raises(InForceAlready):
        await people.put_in_force(FIRST)
    with pytest.raises(InForceAlready):
        await people.go_back(FIRST)
    with pytest.raises(NoSuchVersion):
        await people.put_in_force("2099-01.1")


async def test_two_activations_at_once_are_one_after_the_other(people: People) -> None:
    await people.propose(people.kept.version(SECOND))
    await people.propose(people.kept.version("2027-02.1"))
    await asyncio.gather(people.put_in_force(SECOND), people.put_in_force("2027-02.1"))
    assert [one.number for one in await people.past()] == [3, 2, 1]


async def test_a_version_keeps_its_text_and_one_that_does_not_read_is_none(people: People) -> None:
    text = people.kept.version(SECOND)
    first = await people.propose(text, "B. Smit")
    assert await people.propose(text, "N. Visser") == first
    with pytest.raises(VersionTaken, match=r"2027-01\.1"):
        await people.propose(text + "\n# anders\n")
    with pytest.raises(TextIsWrong):
        await people.propose(people.kept.version("2027-03.1").replace("because = ", "omdat = ", 1))
    with pytest.raises(NoSuchVersion):
        await people.put_in_force("2027-03.1")


async def test_a_stored_version_that_does_not_read_stops_no_process(people: People) -> None:
    old = people.process()
    await people.propose(people.kept.version(SECOND))
    await people.put_in_force(SECOND)
    assert await people.looks(old) == SECOND
    async with people.bench.transaction() as tx:
        await tx.execute(sql(f"insert into {people.kept.table} values ('9', 'version = ', 'X', now(), '')"))
        await people.kept.store.activate(tx, Activation(3, "9", "X", tx.now, "Stuk."))
    for process in (old, people.process()):
        assert await people.looks(process) == SECOND


def test_versions_are_numbered_from_one_and_each_has_its_standing() -> None:
    kept = Version("a", "", "B. Smit", NOW, "")
    other = replace(kept, name="b")
    assert standing(kept, []) is Standing.PROPOSED
    first = activate(kept, "N. Visser", "Omdat.", NOW, [])
    second = activate(other, "N. Visser", "Omdat.", NOW, [first])
    assert [standing(one, [second, first]) for one in (kept, other)] == [Standing.OVER, Standing.IN_FORCE]
    assert [first.number, second.number] == [1, 2]
    assert roll_back(kept, "B. Smit", "Terug.", NOW, [second, first]).number == 3

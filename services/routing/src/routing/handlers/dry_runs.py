"""Dry runs: the reports there were, decided by another policy. Facts and decisions are read, and nothing is written."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from chassis.identity import new_id
from chassis.transaction import Transaction
from routing.adapters import kept_assessment, policy_file, report_facts
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.dry_runs import DryRun, Effects, Replayed, RunState, TooManyDryRuns, count
from routing.domain.facts import Sighting
from routing.domain.partners import Partner, names_of
from routing.domain.policy import Policy, assess
from routing.handlers.policies import check
from routing.store import dry_runs
from routing.store.policies import policies

REPORTS_TOGETHER = 400
MOST_WAITING = 5

Seen = Mapping[UUID, Sequence[Sighting]]


async def begin(
    text: str, since: datetime | None, who: str, tx: Transaction, register: Mapping[str, Partner]
) -> DryRun:
    """Have the reports since a moment decided by this text, by and by. PolicyIsWrong, TooManyDryRuns."""
    policy = check(text, register)
    await policies.lock(tx)
    if await dry_runs.count_running(tx) >= MOST_WAITING:
        raise TooManyDryRuns(f"{MOST_WAITING} dry runs wait for their turn: ask again when one is done.")
    total = await dry_runs.count_first(tx, since, tx.now)
    run = DryRun(new_id(), policy.version, text, since, who, tx.now, RunState.RUNNING, total)
    await dry_runs.add(tx, run)
    return run


async def replay_reports(tx: Transaction, register: Mapping[str, Partner]) -> bool:
    """Replay the next reports of a dry run; whether there may be more. Where it is ended, it goes on from there."""
    run = await dry_runs.claim_running(tx)
    if run is None:
        return False
    try:
        policy = policy_file.load_kept(run.text)
    except PolicyIsWrong as wrong:
        await dry_runs.save(tx, replace(run, state=RunState.FAILED, failure=str(wrong), ended_at=tx.now))
        return True
    rows = await dry_runs.list_first(tx, run, REPORTS_TOGETHER)
    if not rows:
        await dry_runs.save(tx, replace(run, state=RunState.DONE, ended_at=tx.now))
        return True
    seen = await _seen_further_back(rows, policy, tx)
    found = await asyncio.to_thread(_replay, rows, policy, seen, names_of(register))
    further = replace(
        run, done=run.done + len(rows), at_report=rows[-1].report_id, effects=run.effects + found
    )
    await dry_runs.save(tx, further)
    return True


async def forget_dry_runs(tx: Transaction, kept: timedelta) -> bool:
    """Let go of what ended long ago; a job."""
    await dry_runs.forget(tx, tx.now - kept)
    return False


async def _seen_further_back(rows: Sequence[dry_runs.First], policy: Policy, tx: Transaction) -> Seen:
    """What was seen at the addresses of those whose facts do not look as far back as this policy does."""
    names = {row.policy_version for row in rows}
    looked = {version.name: _looks_back(version.text) for version in await policies.list_named(tx, names)}
    short = [r.report_id for r in rows if looked.get(r.policy_version, timedelta()) < policy.looks_back]
    return await dry_runs.list_seen_before(tx, short, policy.looks_back) if short else {}


def _looks_back(text: str) -> timedelta:
    try:
        return policy_file.load_kept(text).looks_back
    except PolicyIsWrong:
        return timedelta()


def _replay(rows: Sequence[dry_runs.First], policy: Policy, seen: Seen, names: Mapping[str, str]) -> Effects:
    replayed = [_replay_one(row, policy, seen.get(row.report_id)) for row in rows]
    read = [one for one in replayed if one]
    return count(read, names, unread=len(rows) - len(read))


def _replay_one(row: dry_runs.First, policy: Policy, seen: Sequence[Sighting] | None) -> Replayed | None:
    """None where what was kept is from a hub that kept something else."""
    try:
        facts = report_facts.read(json.loads(row.facts))
        before = kept_assessment.read(json.loads(row.decision))
    except (KeyError, TypeError, ValueError):
        return None
    if seen is not None:
        facts = replace(facts, seen=tuple(seen))
    return Replayed(row.report_id, facts.category, before, assess(facts, policy))

"""Deciding about a report by the policy, and again when new facts come."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from chassis.transaction import Transaction
from contracts.intake import ReportSubmitted
from contracts.routing import FiredRule, ReportAssessed, ReportReassessed, ReportWanted
from routing.adapters import kept_assessment, report_facts
from routing.domain.assignments import AT_WORK, NOT_AT_WORK_YET, Assignment, State
from routing.domain.facts import Facts, Sighting
from routing.domain.partners import names_of
from routing.domain.policy import DESK, Assessment, Request, assess, difference
from routing.handlers.asking import (
    Desk,
    announce,
    announce_held,
    announce_undeliverable,
    end_of,
    new_assignment,
)
from routing.handlers.policies import policy_for
from routing.handlers.stocking import owners_of
from routing.handlers.taking_back import keep_a_lead, take_back
from routing.store import assessments, assignments, sightings

SEEN = "seen"
OWNERS = "owners"


async def look_back(reports: Sequence[ReportSubmitted], tx: Transaction, desk: Desk) -> None:
    """Who owns these dwellings, and what was reported there before, as far back as a rule looks: read once for all."""
    tx.kept[OWNERS] = await owners_of(reports, tx)
    policy = await policy_for(tx, desk.in_force)
    if policy.looks_back:
        places = {report_facts.place_of(report, desk.pseudonyms) for report in reports}
        since = min(report.received_at for report in reports) - policy.looks_back
        tx.kept[SEEN] = await sightings.list_at(tx, places, since)


async def assess_report(report: ReportSubmitted, tx: Transaction, desk: Desk) -> None:
    """Decide by the policy, and offer every partner its own question. What was imported was asked long ago."""
    seen = _see(report, tx, desk)
    if report.imported:
        return
    facts = report_facts.facts_of(report, seen, owner=tx.kept[OWNERS].get(report.address.key))
    assessment = assess(facts, await policy_for(tx, desk.in_force))
    _keep(report.report_id, 1, facts, assessment, tx)
    tx.publish(
        ReportAssessed(
            report_id=report.report_id,
            category=report.category,
            partners=tuple(request.part for request in assessment.requests),
            rules=_rules(assessment),
            tracks=assessment.tracks,
            policy_version=assessment.policy_version,
            instruments=assessment.instruments,
            assessed_at=tx.now,
        )
    )
    asked = [_assignment(report.report_id, r, facts, assessment, tx, desk) for r in assessment.requests]
    assignments.add(tx, asked)
    for assignment in asked:
        if assignment.state is State.HELD:
            announce_held(assignment, assessment.held[assignment.track], tx, desk)
        else:
            announce(report, assignment, tx, desk)


def _see(report: ReportSubmitted, tx: Transaction, desk: Desk) -> list[Sighting]:
    """All sightings at the address, this one among them."""
    place = report_facts.place_of(report, desk.pseudonyms)
    mine = report_facts.sighting_of(report, desk.pseudonyms)
    sightings.add(tx, report.report_id, place, mine)
    seen: list[Sighting] = tx.kept.get(SEEN, {}).setdefault(place, [])
    seen.append(mine)
    return seen


def _assignment(
    report_id: UUID, request: Request, facts: Facts, assessment: Assessment, tx: Transaction, desk: Desk
) -> Assignment:
    state = State.HELD if request.track in assessment.held else State.OFFERED
    lead = request.part == assessment.lead
    return new_assignment(report_id, request, facts, tx, desk, lead=lead, state=state)


async def assess_again(report_id: UUID, cause: str, tx: Transaction, desk: Desk) -> None:
    """Decide anew, with what partners found and where they are at work; do and explain what that changes.

    What is with a partner stays with it, though its track be held: only questions that did not go out wait.
    """
    asked = await assignments.list_about(tx, report_id, lock=True)
    kept = await assessments.find_newest(tx, report_id)
    if kept is None:
        return
    facts = with_course(report_facts.read(kept.facts), asked)
    before = kept_assessment.read(kept.decision)
    after = assess(facts, await policy_for(tx, desk.in_force))
    changes = difference(before, after, names_of(desk.register))
    if not changes:
        return
    _keep(report_id, kept.revision + 1, facts, after, tx, cause, changes)
    tx.publish(
        ReportReassessed(
            report_id=report_id,
            category=kept.category,
            partners=tuple(request.part for request in after.requests),
            rules=_rules(after),
            tracks=after.tracks,
            policy_version=after.policy_version,
            instruments=after.instruments,
            revision=kept.revision + 1,
            cause=cause,
            difference=changes,
            assessed_at=tx.now,
        )
    )
    await _follow(report_id, asked, facts, before, after, tx, desk)


def with_course(facts: Facts, asked: Sequence[Assignment]) -> Facts:
    """The facts with what partners found so far, the newest of each part, and the tracks on which they are at work.

    The desk itself is no help to a household: that it looks at a report holds nothing up.
    """
    in_time = sorted(asked, key=lambda one: one.changed_at)
    return replace(
        facts,
        findings={one.part: one.finding for one in in_time if one.finding},
        running=frozenset(one.track for one in asked if one.state in AT_WORK and one.partner != DESK),
    )


async def _follow(
    report_id: UUID,
    asked: Sequence[Assignment],
    facts: Facts,
    before: Assessment,
    after: Assessment,
    tx: Transaction,
    desk: Desk,
) -> None:
    """Take back what is no longer wanted, let go on what may, ask who was not asked."""
    wanted = {request.part: request for request in after.requests}
    dropped = {request.part for request in before.requests} - wanted.keys()
    now: list[Assignment] = []
    for one in asked:
        if one.part in dropped and one.state in NOT_AT_WORK_YET:
            now.append(take_back(one, "policy", tx, desk))
        elif one.state is State.HELD and one.track not in after.held:
            now.append(_free(one, wanted.get(one.part), tx, desk))
        else:
            now.append(one)
    fresh = [_another(request, now, facts, after, tx, desk) for request in _not_asked(after, now)]
    assignments.add(tx, fresh)
    for one in fresh:
        if one.state is State.HELD:
            announce_held(one, after.held[one.track], tx, desk)
        if one.state is State.UNDELIVERABLE:
            announce_undeliverable(one, tx, desk)
    await keep_a_lead([*now, *fresh], tx, desk)
    if any(one.state is State.PREPARED for one in (*now, *fresh)):
        tx.publish(ReportWanted(report_id=report_id, wanted_at=tx.now))


def _free(held: Assignment, request: Request | None, tx: Transaction, desk: Desk) -> Assignment:
    """Its term begins now."""
    partner = desk.register[held.partner]
    due_at = (
        end_of(partner.term(request), tx, desk, partner)
        if request
        else held.due_at + (tx.now - held.offered_at)
    )
    freed = replace(held, state=State.PREPARED, offered_at=tx.now, due_at=due_at, changed_at=tx.now)
    assignments.save(tx, freed)
    return freed


def _not_asked(after: Assessment, asked: Sequence[Assignment]) -> list[Request]:
    """What the policy wants and nobody was asked; what it took back itself it may want again."""
    known = {one.part for one in asked if one.state is not State.WITHDRAWN or one.reason != "policy"}
    return [request for request in after.requests if request.part not in known]


def _another(
    request: Request,
    asked: Sequence[Assignment],
    facts: Facts,
    after: Assessment,
    tx: Transaction,
    desk: Desk,
) -> Assignment:
    """An assignment beside those that are there."""
    state = State.HELD if request.track in after.held else State.PREPARED
    new = new_assignment(asked[0].report_id, request, facts, tx, desk, lead=False, state=state)
    before = next((one.assignment_id for one in reversed(asked) if one.part == request.part), None)
    return replace(new, replaces=before)


def _keep(
    report_id: UUID,
    revision: int,
    facts: Facts,
    assessment: Assessment,
    tx: Transaction,
    cause: str | None = None,
    changes: Sequence[str] = (),
) -> None:
    assessments.add(
        tx,
        assessments.Kept(
            report_id,
            revision,
            facts.category,
            assessment.policy_version,
            report_facts.written(facts),
            kept_assessment.written(assessment),
            cause,
            list(changes),
            tx.now,
        ),
    )


def _rules(assessment: Assessment) -> tuple[FiredRule, ...]:
    return tuple(FiredRule(rule=one.rule, because=one.because, facts=one.facts) for one in assessment.fired)

"""Where a partner rehearses: on the hub's broker, or on one of this machine."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from chassis import rehearsal
from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.management import Management
from chassis.rehearsal import Stage
from chassis.topology import partner_user
from meldketen import secrets
from meldketen.local import rabbitmq
from meldketen.operator import Operator
from meldketen.partner import questions
from meldketen.partner.conformance import ANSWER, CLARIFY, DECLINE, MORE, possible_states
from meldketen.partner.judging import Judge
from meldketen.partner.questions import CannotRehearse, Question
from routing.domain.assignments import State
from routing.domain.partners import Channel, Partner


@asynccontextmanager
async def on_stage(
    partner: Partner, told: Operator, folder: Path | None, tell: Callable[[str], None]
) -> AsyncIterator[Stage]:
    """Set the stage, and begin. CannotRehearse, CannotStart, BrokerSaysNo, NoSecrets."""
    questions.language_of(partner)
    if partner.channel is not Channel.QUEUE:
        raise CannotRehearse(
            f"{partner.id} is reached by {partner.channel}, and a rehearsal plays on a queue: try its server with the"
            " receiver of its kit, and with a question that the desk asks it."
        )
    if folder is None:
        kept = secrets.read(told.secrets)
        password = told.rabbitmq_admin_password.get_secret_value()
        management = told.management()
        async with _set(partner, management, told.rabbitmq_admin, password, told.rabbitmq, kept) as stage:
            yield stage
        return
    kept = secrets.keep(folder / "secrets", [partner.id])
    node = await asyncio.to_thread(rabbitmq.start, folder / "rabbitmq")
    try:
        where = node.amqp_url.rpartition("@")[2].partition("/")[0]
        management = Management(node.management_url, node.user, node.password)
        async with _set(partner, management, node.user, node.password, where, kept) as stage:
            # Only now: who finds the file can sign in.
            file = secrets.write_address(folder, kept, partner.id, f"{where}/{rehearsal.VHOST}")
            tell(f"The partner's AMQP_URL is in {file}.")
            yield stage
    finally:
        await asyncio.to_thread(node.stop)


@asynccontextmanager
async def _set(
    partner: Partner,
    management: Management,
    player: str,
    password: str,
    where: str,
    kept: secrets.Secrets,
) -> AsyncIterator[Stage]:
    password_of_partner = kept.broker[partner_user(partner.id)]
    await rehearsal.provision(
        management, partner.id, password_of_partner, player, hears_clocks=partner.hears_clocks
    )
    await management.close()
    url = f"amqp://{quote(player)}:{quote(password, safe='')}@{where}/{rehearsal.VHOST}"
    async with rehearsal.stage(url, partner.id, hears_clocks=partner.hears_clocks) as stage:
        yield stage


async def rehearse(
    partner: Partner, stage: Stage, every: timedelta, many: int | None, tell: Callable[[str], None]
) -> None:
    """Ask, and judge what comes back: the golden question first, then invented ones."""
    judge = Judge(partner.id, questions.language_of(partner))
    cases = [ANSWER, ANSWER, ANSWER, CLARIFY, DECLINE]
    if State.INFORMATION_NEEDED not in possible_states(partner):
        cases.remove(CLARIFY)
    dice = random.Random()  # noqa: S311  invention
    asked: dict[UUID, Question] = {}
    while many is None or len(asked) < many:
        case = cases[len(asked) % len(cases)]
        question = questions.ask(partner, case.words, wall_clock(), dice if asked else None)
        asked[question.assignment.assignment_id] = question
        judge.expect(question.assignment)
        await stage.ask(question.event)
        await stage.tell(questions.clock(question.assignment, "started", str(new_id()), wall_clock()))
        tell(f"Asked {question.event.name} about {question.event.subject}: {case.words}")
        until = wall_clock() + every
        while (left := (until - wall_clock()).total_seconds()) > 0:
            if heard := await stage.hear(left):
                findings = judge.judge(heard)
                tell(f"  {heard.routing_key}: {'well' if not findings else ''}")
                for one in findings:
                    tell(f"    {one.about}: {one.what} {one.hint}")
                await _tell_more(partner, stage, judge, asked)


async def _tell_more(partner: Partner, stage: Stage, judge: Judge, asked: Mapping[UUID, Question]) -> None:
    """Answer what the partner asks."""
    for about in judge.wanting():
        judge.tell(about)
        if clarified := questions.clarify(partner, asked[about], MORE, wall_clock()):
            await stage.ask(clarified)

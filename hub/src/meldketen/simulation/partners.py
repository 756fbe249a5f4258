"""Partners that answer in their own formats: some late, some never, some declining, some with nonsense.

The last digit of the house number decides how a partner behaves, so that a demonstration can be told beforehand.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto
from uuid import UUID

from chassis.partner import Reply, converse
from contracts.envelope import CloudEvent, Message
from contracts.partners import (
    BasedOn,
    CareRequest,
    CareStatus,
    CareTask,
    Identifier,
    PoliceQuestion,
    PoliceReply,
    PoliceStatus,
    TenancyCase,
    TenancyCaseUpdate,
    VeraCode,
    VeraStatus,
)


class Manner(Enum):
    PROMPT = auto()
    LATE = auto()
    NEVER = auto()
    DECLINING = auto()
    CONFUSED = auto()


MANNERS: Mapping[tuple[str, int], Manner] = {
    ("police", 5): Manner.CONFUSED,
    ("police", 8): Manner.DECLINING,
    ("ggz", 6): Manner.NEVER,
    ("ggz", 9): Manner.LATE,
    ("corporation", 3): Manner.NEVER,
    ("corporation", 7): Manner.LATE,
    ("corporation", 4): Manner.DECLINING,
}

NONSENSE = b'{"dit is": "geen bericht"'


@dataclass(frozen=True, slots=True)
class Words:
    """What a partner says, in its own language, about one question."""

    accepted: Message
    busy: Message
    done: Message
    declined: Message


async def answers(partner: str, house_number: int, words: Words, pace: timedelta) -> AsyncIterator[Reply]:
    """The partner's replies, each after a pause of about `pace`."""
    manner = MANNERS.get((partner, house_number % 10), Manner.PROMPT)

    def after(times: float) -> timedelta:
        return pace * times * random.uniform(0.5, 1.5)  # noqa: S311  human-like, not secret

    if manner is Manner.NEVER:
        return
    if manner is Manner.DECLINING:
        yield after(1), words.declined
        return
    if manner is Manner.CONFUSED:
        yield after(0.5), NONSENSE
    yield after(25 if manner is Manner.LATE else 1), words.accepted
    yield after(3), words.busy
    yield after(3), words.done


def _police(question: CloudEvent) -> tuple[int, Words]:
    asked = PoliceQuestion.model_validate(question.data)

    def reply(status: PoliceStatus, words: str | None = None, reason: str | None = None) -> PoliceReply:
        return PoliceReply(kenmerk=asked.kenmerk, status=status, toelichting=words, reden=reason)

    return asked.adres.huisnummer, Words(
        accepted=reply(PoliceStatus.RECEIVED),
        busy=reply(PoliceStatus.BUSY, "De wijkagent gaat langs."),
        done=reply(PoliceStatus.DONE, "Gesproken met de bewoner en afspraken gemaakt."),
        declined=reply(PoliceStatus.REFUSED, "Geen politietaak.", "niet_bevoegd"),
    )


def _ggz(question: CloudEvent) -> tuple[int, Words]:
    asked = CareRequest.model_validate(question.data)
    about = (BasedOn(identifier=Identifier(value=asked.id)),)

    def task(status: CareStatus) -> CareTask:
        return CareTask(id=f"task-{asked.id}", status=status, based_on=about)

    number = re.search(r" (\d+)\S*,", asked.subject_.display or "")
    return int(number[1]) if number else 0, Words(
        accepted=task(CareStatus.ACCEPTED),
        busy=task(CareStatus.IN_PROGRESS),
        done=task(CareStatus.COMPLETED),
        declined=task(CareStatus.REJECTED),
    )


def _corporation(question: CloudEvent) -> tuple[int, Words]:
    asked = TenancyCase.model_validate(question.data)

    def update(code: str, words: str | None = None) -> TenancyCaseUpdate:
        return _update(asked.id_extern, code, question.time.date(), words)

    return asked.objecten[0].adres.huisnummer, Words(
        accepted=update("AAN"),
        busy=update("INB", "De woonconsulent neemt contact op met de huurder."),
        done=update("AFG", "Huurder aangesproken en schriftelijk gewaarschuwd."),
        declined=update("GEA", "Geen woning van ons."),
    )


def _update(about: UUID, code: str, day: date, words: str | None) -> TenancyCaseUpdate:
    status = VeraStatus(soort=VeraCode(code=code), begindatum=day, toelichting=words)
    return TenancyCaseUpdate(id_extern=about, zaakstatussen=(status,))


LANGUAGES: Mapping[str, Callable[[CloudEvent], tuple[int, Words]]] = {
    "police": _police,
    "ggz": _ggz,
    "corporation": _corporation,
}


async def run(urls: Mapping[str, str], pace: timedelta) -> None:
    """Play every partner, for ever, each with its own credentials. `urls` is by partner."""

    def behaviour(partner: str) -> Callable[[CloudEvent], AsyncIterator[Reply]]:
        def answer(question: CloudEvent) -> AsyncIterator[Reply]:
            house_number, words = LANGUAGES[partner](question)
            return answers(partner, house_number, words, pace)

        return answer

    async with asyncio.TaskGroup() as group:
        for partner, url in urls.items():
            group.create_task(converse(url, partner, behaviour(partner)))

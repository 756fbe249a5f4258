"""Partners that answer in their own formats: some late, some never, some declining, some with nonsense.

The last digit of the house number decides how a partner behaves, so that a demonstration can be told beforehand.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import timedelta
from enum import Enum, auto
from functools import partial

from chassis.partner import Reply, converse
from chassis.topology import partner_user
from contracts.envelope import CloudEvent, Message
from meldketen.simulation.words import LANGUAGES, Words
from routing.adapters import register_file
from routing.domain.partners import Channel, Partner


class Manner(Enum):
    """Finding: it sees a violation. Refused: its help is. Asking: it must know more first."""

    PROMPT = auto()
    LATE = auto()
    NEVER = auto()
    DECLINING = auto()
    CONFUSED = auto()
    FINDING = auto()
    REFUSED = auto()
    ASKING = auto()


MANNERS: Mapping[tuple[str, int], Manner] = {
    ("police", 5): Manner.CONFUSED,
    ("police", 8): Manner.DECLINING,
    ("ggz", 6): Manner.NEVER,
    ("ggz", 9): Manner.LATE,
    ("corporation", 3): Manner.NEVER,
    ("corporation", 7): Manner.LATE,
    ("corporation", 4): Manner.DECLINING,
    ("mediation", 2): Manner.REFUSED,
    ("mediation", 6): Manner.FINDING,
    ("mediation", 9): Manner.DECLINING,
    ("enforcement", 1): Manner.ASKING,
    ("enforcement", 4): Manner.DECLINING,
    ("enforcement", 6): Manner.FINDING,
    ("enforcement", 7): Manner.LATE,
    ("neighbourhood-team", 2): Manner.REFUSED,
    ("neighbourhood-team", 8): Manner.NEVER,
    ("health-service", 4): Manner.LATE,
    ("fire-brigade", 6): Manner.DECLINING,
    ("environment", 3): Manner.NEVER,
    ("environment", 9): Manner.LATE,
    ("fire-brigade", 1): Manner.ASKING,
    ("fire-brigade", 3): Manner.FINDING,
    ("safety", 7): Manner.LATE,
}

Saying = tuple[float, Message | bytes | None]
"""After how many times the pace something is said; none where the language has no word for it."""

NONSENSE = b'{"dit is": "geen bericht"'


def spoken(register: Mapping[str, Partner]) -> dict[str, str]:
    """Which language each partner speaks that can be played: those with a queue."""
    return {name: register[name].adapter or "" for name in register_file.connected(register)}


def not_played(register: Mapping[str, Partner]) -> list[str]:
    """Who is asked by another way than a queue, in sentences."""
    return [
        f"{partner.id} is reached by {partner.channel} and is not played: answer for it yourself."
        for partner in register.values()
        if partner.is_connected and partner.channel is not Channel.QUEUE
    ]


class Speaker:
    """One partner, which remembers what it waits for and what it need not answer any more."""

    def __init__(self, partner: str, language: str) -> None:
        self._partner = partner
        self._read = LANGUAGES[language]
        self._waiting: dict[str, Words] = {}
        self._ended: set[str] = set()

    async def replies(self, told: CloudEvent, pace: timedelta) -> AsyncIterator[Reply]:
        """What it says to a message of the hub, each after a pause of about `pace`; nothing once it need not answer."""
        for times, said in self._said(told):
            await asyncio.sleep((pace * times * random.uniform(0.5, 1.5)).total_seconds())  # noqa: S311  not secret
            if told.subject in self._ended:
                return
            if said:
                yield timedelta(), said

    def _said(self, told: CloudEvent) -> Iterator[Saying]:
        match told.name.split(".")[1]:
            case "asked":
                house_number, words = self._read(told)
                yield from self._answered(told.subject, house_number, words)
            case "clarified" if told.subject in self._waiting:
                words = self._waiting.pop(told.subject)
                yield from ((2, words.busy), (3, words.done))
            case "withdrawn":
                self._ended.add(told.subject)

    def _answered(self, subject: str, house_number: int, words: Words) -> Iterator[Saying]:
        manner = MANNERS.get((self._partner, house_number % 10), Manner.PROMPT)
        if manner is Manner.NEVER:
            return
        if manner is Manner.DECLINING:
            yield 1, words.declined
            return
        if manner is Manner.CONFUSED:
            yield 0.5, NONSENSE
        yield 25 if manner is Manner.LATE else 1, words.accepted
        if manner is Manner.ASKING and words.query:
            self._waiting[subject] = words
            yield 2, words.query
        elif manner is Manner.REFUSED and words.refused:
            yield 3, words.refused
        elif manner is Manner.FINDING and words.violation:
            yield 3, words.violation
            yield 3, words.done
        else:
            yield 3, words.busy
            yield 3, words.done


async def run(languages: Mapping[str, str], url: Callable[[str], str], pace: timedelta) -> None:
    """Play partners, for ever, each in its language and by the URL of its own user."""
    async with asyncio.TaskGroup() as group:
        for partner, language in languages.items():
            speaker = Speaker(partner, language)
            own = url(partner_user(partner))
            group.create_task(converse(own, partner, partial(speaker.replies, pace=pace)))

"""The languages that partners speak: how each is asked, told that it need not answer, and understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.envelope import Message
from contracts.partners import CareTask, PoliceReply, TenancyCaseUpdate
from routing.adapters import corporation, ggz, police
from routing.adapters.view import View
from routing.domain.assignments import Answer, Assignment


@dataclass(frozen=True, slots=True)
class Language:
    """`question` raises ValueError where the view lacks what the language cannot do without.

    `withdrawal` tells that a question need not be answered any more; none where the language has no word for it.
    """

    question: Callable[[Assignment, View], Message]
    answers: Mapping[type[Message], Callable[[Any], Answer]]
    withdrawal: Callable[[Assignment], Message] | None = None


LANGUAGES: Mapping[str, Language] = {
    "police": Language(police.question, {PoliceReply: police.answer}),
    "ggz": Language(ggz.question, {CareTask: ggz.answer}),
    "corporation": Language(corporation.question, {TenancyCaseUpdate: corporation.answer}),
}

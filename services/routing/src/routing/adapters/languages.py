"""The languages that partners speak: how each is asked, told that it need not answer, and understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import Message
from contracts.partners import (
    CareTask,
    EnforcementUpdate,
    MediationReply,
    PartnerAnswer,
    PoliceReply,
    SupportReply,
    TenancyCaseUpdate,
)
from routing.adapters import cloudevents, corporation, enforcement, ggz, mediation, police, social
from routing.adapters.envelope import Envelope
from routing.adapters.view import View
from routing.domain.assignments import Answer, Assignment
from routing.domain.partners import Partner


def _cannot_be_clarified(assignment: Assignment, text: str) -> None:
    """Who cannot ask for more gets no more."""


def _nothing_back(message: Any, assignment: Assignment, envelope: Envelope) -> None:
    """An answer is not answered."""


def _no_headers(_oin: str, _event_id: UUID, _at: datetime) -> Mapping[str, str]:
    """CloudEvents and Standard Webhooks say enough."""
    return {}


def _alike(question: Callable[[Assignment, View], Message]) -> Callable[[Assignment, View, Partner], Message]:
    """Most languages ask every partner alike."""
    return lambda assignment, view, _partner: question(assignment, view)


@dataclass(frozen=True, slots=True)
class Language:
    """`question` raises ValueError where the view lacks what the language cannot do without.

    `withdrawal` tells that an answer is not needed any more, with our id and a code and nothing else. `clarification`
    answers what a partner asked; none where the language has no such thing. `back` is what an answer sets off. `headers`
    go with what is posted over HTTPS: of the desk's organisation, the event and the moment.
    """

    question: Callable[[Assignment, View, Partner], Message]
    withdrawal: Callable[[Assignment], Message]
    answers: Mapping[type[Message], Callable[[Any], Answer]]
    clarification: Callable[[Assignment, str], Message | None] = _cannot_be_clarified
    back: Callable[[Any, Assignment, Envelope], Message | None] = _nothing_back
    headers: Callable[[str, UUID, datetime], Mapping[str, str]] = _no_headers


LANGUAGES: Mapping[str, Language] = {
    "police": Language(_alike(police.question), police.withdrawal, {PoliceReply: police.answer}),
    "ggz": Language(_alike(ggz.question), ggz.withdrawal, {CareTask: ggz.answer}),
    "corporation": Language(
        corporation.question,
        corporation.withdrawal,
        {TenancyCaseUpdate: corporation.answer},
        headers=corporation.headers,
    ),
    "enforcement": Language(
        enforcement.question,
        enforcement.withdrawal,
        {EnforcementUpdate: enforcement.answer},
        enforcement.clarification,
        enforcement.link,
    ),
    "mediation": Language(
        _alike(mediation.question), mediation.withdrawal, {MediationReply: mediation.answer}
    ),
    "social": Language(_alike(social.question), social.withdrawal, {SupportReply: social.answer}),
    "cloudevents": Language(
        _alike(cloudevents.question),
        cloudevents.withdrawal,
        {PartnerAnswer: cloudevents.answer},
        cloudevents.clarification,
    ),
}

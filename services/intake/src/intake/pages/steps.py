"""The pages of the citizen's form: what each asks, and which is not finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Cookie

from contracts.intake import Channel
from intake.adapters import form
from intake.adapters.categories import Categories, Kind
from intake.adapters.form import QUESTION, FormIncomplete
from intake.adapters.new_report import NewReport
from intake.domain.drafts import Draft
from intake.domain.questions import Question

START = "/melden"
CHECK = "/melden/controle"
RECEIPT = "/melden/ontvangen"

COOKIE = "melding"
DraftId = Annotated[str | None, Cookie(alias=COOKIE, max_length=100)]
"""Whose form it is: the id of the draft."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page: its path without the language, its template, how far the reporter is, and the fields it asks."""

    path: str
    template: str
    number: int
    fields: tuple[str, ...]

    @property
    def following(self) -> str:
        after = STEPS[STEPS.index(self) + 1 :]
        return after[0].path if after else CHECK


WHAT = Step(START, "wat.html", 1, ("soort", "verhaal"))
QUESTIONS = Step("/melden/vragen", "vragen.html", 1, ())
WHERE = Step("/melden/waar", "waar.html", 2, (*form.ADDRESS, "woonvorm"))
WHO = Step("/melden/gegevens", "gegevens.html", 3, ("naam", "email", "telefoon", "anoniem"))
STEPS = (WHAT, QUESTIONS, WHERE, WHO)


def kind_of(draft: Draft, categories: Categories) -> Kind | None:
    return categories.kinds.get(next(iter(draft.fields.get("soort", ())), ""))


def fields_of(step: Step, draft: Draft | None, categories: Categories) -> tuple[str, ...]:
    """What a step asks of this reporter: the questions depend on the kind."""
    kind = kind_of(draft, categories) if draft else None
    asked = kind.questions if kind and step is QUESTIONS else ()
    return (*step.fields, *(QUESTION + question.code for question in asked))


def faults_in(draft: Draft, categories: Categories) -> list[tuple[str, str]]:
    """What is wrong or missing on all pages, as field and Dutch sentence."""
    try:
        report_of(draft, categories, "nl")
    except FormIncomplete as incomplete:
        return incomplete.faults
    return []


def first_unfinished(draft: Draft, before: Sequence[Step], categories: Categories) -> Step | None:
    wrong = {field for field, _ in faults_in(draft, categories)}
    return next((step for step in before if wrong & set(fields_of(step, draft, categories))), None)


def report_of(draft: Draft, categories: Categories, language: str) -> NewReport:
    """FormIncomplete where a page is not finished."""
    return form.read(draft.fields, Channel.WEB, categories, language)


def with_follow_ups(questions: Sequence[Question]) -> list[tuple[Question, list[Question]]]:
    """Each question with those that some of its answers ask for."""
    groups: list[tuple[Question, list[Question]]] = []
    for question in questions:
        if question.when:
            groups[-1][1].append(question)
        else:
            groups.append((question, []))
    return groups


def in_words(questions: Sequence[Question], new: NewReport, language: str) -> list[tuple[str, str, str]]:
    """Each question that was answered: its code, its words and those of its answers, to be read back."""
    read: list[tuple[str, str, str]] = []
    for question in questions:
        values = [answer.value for answer in new.given if answer.question == question.code]
        chosen = [question.choice(value) for value in values]
        words = [one.words.of(language) if one else value for one, value in zip(chosen, values, strict=True)]
        if words:
            read.append((question.code, question.words.of(language), ", ".join(words)))
    return read

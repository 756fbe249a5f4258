"""What is asked about a kind of nuisance, and what an answer means."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_ANSWER = 500


class UnknownQuestion(Exception):
    """That is not asked here."""


class UnknownAnswer(Exception):
    """That is no answer to the question."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the languages of the citizen's pages."""

    nl: str
    en: str

    def of(self, language: str) -> str:
        return self.en if language == "en" else self.nl


class QuestionForm(StrEnum):
    """How a question is answered: with one of its choices, yes or no, a few words, or any of the times."""

    CHOICE = "choice"
    YES_NO = "yes-no"
    TEXT = "text"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose. It may be the category that the report then has."""

    code: str
    words: Words
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """The answers to an earlier question after which another is asked."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`choices` is empty where a few words are asked; `signal` is the field of the signals that a yes sets."""

    code: str
    form: QuestionForm
    words: Words
    hint: Words | None = None
    choices: tuple[Choice, ...] = ()
    when: Condition | None = None
    signal: str | None = None

    def choice(self, value: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.code == value), None)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it came. Several answers to one question are several of these."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, with the Dutch words of question and answer as they were then."""

    question: str
    value: str
    asked: str
    words: str


def is_asked(question: Question, given: Sequence[Given]) -> bool:
    """Whether the answers so far ask for it."""
    when = question.when
    return when is None or any(
        answer.question == when.question and answer.value in when.values for answer in given
    )


def that_count(questions: Sequence[Question], given: Sequence[Given]) -> list[Given]:
    """The answers that a form may send on: those to what is asked, of one value where one is asked, in order."""
    counting: list[Given] = []
    for question in questions:
        if is_asked(question, counting):
            about = dict.fromkeys(answer for answer in given if answer.question == question.code)
            fitting = [answer for answer in about if _fits(question, answer.value)]
            counting += fitting if question.form is QuestionForm.TIMES else fitting[:1]
    return counting


def answers(questions: Sequence[Question], given: Sequence[Given]) -> tuple[Answer, ...]:
    """The answers with their words. UnknownQuestion, UnknownAnswer: each says which."""
    by_code = {question.code: question for question in questions}
    for answer in given:
        question = by_code.get(answer.question)
        if question is None:
            raise UnknownQuestion(f"{answer.question!r} is not asked. Use any of: {', '.join(by_code)}.")
        if not is_asked(question, given):
            raise UnknownQuestion(f"{answer.question!r} is asked only after {_said(question.when)}.")
        if not _fits(question, answer.value):
            raise UnknownAnswer(f"{answer.value!r} does not answer {question.code!r}. {_expected(question)}")
    counting = that_count(questions, given)
    for answer in given:
        if counting.count(answer) != given.count(answer):
            raise UnknownAnswer(f"{answer.question!r} has more than one answer.")
    return tuple(_answer(by_code[one.question], one.value) for one in counting)


def category_of(questions: Sequence[Question], given: Sequence[Given]) -> str | None:
    """The category that the answers name, the last one where there are more."""
    chosen = [
        question.choice(one.value) for question in questions for one in given if one.question == question.code
    ]
    return next((choice.category for choice in reversed(chosen) if choice and choice.category), None)


def signals_of(questions: Sequence[Question], given: Sequence[Given]) -> set[str]:
    """The signals that a yes sets."""
    confirmed = {answer.question for answer in given if answer.value == "yes"}
    return {question.signal for question in questions if question.signal and question.code in confirmed}


def _fits(question: Question, value: str) -> bool:
    if question.form is QuestionForm.TEXT:
        return 0 < len(value) <= LONGEST_ANSWER
    return question.choice(value) is not None


def _answer(question: Question, value: str) -> Answer:
    choice = question.choice(value)
    return Answer(question.code, value, question.words.nl, choice.words.nl if choice else value)


def _said(when: Condition | None) -> str:
    return f"{when.question!r} is {' or '.join(map(repr, when.values))}" if when else ""


def _expected(question: Question) -> str:
    if question.form is QuestionForm.TEXT:
        return f"Use 1 to {LONGEST_ANSWER} characters."
    return f"Use one of: {', '.join(choice.code for choice in question.choices)}."

"""The categories with their kinds, questions and advice, as the files beside this package list them."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.categories import load as load_names
from intake.domain.coaching import SAFETY
from intake.domain.questions import Choice, Condition, Question, QuestionForm, Words
from intake.domain.reports import UnknownCategory


class BrokenList(ValueError):
    """The files do not fit together; the message says where."""


@dataclass(frozen=True, slots=True)
class Category:
    kind: str
    name: Words
    coaching: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A citizen's everyday word, the category it means at first, and what is asked about it."""

    name: Words
    hint: Words
    category: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Categories:
    kinds: Mapping[str, Kind]
    categories: Mapping[str, Category]
    coaching: Mapping[str, Words]

    def check(self, category: str) -> str:
        """The category as it is written here. UnknownCategory where there is none."""
        code = category.strip().upper()
        if code not in self.categories:
            raise UnknownCategory(
                f"{category!r} is not a category. Use one of: {', '.join(sorted(self.categories))}."
            )
        return code

    def questions(self, category: str) -> tuple[Question, ...]:
        """What is asked about a category that there is."""
        return self.kinds[self.categories[category].kind].questions


Code = Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,39}$")]
Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Words(_Part):
    nl: Text
    en: Text

    @property
    def words(self) -> Words:
        return Words(self.nl, self.en)


class _Choice(_Words):
    code: Code
    category: str | None = None


class _Condition(_Part):
    question: Code
    any_of: tuple[Code, ...] = Field(alias="is", min_length=1)


class _Question(_Part):
    code: Code
    kinds: tuple[str, ...] = Field(alias="of", min_length=1)
    form: QuestionForm
    words: _Words
    hint: _Words | None = None
    choices: tuple[_Choice, ...] = ()
    when: _Condition | None = None
    signal: Literal["danger", "children", "going_on_now", "reported_before"] | None = None


class _Questions(_Part):
    times: Mapping[Code, _Words]
    questions: tuple[_Question, ...]


class _Kind(_Part):
    name: _Words
    hint: _Words


class _Category(_Part):
    kind: str
    coaching: tuple[str, ...]


class _Categories(_Part):
    kinds: Mapping[str, _Kind]
    categories: Mapping[str, _Category]
    coaching: Mapping[str, _Words]


YES_NO = (Choice("yes", Words("Ja", "Yes")), Choice("no", Words("Nee", "No")))


def load() -> Categories:
    return read(_content("categories.toml"), _content("questions.toml"))


def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((files("intake") / name).read_text("utf-8"))


def read(categories: Mapping[str, Any], questions: Mapping[str, Any]) -> Categories:
    """What the two files say together. BrokenList, or pydantic's ValidationError, says where they are wrong."""
    listed, asked = _Categories.model_validate(categories), _Questions.model_validate(questions)
    names = {code: Words(words["nl"], words["en"]) for code, words in load_names().items()}
    _require(listed.categories.keys() == names.keys(), "categories without a name, or names of no category")
    times = tuple(Choice(code, words.words) for code, words in asked.times.items())
    first: dict[str, str] = {}
    for code, category in listed.categories.items():
        first.setdefault(category.kind, code)
    _check(listed, first)
    kinds = {}
    for word, kind in listed.kinds.items():
        about = [question for question in asked.questions if word in question.kinds]
        kinds[word] = Kind(
            kind.name.words, kind.hint.words, first[word], tuple(_question(one, times) for one in about)
        )
        _check_questions(word, kinds[word].questions, listed)
    _require(
        not {word for one in asked.questions for word in one.kinds} - kinds.keys(), "a question of no kind"
    )
    return Categories(
        kinds,
        {code: Category(one.kind, names[code], one.coaching) for code, one in listed.categories.items()},
        {code: one.words for code, one in listed.coaching.items()},
    )


def _question(one: _Question, times: tuple[Choice, ...]) -> Question:
    choices = {
        QuestionForm.YES_NO: YES_NO,
        QuestionForm.TIMES: times,
        QuestionForm.CHOICE: tuple(Choice(c.code, c.words, c.category) for c in one.choices),
        QuestionForm.TEXT: (),
    }[one.form]
    _require(bool(one.choices) == (one.form is QuestionForm.CHOICE), f"the choices of {one.code}")
    _require(one.signal is None or one.form is QuestionForm.YES_NO, f"the signal of {one.code}")
    return Question(
        code=one.code,
        form=one.form,
        words=one.words.words,
        hint=one.hint.words if one.hint else None,
        choices=choices,
        when=Condition(one.when.question, one.when.any_of) if one.when else None,
        signal=one.signal,
    )


def _check(listed: _Categories, first: Mapping[str, str]) -> None:
    _require(first.keys() == listed.kinds.keys(), "kinds without a category, or categories of no kind")
    _require(SAFETY in listed.coaching, "no advice on safety")
    for code, category in listed.categories.items():
        _require(set(category.coaching) <= listed.coaching.keys(), f"the coaching of {code}")


def _check_questions(kind: str, questions: Sequence[Question], listed: _Categories) -> None:
    """Each code once; a condition on choices of the question above it, the same for all that follow that question."""
    codes = [question.code for question in questions]
    _require(len(codes) == len(set(codes)), f"a code that is there twice in {kind}")
    leading: Question | None = None
    condition: Condition | None = None
    for question in questions:
        for choice in question.choices:
            named = choice.category and listed.categories.get(choice.category)
            _require(choice.category is None or bool(named and named.kind == kind), f"{choice} in {kind}")
        if question.when is None:
            leading, condition = question, None
        else:
            _require(
                leading is not None
                and leading.code == question.when.question
                and all(leading.choice(value) for value in question.when.values)
                and condition in (None, question.when),
                f"the condition of {question.code} in {kind}",
            )
            condition = question.when


def _require(holds: bool, what: str) -> None:  # noqa: FBT001  the assertion itself
    if not holds:
        raise BrokenList(f"Look at {what}.")

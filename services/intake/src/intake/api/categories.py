"""The categories over HTTP, with all that is asked about them: enough for a portal to build its own form."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response

from contracts.envelope import Shape
from intake.adapters.categories import Categories
from intake.domain.questions import Question, QuestionForm, Words
from look.languages import LANGUAGES, preferred

ONE_HOUR = "public, max-age=3600"


class CategoryOut(Shape):
    code: str
    name: str


class ChoiceOut(Shape):
    """`category` is what the report then is about, where the choice says so."""

    code: str
    words: str
    category: str | None


class ConditionOut(Shape):
    """Ask only after one of these values as answer to the question."""

    question: str
    values: tuple[str, ...]


class QuestionOut(Shape):
    """A question of `form` text is answered with a few words, one of `times` with any of the choices, any other with one."""

    code: str
    form: QuestionForm
    words: str
    hint: str | None
    choices: list[ChoiceOut]
    when: ConditionOut | None


class KindOut(Shape):
    """A citizen's everyday word. `category` is what it means until an answer says otherwise."""

    code: str
    name: str
    hint: str
    category: str
    categories: list[CategoryOut]
    questions: list[QuestionOut]


class CategoriesOut(Shape):
    language: str
    kinds: list[KindOut]


def router(categories: Categories) -> APIRouter:
    routes = APIRouter(prefix="/intake/v1", tags=["categories"])
    by_language = {language: _written(categories, language) for language in LANGUAGES}

    @routes.get("/categories")
    async def list_categories(
        response: Response,
        lang: Annotated[Literal["nl", "en"] | None, Query()] = None,
        accept_language: Annotated[str, Header()] = "",
    ) -> CategoriesOut:
        """List what can be reported, with the questions about it, in one language."""
        language = lang or preferred(accept_language)
        response.headers["Cache-Control"] = ONE_HOUR
        response.headers["Content-Language"] = language
        response.headers["Vary"] = "Accept-Language"
        return by_language[language]

    return routes


def _written(categories: Categories, language: str) -> CategoriesOut:
    return CategoriesOut(
        language=language,
        kinds=[
            KindOut(
                code=word,
                name=kind.name.of(language),
                hint=kind.hint.of(language),
                category=kind.category,
                categories=[
                    CategoryOut(code=code, name=one.name.of(language))
                    for code, one in categories.categories.items()
                    if one.kind == word
                ],
                questions=[_question(one, language) for one in kind.questions],
            )
            for word, kind in categories.kinds.items()
        ],
    )


def _question(question: Question, language: str) -> QuestionOut:
    def said(words: Words | None) -> str | None:
        return words.of(language) if words else None

    return QuestionOut(
        code=question.code,
        form=question.form,
        words=question.words.of(language),
        hint=said(question.hint),
        choices=[
            ChoiceOut(code=choice.code, words=choice.words.of(language), category=choice.category)
            for choice in question.choices
        ],
        when=ConditionOut(question=question.when.question, values=question.when.values)
        if question.when
        else None,
    )

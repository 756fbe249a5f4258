"""What is asked about a kind stands in a file; what was answered goes with the report, in codes and in words."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from chassis.testing import Bench
from contracts.intake import Answer, ReportSubmitted
from intake.adapters import categories
from intake.adapters.categories import BrokenList
from intake.domain.coaching import advice
from intake.domain.questions import Given, category_of, that_count

URL = "/intake/v1/reports"


@pytest.fixture
async def intake(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("intake")


def a_report(*answers: tuple[str, str], category: str = "GEL-ERNST") -> dict[str, Any]:
    return {
        "category": category,
        "story": "Elke nacht muziek.",
        "address": {"postcode": "2599 ZX", "houseNumber": 101},
        "answers": [{"question": question, "value": value} for question, value in answers],
    }


def files() -> tuple[dict[str, Any], dict[str, Any]]:
    return deepcopy(categories._content("categories.toml")), deepcopy(categories._content("questions.toml"))


async def test_answers_go_with_the_report_in_codes_and_in_words(
    intake: Bench, bearer: Callable[..., dict[str, str]]
) -> None:
    answer = await intake.client.post(
        URL, json=a_report(("noise-source", "music"), ("times", "night"), ("times", "evening"))
    )
    assert answer.status_code == 202
    submitted = (await intake.said())[0]
    assert isinstance(submitted, ReportSubmitted)
    asked = "Wanneer hebt u er last van?"
    assert submitted.answers == (
        Answer(question="noise-source", value="music", asked="Wat hoort u vooral?", words="Muziek of feest"),
        Answer(question="times", value="night", asked=asked, words="'s Nachts"),
        Answer(question="times", value="evening", asked=asked, words="'s Avonds"),
    )
    report = await intake.client.get(answer.headers["location"], headers=bearer("reports:read"))
    assert [one["value"] for one in report.json()["answers"]] == ["music", "night", "evening"]


async def test_a_yes_that_is_a_signal_is_one_on_the_report(intake: Bench) -> None:
    await intake.client.post(URL, json=a_report(("danger", "yes"), ("children", "no"), category="VERWARD"))
    submitted = (await intake.said())[0]
    assert isinstance(submitted, ReportSubmitted)
    assert (submitted.signals.danger, submitted.signals.children) == (True, False)


@pytest.mark.parametrize(
    ("given", "slug", "named"),
    [
        ([("shoe-size", "44")], "unknown-question", "noise-source"),
        ([("danger", "yes")], "unknown-question", "'danger' is not asked"),
        ([("noise-installation", "Een pomp")], "unknown-question", "'noise-source' is 'installation'"),
        ([("noise-source", "trumpets")], "unknown-answer", "music"),
        ([("reported-before", "perhaps")], "unknown-answer", "yes, no"),
        ([("since", "days"), ("since", "years")], "unknown-answer", "more than one"),
        ([("times", "night"), ("times", "night")], "unknown-answer", "more than one"),
    ],
)
async def test_an_unknown_question_or_answer_is_refused_and_named(
    intake: Bench, given: list[tuple[str, str]], slug: str, named: str
) -> None:
    refusal = await intake.client.post(URL, json=a_report(*given))
    assert (refusal.status_code, refusal.json()["type"]) == (400, f"urn:woonoverlast:problem:{slug}")
    assert named in refusal.json()["detail"]
    assert await intake.said() == []


async def test_an_empty_or_very_long_answer_is_named_by_its_place(intake: Bench) -> None:
    for value in (" ", "a" * 501):
        refusal = await intake.client.post(
            URL, json=a_report(("noise-source", "installation"), ("noise-installation", value))
        )
        assert [error["pointer"] for error in refusal.json()["errors"]] == ["/answers/1/value"]


def test_only_answers_to_what_is_asked_count() -> None:
    questions = categories.load().kinds["geluid"].questions
    given = [
        Given("noise-installation", "Een pomp"),
        Given("noise-source", "music"),
        Given("noise-source", "diy"),
        Given("danger", "yes"),
        Given("times", "noon"),
        Given("times", "night"),
    ]
    assert that_count(questions, given) == [Given("noise-source", "music"), Given("times", "night")]


def test_a_choice_may_say_which_category_it_is() -> None:
    questions = categories.load().kinds["ruzie"].questions
    assert category_of(questions, [Given("quarrel-nature", "threat")]) == "INTIM"
    assert category_of(questions, [Given("since", "days")]) is None


def test_nobody_is_advised_to_talk_to_whom_they_may_have_to_fear() -> None:
    listed = categories.load().categories
    afraid = ["INTIM", "DISCR", "DRUGS", "HENNEP", "WAPEN", "VANDAL", "VERWARD", "VERSL"]
    assert [code for code in afraid if {"talk", "mediation"} & set(listed[code].coaching)] == []
    assert all(advice(category.coaching, danger=True) == ("safety",) for category in listed.values())
    assert advice(listed["GEL-LEEF"].coaching, danger=False) == ("talk", "mediation")


def test_every_kind_has_questions_and_everything_is_said_in_two_languages() -> None:
    loaded = categories.load()
    assert all(kind.questions for kind in loaded.kinds.values())
    said = [question.words for kind in loaded.kinds.values() for question in kind.questions]
    assert [words for words in said if words.nl == words.en] == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda c, _: c["categories"]["GEL-LEEF"].update(kind="rust"), "categories of no kind"),
        (lambda c, _: c["categories"]["GEL-LEEF"].update(coaching=["shout"]), "coaching of GEL-LEEF"),
        (lambda c, _: c["coaching"].pop("safety"), "safety"),
        (lambda _, q: q["questions"][0]["choices"][0].update(category="HENNEP"), "in geluid"),
        (
            lambda _, q: q["questions"][1].update(when={"question": "since", "is": ["days"]}),
            "noise-installation",
        ),
        (
            lambda _, q: q["questions"][1]["when"].update({"is": ["trumpets"]}),
            "condition of noise-installation",
        ),
        (lambda _, q: q["questions"].append(q["questions"][0]), "twice"),
        (lambda _, q: q["questions"][1].update(signal="danger"), "signal of noise-installation"),
        (lambda _, q: q["questions"][0].pop("choices"), "choices of noise-source"),
        (lambda _, q: q["questions"][5].update(of=["rust"]), "a question of no kind"),
    ],
)
def test_lists_that_do_not_fit_together_are_refused(change: Callable[..., Any], named: str) -> None:
    listed, asked = files()
    change(listed, asked)
    with pytest.raises(BrokenList, match=named):
        categories.read(listed, asked)


def test_a_question_without_english_words_is_refused() -> None:
    listed, asked = files()
    del asked["questions"][0]["words"]["en"]
    with pytest.raises(ValidationError, match=r"questions\.0\.words\.en"):
        categories.read(listed, asked)


async def test_a_portal_can_build_its_own_form(intake: Bench) -> None:
    answer = await intake.client.get("/intake/v1/categories")
    kinds = {kind["code"]: kind for kind in answer.json()["kinds"]}
    noise = kinds["geluid"]
    assert (noise["name"], noise["category"]) == ("Geluid", "GEL-ERNST")
    assert {"code": "GEL-LEEF", "name": "Geluid, leefgeluiden"} in noise["categories"]
    source, installation = noise["questions"][:2]
    assert source["choices"][4]["category"] == "GEL-INST"
    assert installation["when"] == {"question": "noise-source", "values": ["installation"]}
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        ("", "", "nl"),
        ("", "en-GB,en;q=0.9,nl;q=0.8", "en"),
        ("", "fr, nl;q=0.2, en;q=0.1", "nl"),
        ("", "en;q=0, de", "nl"),
        ("", "en;q=x", "nl"),
        ("?lang=en", "nl", "en"),
    ],
)
async def test_the_list_is_in_the_language_asked_for(
    intake: Bench, query: str, accept: str, language: str
) -> None:
    answer = await intake.client.get(f"/intake/v1/categories{query}", headers={"Accept-Language": accept})
    assert answer.headers["content-language"] == answer.json()["language"] == language


async def test_a_language_that_is_not_there_is_refused(intake: Bench) -> None:
    answer = await intake.client.get("/intake/v1/categories?lang=fr")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/lang"

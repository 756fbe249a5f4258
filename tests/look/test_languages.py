"""Whatever a citizen reads is there in every language."""

import pytest

from look import languages, sentences


@pytest.mark.parametrize("package", ["look", "intake"])
def test_every_sentence_is_translated_and_no_translation_is_stale(package: str) -> None:
    assert sentences.differing(package, "en") == (set(), set())


def test_sentences_are_found_in_templates_and_in_code_and_not_on_staff_screens() -> None:
    said = {message.id for message in sentences.said("intake")}
    assert {"Vorige stap", "Kies hoe u woont.", "Buurt: %(area)s"} <= said
    assert "Melding aannemen" not in said


def test_a_service_says_what_the_look_says_and_what_nobody_translated_stays_dutch() -> None:
    said = languages.said_in("intake", "en")
    assert said("Waar is de overlast?") == "Where is the nuisance?"
    assert said("Wijzig") == "Change"
    assert said("Stroopwafel") == "Stroopwafel"
    assert languages.said_in("intake", "nl")("Wijzig") == "Wijzig"


@pytest.mark.parametrize(
    ("path", "language", "root"), [("/en/melden", "en", "/en"), ("/melden", "nl", ""), ("/english", "nl", "")]
)
def test_the_language_is_in_the_path(path: str, language: str, root: str) -> None:
    assert languages.of_path(path) == language
    assert languages.root(language) == root

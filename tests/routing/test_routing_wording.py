"""What was kept as codes reads as words, and so do the rules of the policy."""

import pytest

from routing.adapters import policy_file, register_file
from routing.adapters.names import names_for_people
from routing.domain.comparing import compare
from routing.domain.wording import in_lines, seen_in_words, title

NAMES = names_for_people(register_file.load())
RULES = {rule.name: rule for rule in policy_file.load().rules}


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("soort: GEL-LEEF", "soort: Geluid, leefgeluiden"),
        ("soort: NIEUW", "soort: NIEUW"),
        ("gevaar: nee", "geen gevaar gemeld"),
        ("bevinding van mediation: refused", "bevinding van Buurtbemiddeling: hulp geweigerd"),
        ("woonvorm van de melder: corporation-tenant", "woonvorm van de melder: huurt van een corporatie"),
        ("3 melders op dit adres in 90 dagen", "3 melders op dit adres in 90 dagen"),
    ],
)
def test_what_was_seen_reads_without_codes(kept: str, words: str) -> None:
    names = {"mediation": "Buurtbemiddeling", "GEL-LEEF": "Geluid, leefgeluiden"}
    assert seen_in_words(kept, names) == words


def test_every_rule_of_the_policy_has_a_title_in_words() -> None:
    titles = {name: title(rule, NAMES) for name, rule in RULES.items()}
    assert [name for name, words in titles.items() if words == name] == []
    assert titles["GEL-LEEF"] == "Geluid, leefgeluiden"
    assert titles["overtreding-bij-bemiddeling"] == "Overtreding bij bemiddeling"


def test_no_rule_of_the_policy_reads_in_codes() -> None:
    said = " ".join(words for rule in RULES.values() for line in in_lines(rule, NAMES) for words in line)
    codes = {rule.category for rule in RULES.values() if rule.category} | {"violation-found", "refused"}
    assert [code for code in codes if code in said] == []
    assert (
        "soort: ‘Discriminatoire overlast’, ‘Intimidatie, bedreiging, pesten’ of ‘Verslavingsproblematiek’"
        in said
    )


def test_a_change_has_the_words_and_the_name_in_the_text() -> None:
    old = policy_file.load()
    new = policy_file.load(
        policy_file.shipped().replace("eerst samen praten.", "eerst samen praten, met hulp.")
    )
    [change] = compare(old, new, NAMES)
    assert (change.rule, change.title) == ("GEL-LEEF", "Geluid, leefgeluiden")

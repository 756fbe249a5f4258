"""Every letter can be written, in plain words and for no machine to answer."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.monitoring import Promise
from contracts.routing import DeclineReason
from notifications.adapters.letters import LANGUAGES, Letters
from notifications.domain.letters import Addressee, Letter, Notification

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LETTERS = Letters("https://hub.example/", "meldpunt@woonoverlast.example")
OPERATIONS = Addressee("toezicht@woonoverlast.example")
FACTS = {
    Letter.DECLINED: {
        "partner_name": "Politie Voorbeeld",
        "reason": "no-capacity",
        "declined_at": "2026-11-22T09:30:00Z",
    },
    Letter.UNDELIVERABLE: {
        "partner_name": "Politie Voorbeeld",
        "reason": "no queue of that name",
        "found_at": "2026-11-22T09:30:00Z",
    },
    Letter.QUERIED: {
        "partner_name": "Politie Voorbeeld",
        "assignment_id": str(UUID(int=4)),
        "queried_at": "2026-11-22T09:30:00Z",
    },
    Letter.MISSED: {
        "holder_name": "Politie Voorbeeld",
        "promise": "first-answer",
        "due_at": "2026-11-22T09:30:00Z",
        "deadline_id": str(UUID(int=5)),
    },
}
RAISED = (Letter.RAISED_PARTNER, Letter.RAISED_DIRECTOR, Letter.RAISED_COORDINATOR)
FACTS |= {letter: FACTS[Letter.MISSED] | {"case_id": str(UUID(int=6))} for letter in RAISED}
OUR_OWN = [letter for letter in FACTS if letter is not Letter.RAISED_PARTNER]
TO_REPORTERS = [letter for letter in Letter if letter.kind != "alert"]


def a_notification(letter: Letter, **facts: str) -> Notification:
    known = FACTS.get(letter, {}) | facts
    return Notification(UUID(int=1), UUID(int=2), letter, UUID(int=3), known, NOW, NOW)


@pytest.mark.parametrize("letter", TO_REPORTERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reporter_reads_the_reference_what_is_next_and_where_to_turn(letter: Letter, language: str) -> None:
    mail = LETTERS.write([a_notification(letter)], Addressee("a@example.nl", language, "WO-7K3M-92QD"), NOW)
    text = mail.get_content()
    assert "WO-7K3M-92QD" in mail["Subject"]
    for part in ("WO-7K3M-92QD", "https://hub.example/melden", "14070", "112", "?\n-"):
        assert part in text
    assert ("Goedendag" in text, "Hello" in text) == (language == "nl", language == "en")
    assert mail["Content-Language"] == language


def test_a_language_without_texts_gets_the_dutch_one() -> None:
    mail = LETTERS.write([a_notification(Letter.CONFIRMATION)], Addressee("a@example.nl", "pl", "WO-1"), NOW)
    assert "Goedendag" in mail.get_content()


@pytest.mark.parametrize("letter", OUR_OWN)
def test_operations_reads_who_when_and_which_report(letter: Letter) -> None:
    mail = LETTERS.write([a_notification(letter)], OPERATIONS, NOW)
    assert "Politie Voorbeeld" in mail["Subject"]
    for part in ("Politie Voorbeeld", "22 nov", "10.30", str(UUID(int=2)), "https://hub.example/"):
        assert part in mail.get_content()


@pytest.mark.parametrize("letter", [Letter.RAISED_DIRECTOR, Letter.RAISED_COORDINATOR])
def test_who_is_called_about_a_silence_goes_straight_to_the_term_and_the_case(letter: Letter) -> None:
    text = LETTERS.write([a_notification(letter)], OPERATIONS, NOW).get_content()
    assert f"https://hub.example/toezicht/termijn/{UUID(int=5)}" in text
    assert f"https://hub.example/zaken/{UUID(int=6)}" in text


def test_a_partner_reads_what_is_waited_for_by_its_mark_and_nothing_of_the_report() -> None:
    letter = a_notification(Letter.RAISED_PARTNER, assignment_id=str(UUID(int=4)))
    mail = LETTERS.write([letter], Addressee("wijkdesk@politie.example"), NOW)
    text = mail.get_content()
    assert mail["Subject"] == "Wij wachten op uw antwoord (Politie Voorbeeld)"
    assert "het eerste antwoord van Politie Voorbeeld" in text
    assert f"Kenmerk van de vraag: {UUID(int=4)}" in text
    assert "hub.example" not in text
    assert str(UUID(int=2)) not in text


def test_what_is_meant_for_a_partner_without_an_address_says_so() -> None:
    to_operations = Addressee("toezicht@woonoverlast.example", instead_of="Politie Voorbeeld")
    text = LETTERS.write([a_notification(Letter.RAISED_PARTNER)], to_operations, NOW).get_content()
    assert text.startswith("Let op: deze mail is voor Politie Voorbeeld.")


def test_several_letters_to_one_mailbox_are_one_table() -> None:
    together = [
        replace(a_notification(letter, assignment_id=str(UUID(int=4))), bundle_id=UUID(int=9))
        for letter in (Letter.MISSED, Letter.DECLINED, Letter.MISSED)
    ]
    mail = LETTERS.write(together, OPERATIONS, NOW)
    assert mail["Subject"] == "Woonoverlast: 3 punten vragen aandacht"
    assert mail["Message-ID"] == f"<{UUID(int=9)}@woonoverlast.example>"
    text = mail.get_content()
    assert text.count(f"https://hub.example/toezicht/termijn/{UUID(int=5)}") == 2
    assert text.count(f"https://hub.example/uitzettingen/{UUID(int=4)}") == 1
    assert "De termijn is voorbij (2)" in text
    assert "Politie Voorbeeld         het eerste antwoord             zo 22 nov 10.30\n" in text


def test_who_reads_that_a_partner_wants_to_know_more_goes_straight_to_its_question() -> None:
    mail = LETTERS.write([a_notification(Letter.QUERIED)], OPERATIONS, NOW)
    assert f"https://hub.example/uitzettingen/{UUID(int=4)}" in mail.get_content()


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_reason_to_decline_has_dutch_words(reason: DeclineReason) -> None:
    mail = LETTERS.write([a_notification(Letter.DECLINED, reason=reason)], OPERATIONS, NOW)
    assert f"Reden: {reason}" not in mail.get_content()


@pytest.mark.parametrize("promise", Promise)
def test_every_promise_has_dutch_words(promise: Promise) -> None:
    text = LETTERS.write([a_notification(Letter.MISSED, promise=promise)], OPERATIONS, NOW).get_content()
    assert "De termijn voor " in text
    assert f"De termijn voor {promise}" not in text


def test_a_mail_says_that_a_machine_made_it_and_keeps_its_id() -> None:
    first, again = (LETTERS.write([a_notification(Letter.MISSED)], OPERATIONS, NOW) for _ in range(2))
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == again["Message-ID"] == f"<{UUID(int=1)}@woonoverlast.example>"
    assert first["From"] == "Meldpunt Woonoverlast <meldpunt@woonoverlast.example>"


def test_a_letter_without_its_facts_is_not_written() -> None:
    bare = Notification(UUID(int=1), UUID(int=2), Letter.MISSED, UUID(int=3), {}, NOW, NOW)
    with pytest.raises(Exception, match="holder_name"):
        LETTERS.write([bare], OPERATIONS, NOW)

"""What leaves holds nothing beside the covenant, whatever is in the report."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from asking_partners import REGISTER, a_report, an_assignment, data_of
from hypothesis import given
from hypothesis import strategies as st
from recognisable_reports import CASES, FEW, reports

from contracts.envelope import Message
from contracts.intake import ReportSubmitted
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import project
from routing.domain.assignments import State
from routing.domain.partners import Covenant, Partner

Json = dict[str, Any]
FIELDS = ("category", "address", "story", "signals", "reporter")


def recognised(report: ReportSubmitted, field: str) -> set[str]:
    """By what a field of a report would be known again, word for word, wherever it turned up."""
    return {
        word
        for text in texts(report.model_dump(mode="json", by_alias=False)[field])
        for word in text.replace("@", " ").replace(".", " ").replace("-", " ").replace(",", " ").split()
        if word.startswith(("qx", "+31", "QX"))
    }


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def what_leaves(partner: Partner, covenant: Covenant, report: ReportSubmitted) -> list[Json]:
    """All that goes to a partner about a report, as it stands on the wire."""
    assert partner.adapter
    language = LANGUAGES[partner.adapter]
    asked = an_assignment(partner.id, covenant.track, reason="asked-elsewhere")
    taken = replace(asked, state=State.WITHDRAWN)
    clear = language.clarification(asked, "Het is de bovenste verdieping.")
    said: list[Message] = [
        language.question(asked, project(report, covenant), partner),
        language.withdrawal(taken),
    ]
    return [data_of(message) for message in (*said, *([clear] if clear else []))]


OUTSIDE = ("reference", "category_name", "language", "answers", "area")


@pytest.mark.parametrize(("partner", "covenant"), CASES)
@FEW
@given(report=reports())
def test_no_value_outside_the_covenant_occurs_in_what_leaves(
    partner: Partner, covenant: Covenant, report: ReportSubmitted
) -> None:
    hidden = {
        word
        for field in (*OUTSIDE, *(field for field in FIELDS if field not in covenant.fields))
        if field != "category"
        for word in recognised(report, field)
    }
    assert recognised(report, "area")
    assert recognised(report, "address")
    assert recognised(report, "reporter")
    for message in what_leaves(partner, covenant, report):
        text = json.dumps(message)
        assert [word for word in hidden if word in text] == []


@pytest.mark.parametrize(("partner", "covenant"), CASES)
@FEW
@given(report=reports(), other=reports())
def test_what_leaves_is_the_same_whatever_the_rest_of_the_report_is(
    partner: Partner, covenant: Covenant, report: ReportSubmitted, other: ReportSubmitted
) -> None:
    """Stronger than looking for values: two reports that differ only outside the covenant cannot be told apart."""
    alike = other.model_copy(update={field: getattr(report, field) for field in covenant.fields})
    assert what_leaves(partner, covenant, alike) == what_leaves(partner, covenant, report)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@FEW
@given(report=reports(), other=reports(), fields=st.sets(st.sampled_from(FIELDS)))
def test_a_language_tells_no_more_than_any_covenant_gives(
    language: str, report: ReportSubmitted, other: ReportSubmitted, fields: set[str]
) -> None:
    """Also for covenants that no partner has today; a language that cannot do without a field says so."""
    zgw = REGISTER["enforcement"].zgw if language == "enforcement" else None
    speaker = Partner("somebody", "Iemand", "somebody", adapter=language, zgw=zgw)
    covenant = Covenant("enforcement", frozenset(fields), "grond")
    alike = other.model_copy(update={field: getattr(report, field) for field in fields})
    try:
        said = what_leaves(speaker, covenant, report)
    except ValueError:
        assert not {"address", "category"} <= fields
        return
    assert said == what_leaves(speaker, covenant, alike)
    if "reporter" not in fields:
        text = json.dumps(said)
        assert [word for word in recognised(report, "reporter") if word in text] == []


@pytest.mark.parametrize(("partner", "covenant"), CASES)
@FEW
@given(report=reports())
def test_a_withdrawal_holds_our_id_and_codes_and_nothing_of_the_report(
    partner: Partner, covenant: Covenant, report: ReportSubmitted
) -> None:
    _, withdrawal, *_ = what_leaves(partner, covenant, report)
    text = json.dumps(withdrawal)
    assert "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa" in text
    assert report.address.postcode not in text
    assert not {"category", "soort"} & {key for key in withdrawal if key != "zaakstatussen"}


def test_the_reporter_is_in_no_covenant_and_care_least_of_all() -> None:
    assert [p.id for p in REGISTER.values() for c in p.covenants if "reporter" in c.fields] == []


def test_who_has_a_ground_for_it_gets_the_reporter_in_the_language_for_anybody() -> None:
    """So that the tests above cannot pass because no language knows the field."""
    covenant = Covenant("enforcement", frozenset({"reporter"}), "grond")
    made = LANGUAGES["cloudevents"].question(
        an_assignment("safety"), project(a_report(), covenant), REGISTER["safety"]
    )
    assert data_of(made)["reporter"]["name"] == "Noor Voorbeeld"

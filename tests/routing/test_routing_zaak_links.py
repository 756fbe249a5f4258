"""A municipal zaak is linked with ours while there is one."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID

import pytest
from asking_partners import ENVELOPE, an_assignment, questions, sent_to_partners
from partner_languages import KENMERK

from chassis.testing import Bench
from contracts.partners import EnforcementLink, EnforcementUpdate
from routing.adapters import enforcement
from routing.domain.assignments import State


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


async def test_a_zaak_that_was_registered_is_linked_and_one_that_was_dropped_is_not_any_more(
    routing: Bench,
) -> None:
    question = (await questions(routing, "enforcement"))["enforcement"]
    zaak = "https://zaken.woonoverlast.example/api/v1/zaken/6f1d2c3b-4a59-4e68-9d7c-8b9a0f1e2d3c"
    update = EnforcementUpdate(kenmerk=UUID(question.subject), status="geregistreerd", zaak=zaak)
    dropped = update.model_copy(update={"status": "niet_in_behandeling", "reden": "niet_bevoegd"})
    await routing.hears(
        update, update.model_copy(update={"status": "in_behandeling"}), dropped, partner="enforcement"
    )
    links = [one for one in await sent_to_partners(routing) if isinstance(one.message, EnforcementLink)]
    assert [(one.partner, one.message.event.type) for one in links if isinstance(one.message, EnforcementLink)] == [
        ("enforcement", "nl.overheid.zaken.zaak-gekoppeld"),
        ("enforcement", "nl.overheid.zaken.zaak-ontkoppeld"),
    ]  # fmt: skip
    made = links[0].message
    assert isinstance(made, EnforcementLink)
    assert made.event.subject == "6f1d2c3b-4a59-4e68-9d7c-8b9a0f1e2d3c"
    assert made.event.data.zaak == zaak


def test_a_zaak_by_its_urn_has_the_same_subject() -> None:
    event = enforcement.link_event(f"urn:uuid:{KENMERK}", an_assignment(), "gekoppeld", ENVELOPE)
    assert event.subject == KENMERK


def test_who_names_no_zaak_is_linked_with_none() -> None:
    update = EnforcementUpdate(kenmerk=UUID(KENMERK), status="geregistreerd")
    assert (
        enforcement.link(update, replace(an_assignment("enforcement"), state=State.ACCEPTED), ENVELOPE)
        is None
    )

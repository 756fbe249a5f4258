"""Every message meets its own schema, and its public standard where there is one."""

from dataclasses import replace
from typing import Any

import pytest
from asking_partners import ENVELOPE, a_report, an_assignment
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError
from partner_standards import conforms, is_rsin, standard
from recognisable_reports import CASES, FEW, reports

from contracts.intake import ReportSubmitted
from contracts.partners import CareStatus, CareTask, EnforcementLink, TenancyCase
from routing.adapters import enforcement, ggz
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import project
from routing.domain.assignments import State
from routing.domain.partners import Covenant, Partner


@pytest.mark.parametrize(("partner", "covenant"), CASES)
@FEW
@given(report=reports(), bare=st.booleans())
def test_every_message_meets_its_schema_and_its_standard(
    partner: Partner,
    covenant: Covenant,
    report: ReportSubmitted,
    bare: bool,  # noqa: FBT001
) -> None:
    """Also about an address of which no more is known than what somebody gave."""
    if bare:
        known = {"addition": None, "street": None, "city": None, "id": None, "object_id": None}
        report = report.model_copy(update={"address": report.address.model_copy(update=known)})
    assert partner.adapter
    language = LANGUAGES[partner.adapter]
    asked = an_assignment(partner.id, covenant.track)
    conforms(language.question(asked, project(report, covenant), partner))
    conforms(language.withdrawal(replace(asked, state=State.WITHDRAWN, reason="not-needed")))
    if clear := language.clarification(asked, "De bovenste verdieping."):
        conforms(clear)


@pytest.mark.parametrize("change", ["gekoppeld", "ontkoppeld"])
def test_a_link_event_is_one_that_open_zaak_takes(change: Any) -> None:
    asked = an_assignment("enforcement")
    zaak = "urn:uuid:6f1d2c3b-4a59-4e68-9d7c-8b9a0f1e2d3c"
    event = enforcement.link_event(zaak, asked, change, ENVELOPE)
    conforms(EnforcementLink(kenmerk=asked.assignment_id, event=event))


def test_a_corporation_is_told_who_coordinates_who_handles_and_who_reported_where_it_may_know() -> None:
    """VERA's ZAAKROL. The name of a reporter goes with a covenant that names it, and never against their wish."""
    asked = an_assignment("corporation")
    housing = Partner("corporation", "Woningcorporatie", "corporation", oin="00000099000000004000")
    knows = Covenant("care", frozenset({"category", "address", "reporter"}), "Convenant woonoverlast")

    def roles(report: ReportSubmitted, covenant: Covenant = knows) -> list[tuple[str, str | None]]:
        said = LANGUAGES["corporation"].question(asked, project(report, covenant), housing)
        assert isinstance(said, TenancyCase)
        conforms(said)
        return [(role.soort.code, role.relatie.naam or role.relatie.aanschrijfnaam) for role in said.rollen]

    ours = [("ZAA", "Meld- en Steunpunt Woonoverlast"), ("BEH", "Woningcorporatie")]
    named = a_report(reporter={"name": "A. Voorbeeld", "anonymous": False})
    assert roles(named) == [*ours, ("MEL", "A. Voorbeeld")]
    assert roles(named, replace(knows, fields=frozenset({"category", "address"}))) == ours
    assert roles(a_report(reporter={"name": "A. Voorbeeld", "anonymous": True})) == ours


def test_what_a_standard_refuses_is_refused_here() -> None:
    """So that the schemas can fail: each is broken once."""
    for name, wrong in (
        ("vera-zaak", {"idExtern": "1", "rollen": [{"soort": {"code": "ZAA"}, "relatie": "Meldpunt"}]}),
        ("vera-zaak", {"idExtern": "1", "registratiedatum": "2026-03-09T19:42:00+01:00"}),
        ("zgw-zaak", {"bronorganisatie": "123456782", "zaaktype": "https://a.example/b"}),
        ("zgw-zaakobject", {"objectType": "adres", "objectIdentificatie": {"huisnummer": 1}}),
        (
            "open-zaak-link",
            {"zaak": "12", "linkTo": "https://a.example", "linkObjectType": "x", "label": "x"},
        ),
    ):
        with pytest.raises(ValidationError):
            standard(name).validate(wrong)
    with pytest.raises(ValueError, match="nonsense"):
        ServiceRequest.model_validate({"resourceType": "ServiceRequest", "nonsense": 1})
    assert not is_rsin("123456789")


# hl7.org/fhir/R4/valueset-task-status: the package names a few of them alone.
TASK_STATUSES = {
    "draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold",
    "failed", "completed", "entered-in-error",
}  # fmt: skip


@pytest.mark.parametrize("status", list(CareStatus))
def test_a_task_as_fhir_has_it_is_read_and_its_content_left(status: CareStatus) -> None:
    """With all that a care system may put in one: what is not a status does not come in."""
    task = Task.model_validate(
        {
            "resourceType": "Task",
            "id": "taak-1",
            "status": status.value,
            "intent": "order",
            "basedOn": [
                {
                    "identifier": {
                        "system": "urn:nl:woonoverlast:uitzetting",
                        "value": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
                    }
                }
            ],
            "description": "Mevrouw is gezien.",
            "note": [{"text": "Zij slaapt slecht."}],
            "statusReason": {"text": "Wil geen hulp."},
            "lastModified": "2026-03-10T10:00:00+01:00",
        }
    )
    assert task.status in TASK_STATUSES
    read = ggz.answer(CareTask.model_validate_json(task.model_dump_json()))
    assert read.note is None
    assert "Mevrouw" not in repr(read)
    assert "hulp" not in repr(read)

"""What leaves holds nothing beside the covenant, whatever is in the report; and every report reaches whom the policy names."""

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from asking_partners import (
    CONTRACTS,
    ENVELOPE,
    NOW,
    REGISTER,
    a_report,
    an_assignment,
    data_of,
    sent_to_partners,
)
from fhir.resources.R4B.servicerequest import ServiceRequest
from fhir.resources.R4B.task import Task
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from sqlalchemy import select

from chassis.testing import Bench
from contracts.catalogue import entry_of
from contracts.envelope import Message
from contracts.intake import Address, Answer, Area, Reporter, ReportSubmitted, Signals, Tenure
from contracts.partners import CareStatus, CareTask, EnforcementCase, EnforcementLink
from contracts.routing import AssignmentOffered, AssignmentUndeliverable
from routing.adapters import enforcement, ggz, policy_file, report_facts
from routing.adapters.languages import LANGUAGES
from routing.adapters.view import project
from routing.domain.assignments import State
from routing.domain.facts import Sighting
from routing.domain.partners import Covenant, Partner, choose, hindrance
from routing.domain.policy import assess
from routing.tables import deliveries

Json = dict[str, Any]
STANDARDS = Path(__file__).parent / "standards"
POLICY = policy_file.load()
CATEGORIES = sorted({rule.category for rule in POLICY.rules if rule.category})
# Every case is tried with so many reports: there are many cases.
FEW = settings(max_examples=25)
FIELDS = ("category", "address", "story", "signals", "reporter")
CASES = [
    pytest.param(partner, covenant, id=f"{partner.id}-{covenant.track}-{number}")
    for partner in REGISTER.values()
    if partner.adapter  # what a link shows is tried with its page
    for number, covenant in enumerate(partner.covenants)
]

# --- Reports in which every field can be recognised


@st.composite
def tokens(draw: st.DrawFn) -> str:
    """A word that stands nowhere else: nothing of ours begins with qx."""
    return "qx" + draw(st.text("abcdefghijklmnopqrstuvwyz", min_size=8, max_size=14))


@st.composite
def reports(draw: st.DrawFn) -> ReportSubmitted:
    one = draw(st.lists(tokens(), min_size=20, max_size=20, unique=True))
    phone = draw(st.integers(610000000, 699999999))
    return a_report(
        category=draw(st.sampled_from(CATEGORIES)),
        reference=f"WO-{one[0]}",
        category_name=one[1],
        story=f"{one[2]} en toen {one[3]}, telkens {one[4]}.",
        signals=draw(
            st.fixed_dictionaries(dict.fromkeys(Signals.model_fields, st.booleans()))
        ),
        language=one[5],
        answers=(Answer(question=one[6], value=one[7], asked=one[8], words=one[9]),),
    ).model_copy(
        update={
            "address": Address(
                key=one[10],
                postcode=f"{draw(st.integers(2000, 2999))} QX",
                house_number=draw(st.integers(1, 99999)),
                addition=one[11],
                street=one[12],
                city=one[13],
                id=one[14],
                object_id=one[15],
            ),
            "area": Area(code=one[16], name=one[17], year=2026),
            "reporter": Reporter(
                name=f"{one[18]} van {one[19]}",
                phone=f"+31{phone}",
                email=f"{one[18]}@{one[19]}.example",
                tenure=draw(st.sampled_from(Tenure)),
            ),
        }
    )  # fmt: skip


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


# --- The public standards


@cache
def standard(name: str) -> Draft202012Validator:
    folder = STANDARDS if (STANDARDS / f"{name}.json").exists() else CONTRACTS / "schemas"
    schema = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def conforms(message: Message) -> None:
    """To the schema that partners are given, and to the public standard where there is one. ValidationError, ValueError."""
    data = data_of(message)
    name = entry_of(type(message)).name
    standard(name).validate(data)
    if name.startswith("care-requests."):
        request = ServiceRequest.model_validate(data)
        assert request.status in codes(ServiceRequest, "status")
        assert not list(empty(data)), "FHIR has no empty lists"
    elif name.startswith("tenancy-cases."):
        standard("vera-zaak").validate(data)
    elif isinstance(message, EnforcementCase):
        standard("zgw-zaak").validate(data["zaak"])
        standard("zgw-zaakobject").validate(data["zaakobject"])
        assert is_rsin(data["zaak"]["bronorganisatie"])
    elif isinstance(message, EnforcementLink):
        standard("cloudevent").validate(data["event"])
        standard("open-zaak-link").validate(data["event"]["data"])


def codes(resource: type[Any], field: str) -> list[str]:
    extra = resource.model_fields[field].json_schema_extra
    known: list[str] = extra["enum_values"]
    return known


def empty(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        if not value:
            yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from empty(part)


def is_rsin(number: str) -> bool:
    """The eleven-proof, as for a BSN."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(sign) * weight for sign, weight in zip(number, weights, strict=True)) % 11 == 0


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


# --- Every category reaches whom the policy says


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]]) -> Bench:
    return await on_bench("routing")


def every_kind() -> list[ReportSubmitted]:
    """Each category, by each way to live, in danger and not, with children and not; each at an address of its own."""
    kinds = product(
        CATEGORIES, (Tenure.CORPORATION_TENANT, Tenure.OWNER), ((False, False), (True, False), (True, True))
    )
    return [
        a_report(
            category=category,
            reporter={"tenure": tenure},
            signals={"danger": danger, "children": children},
            address={"key": f"2599zx-{number}", "house_number": number},
        )
        for number, (category, tenure, (danger, children)) in enumerate(kinds, start=1)
    ]


async def test_every_category_reaches_exactly_whom_the_policy_says(routing: Bench) -> None:
    routing.at(NOW)
    told = every_kind()
    await routing.hears(*told)
    assert await routing.aside() == []
    said = await routing.said()
    offered, stuck, asked_about = defaultdict(set), defaultdict(set), {}
    for message in said:
        if isinstance(message, AssignmentOffered):
            offered[message.report_id].add((message.partner, message.track))
            asked_about[str(message.assignment_id)] = (message.report_id, message.partner)
        if isinstance(message, AssignmentUndeliverable):
            stuck[message.report_id].add((message.partner, message.track))
    sent = await sent_to_partners(routing)
    mailed = await to_be_mailed(routing)
    subjects = [*(one.event.subject for one in sent), *mailed]
    assert sorted(asked_about[subject] for subject in subjects) == sorted(asked_about.values())
    assert {asked_about[subject][1] for subject in mailed} == {p.id for p in REGISTER.values() if p.mail}
    for report in told:
        reached, left = expected(report)
        assert (offered[report.report_id], stuck[report.report_id]) == (reached, left), report.category
    for one in sent:
        assert asked_about[one.event.subject][1] == one.partner
        conforms(one.message)
    assert {one.partner for one in sent} == {p.id for p in REGISTER.values() if p.adapter}


async def to_be_mailed(routing: Bench) -> list[str]:
    """The assignments of which a person at a partner gets mail."""
    async with routing.transaction() as tx:
        rows = await tx.execute(select(deliveries.c.assignment_id).where(deliveries.c.channel == "mail"))
        return [str(assignment_id) for assignment_id in rows.scalars()]


def expected(report: ReportSubmitted) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """By policy and register: whom the hub asks, and whom a person must."""
    seen = (Sighting("somebody", report.category, report.received_at),)
    facts = report_facts.facts_of(report, seen, owner=None)
    reached: set[tuple[str, str]] = set()
    left: set[tuple[str, str]] = set()
    for request in assess(facts, POLICY).requests:
        partner = choose(request.part, facts.area, None, REGISTER.values())
        assert partner
        cannot = hindrance(partner, request.track, NOW.date())
        (left if cannot else reached).add((partner.id, request.track))
    return reached, left

"""The register is a file that an operator keeps: its faults are named, and its covenants bind to the day."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from chassis.calendar import HERE
from chassis.identity import new_id
from chassis.testing import Bench
from contracts.envelope import CloudEvent
from contracts.intake import ReportSubmitted, ReportTold
from contracts.partners import PoliceQuestion
from contracts.routing import AssignmentOffered, AssignmentUndeliverable, PartnersListed
from routing.adapters import covenant_ends, register_file
from routing.adapters.opening import opening_of
from routing.adapters.register_file import RegisterIsWrong
from routing.domain.assignments import Assignment, State
from routing.domain.partners import Covenant, Partner, ending
from routing.domain.policy import Request
from routing.store import assignments

EXAMPLE = Path(__file__).parents[2] / "contracts/examples/reports.submitted.v1.json"
OIN = "00000001003214345000"

DESK = '[partners.desk]\nname = "Meldpunt"\n'
POLICE = f"""\
{DESK}
[partners.police]
name = "Politie"
adapter = "police"
oin = "{OIN}"

[[partners.police.hours]]
days = ["monday", "friday"]
since = 9
until = 17

[[partners.police.contacts]]
role = "meldkamer"
phone = "070 000 00 00"

[partners.police.terms.enforcement]
term = 8
unit = "hours"

[[partners.police.covenants]]
track = "enforcement"
fields = ["category", "address"]
purpose = "Beoordelen of de politie optreedt"
ground = "Convenant woonoverlast"
since = 2026-01-01
until = 2026-06-30
"""
SHUT = POLICE.replace('adapter = "police"', 'adapter = "police"\nclosed = [2026-03-10]')
OPEN_LATE = """
[[partners.police.hours]]
days = ["friday", "holiday"]
since = 17
until = 24
"""
ANOTHER = """
[[partners.police.covenants]]
track = "enforcement"
fields = ["category", "address"]
purpose = "Beoordelen of de politie optreedt"
ground = "Convenant woonoverlast"
"""


def a_report(**changes: Any) -> ReportSubmitted:
    report = ReportSubmitted.model_validate(CloudEvent.model_validate_json(EXAMPLE.read_bytes()).data)
    return report.model_copy(update={"category": "VANDAL", "report_id": new_id()} | changes)


def line_with(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if words in line)


def test_the_register_that_comes_with_the_hub_can_be_used() -> None:
    assert "desk" in register_file.load()


def test_a_partner_has_what_stands_in_the_file() -> None:
    police = register_file.load(POLICE)["police"]
    assert (police.oin, police.hours[0].days, police.contacts[0].role) == (OIN, (0, 4), "meldkamer")
    assert police.terms == {"enforcement": (8, "hours")}


ZGW = """rsin = "123456782"
zaaktype = "https://catalogi.stad.example/zaaktypen/1"
communicatiekanaal = "https://kanalen.stad.example/1"
"""


@pytest.mark.parametrize(
    ("before", "after", "blamed", "why"),
    [
        (f'oin = "{OIN}"', 'oin = "123"', "oin =", "should match pattern"),
        ('adapter = "police"', 'adapter = "polise"', "adapter =", "choose one of cloudevents, corporation"),
        ("until = 2026-06-30", "until = 2025-06-30", "[[partners.police.covenants]]", "before it begins"),
        ('purpose = "Beoordelen of de politie optreedt"', 'purpose = "?"', "purpose =", "at least 5"),
        ('fields = ["category", "address"]', 'fields = ["bsn"]', "fields =", "Input should be"),
        ('phone = "070 000 00 00"', 'phone = "bel maar"', "phone =", "should match pattern"),
        ('phone = "070 000 00 00"', "", "[[partners.police.contacts]]", "a phone, a mail address"),
        ("until = 17", "until = 8", "[[partners.police.hours]]", "closes after it opens"),
        ('days = ["monday", "friday"]', 'days = ["someday"]', "days =", "Input should be"),
        (
            'days = ["monday", "friday"]',
            'days = ["holiday"]',
            "[[partners.police.hours]]",
            "less than 4 hours a week",
        ),
        ("until = 17", "until = 10", "[[partners.police.hours]]", "less than 4 hours a week"),
        ('adapter = "police"', 'adapter = "police"\nclosed = ["kerst"]', "closed =", "valid date"),
        ('unit = "hours"', 'unit = "weeks"', "unit =", "Input should be"),
        ('name = "Politie"', 'naam = "Politie"', "naam =", "not permitted"),
        (
            "[partners.police]",
            "[partners.Politie]\nname = 'Po'\n[partners.police]",
            "[partners.Politie]",
            "letters",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(before: str, after: str, blamed: str, why: str) -> None:
    text = POLICE.replace(before, after, 1)
    with pytest.raises(RegisterIsWrong, match=f"line {line_with(text, blamed)}, .*{why}"):
        register_file.load(text)


def test_hours_that_are_there_twice_are_refused_at_the_second_of_them() -> None:
    text = POLICE + '\n[[partners.police.hours]]\ndays = ["friday", "holiday"]\nsince = 16\nuntil = 24\n'
    second = (
        text.splitlines().index(
            "[[partners.police.hours]]", text.splitlines().index("[[partners.police.hours]]") + 1
        )
        + 1
    )
    with pytest.raises(RegisterIsWrong, match=f"line {second}, partners.police.hours.1: some of these hours"):
        register_file.load(text)


def test_opening_hours_are_told_in_one_line() -> None:
    assert opening_of(register_file.load(POLICE)["desk"]) is None
    assert opening_of(register_file.load(SHUT + OPEN_LATE)["police"]) == (
        "Mo 09:00-17:00; Tu,We,Th,Sa,Su off; Fr 09:00-17:00,17:00-24:00; PH 17:00-24:00; 2026 Mar 10 off"
    )
    only_closed = POLICE.replace(DESK, DESK + "closed = [2026-03-10]\n")
    assert opening_of(register_file.load(only_closed)["desk"]) == (
        "Mo,Tu,We,Th,Fr 09:00-17:00; Sa,Su,PH off; 2026 Mar 10 off"
    )


def test_two_partners_with_one_number_are_refused() -> None:
    text = POLICE + f'\n[partners.ggz]\nname = "GGZ"\noin = "{OIN}"\n'
    with pytest.raises(RegisterIsWrong, match=r"partners\.ggz\.oin: police has this OIN as well"):
        register_file.load(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('adapter = "enforcement"\n', "adapter enforcement needs zgw"),
        ('adapter = "social"\n[partners.toezicht.zgw]\n' + ZGW, "only adapter enforcement has a use for zgw"),
        ('adapter = "enforcement"\n[partners.toezicht.zgw]\n' + ZGW.replace("1234", "x"), "should match"),
    ],
)
def test_who_gets_a_zaak_and_nobody_else_says_of_what_kind(text: str, why: str) -> None:
    with pytest.raises(RegisterIsWrong, match=why):
        register_file.load(POLICE + f'\n[partners.toezicht]\nname = "Toezicht"\n{text}')


def test_covenants_of_one_track_that_overlap_are_refused_and_one_that_follows_is_not() -> None:
    with pytest.raises(RegisterIsWrong, match=r"covenants\.1: another covenant for enforcement"):
        register_file.load(POLICE + ANOTHER + "since = 2026-06-30\n")
    follows = register_file.load(POLICE + ANOTHER + "since = 2026-07-01\n")["police"]
    assert follows.ends_on("enforcement", date(2026, 3, 1)) is None


def test_what_is_not_toml_and_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RegisterIsWrong, match=r"not TOML: .*line 1"):
        register_file.load("[partners\n")
    with pytest.raises(RegisterIsWrong, match="cannot be read"):
        register_file.read(tmp_path / "none.toml")
    with pytest.raises(RegisterIsWrong, match="there is no desk"):
        register_file.load('[partners.police]\nname = "Politie"\n')


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 8, 1), True),
    ],
)
def test_a_covenant_is_warned_of_thirty_days_before_its_end_and_after(today: date, warned: bool) -> None:  # noqa: FBT001
    police = register_file.load(POLICE)["police"]
    found = [(p.id, track, until) for p, track, until in ending([police], today, timedelta(days=30))]
    assert found == ([("police", "enforcement", date(2026, 6, 30))] if warned else [])


def test_prometheus_sees_when_a_covenant_ends() -> None:
    covenant_ends.show(register_file.load(POLICE).values(), date(2026, 3, 1))
    ends = REGISTRY.get_sample_value(
        "meldketen_covenant_ends_timestamp_seconds", {"partner": "police", "track": "enforcement"}
    )
    assert ends == datetime(2026, 6, 30, 22, tzinfo=UTC).timestamp()


def test_of_the_policy_and_the_agreement_the_shorter_term_counts() -> None:
    partner = Partner("p", "P", "p", terms={"care": (2, "working-days")})
    assert partner.term(Request("p", "care", "?", (5, "working-days"))) == (2, "working-days")
    assert partner.term(Request("p", "care", "?", (4, "hours"))) == (4, "hours")
    assert partner.term(Request("p", "enforcement", "?", (5, "working-days"))) == (5, "working-days")


def test_covenants_overlap_only_on_one_track_and_on_a_common_day() -> None:
    first = Covenant("care", frozenset(), "g", since=date(2026, 1, 1), until=date(2026, 1, 31))
    assert first.overlaps(replace(first, since=date(2026, 1, 31), until=None))
    assert not first.overlaps(replace(first, since=date(2026, 2, 1), until=None))
    assert not first.overlaps(replace(first, track="enforcement"))


@pytest.fixture
async def routing(on_bench: Callable[..., Awaitable[Bench]], tmp_path: Path) -> Bench:
    """With a register in which the covenant of the police ends on 30 June 2026."""
    file = tmp_path / "register.toml"
    others = register_file.shipped().partition("[partners.police]")
    rest = others[2][others[2].index("[partners.ggz]") :].replace(DESK, "")
    file.write_text(POLICE + rest)
    return await on_bench("routing", register_file=file)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (datetime(2025, 12, 31, 22, 59, tzinfo=UTC), False),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), False),
    ],
)
async def test_a_covenant_counts_from_midnight_to_midnight_by_the_clock_in_the_netherlands(
    routing: Bench,
    now: datetime,
    offered: bool,  # noqa: FBT001
) -> None:
    routing.at(now)
    await routing.hears(a_report(received_at=now))
    said = await routing.said()
    assert any(isinstance(m, PoliceQuestion) for m in said) is offered
    why = [m.why for m in said if isinstance(m, AssignmentUndeliverable) and m.partner == "police"]
    assert len(why) == (0 if offered else 1)
    assert all("convenant" in (words or "").lower() for words in why)


async def test_the_term_that_was_agreed_counts_for_the_question(routing: Bench) -> None:
    now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    routing.at(now)
    await routing.hears(a_report(received_at=now))
    offered = [m for m in await routing.said() if isinstance(m, AssignmentOffered)]
    assert [m.due_at - now for m in offered if m.partner == "police"] == [timedelta(hours=8)]


async def test_who_is_in_the_register_is_said_once_and_a_day_on_which_a_partner_is_shut_does_not_count(
    on_bench: Callable[..., Awaitable[Bench]], tmp_path: Path
) -> None:
    shut = register_file.shipped().replace(
        'adapter = "police"', 'adapter = "police"\nclosed = [2025-12-24, 2026-03-10]', 1
    )
    (tmp_path / "register.toml").write_text(shut)
    routing = await on_bench("routing", register_file=tmp_path / "register.toml")
    now = datetime(2026, 3, 9, 9, tzinfo=UTC)
    routing.at(now)
    assert not await routing.turn("list_partners")
    assert not await routing.turn("list_partners")
    await routing.hears(a_report(received_at=now))
    [listed] = [m for m in await routing.said() if isinstance(m, PartnersListed)]
    told = {one.partner: one.opening for one in listed.partners}
    assert told.keys() == register_file.load().keys()
    assert str(told["police"]).endswith("PH 00:00-24:00; 2026 Mar 10 off")
    [asked] = [m for m in await routing.said() if isinstance(m, AssignmentOffered) and m.partner == "police"]
    assert asked.due_at.astimezone(HERE).date() == date(
        2026, 3, 13
    )  # three working days, without the Tuesday


async def test_a_covenant_that_ended_since_the_decision_holds_the_question_back(routing: Bench) -> None:
    decided = datetime(2026, 6, 30, 20, tzinfo=UTC)
    report = a_report(received_at=decided)
    prepared = Assignment(
        new_id(), report.report_id, "police", "police", "enforcement", lead=True, question="Wat doet u?",
        state=State.PREPARED, offered_at=decided, due_at=decided + timedelta(days=3), changed_at=decided,
    )  # fmt: skip
    async with routing.transaction() as tx:
        assignments.add(tx, [prepared])
    routing.at(decided + timedelta(hours=2))
    await routing.hears(ReportTold.of(report))
    [said] = await routing.said()
    assert isinstance(said, AssignmentUndeliverable)
    assert said.why == "Het convenant met Politie voor het handhavingsspoor gold tot en met 30-06-2026."

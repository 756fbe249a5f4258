"""Working hours of a partner are counted while it is open, by what the register said when its clock began."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from term_versions import OF_A_PARTNER, put_on_terms, version

from chassis.calendar import HERE, DutchCalendar, Term, Unit
from chassis.testing import Bench
from contracts.monitoring import EscalationRaised
from contracts.routing import ListedPartner, PartnersListed
from monitoring.adapters.term_file import load
from monitoring.domain.clocks import Deadline, Promise, Waiting, start
from monitoring.domain.terms import OPENING, Circumstances
from monitoring.handlers.reckoning import clock_by, clock_of, end_on, extended, on_terms, paused, resumed
from monitoring.store import clocks

if TYPE_CHECKING:
    from .conftest import Chain

Bearer = Callable[..., dict[str, str]]
BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC)  # Monday, 13.00 here
MORNINGS = "Mo,We,Fr 09:00-13:00; Tu,Th,Sa,Su,PH off; 2026 Nov 25 off"
ALWAYS = "Mo,Tu,We,Th,Fr,Sa,Su,PH 00:00-24:00"
IN_HOURS = version("2027-02.1", ('within = 5\nunit = "working-days"', 'within = 8\nunit = "working-hours"'))
SHORTER = version("2027-02.2", ('within = 5\nunit = "working-days"', 'within = 4\nunit = "working-hours"'))
CALENDAR = DutchCalendar()
REGISTER = uuid4()


def here(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HERE)


def a_clock(opening: str | None) -> Deadline:
    about = Circumstances(Promise.FIRST_ANSWER, partner="mediation")
    clock = clock_by(
        load(IN_HOURS), about, BEGAN, CALENDAR, opening=opening,
        report_id=uuid4(), holder="mediation", holder_name="Buurtbemiddeling",
    )  # fmt: skip
    return start(clock, 0.75)


def test_a_term_in_working_hours_ends_while_its_holder_is_open() -> None:
    ends = [a_clock(opening).due_at.astimezone(HERE) for opening in (None, MORNINGS, ALWAYS)]
    assert ends == [here(24, 13), here(30, 13), here(23, 21)]  # the 25th it is shut


def test_what_is_left_of_it_and_what_comes_to_it_are_counted_so_too() -> None:
    clock = a_clock(MORNINGS)
    still = paused(clock, Waiting.REPORTER, here(27, 11), CALENDAR)
    assert still.left == 6 * 3600
    assert resumed(still, here(30, 12), CALENDAR).due_at == here(4, 10, 12)
    longer = extended(clock, Term(4, Unit.WORKING_HOURS), "agreed", BEGAN, CALENDAR)
    assert longer.due_at == here(2, 13, 12)


def test_other_terms_are_counted_in_the_hours_that_the_clock_began_with() -> None:
    clock = a_clock(MORNINGS)
    assert end_on(clock, load(SHORTER), CALENDAR) == here(27, 13)
    assert on_terms(clock, load(SHORTER), CALENDAR).facts[OPENING] == MORNINGS


def test_a_term_of_a_case_is_counted_so_too() -> None:
    clock = clock_of(
        Term(4, Unit.WORKING_HOURS), BEGAN, CALENDAR, facts={OPENING: MORNINGS}, report_id=uuid4(),
        promise=Promise.STEP, holder="mediation", holder_name="Buurtbemiddeling",
    )  # fmt: skip
    assert clock.due_at == here(27, 13)


def listed(**openings: str | None) -> PartnersListed:
    partners = tuple(
        ListedPartner(partner=name, partner_name=name.capitalize(), opening=opening)
        for name, opening in openings.items()
    )
    return PartnersListed(register_id=REGISTER, partners=partners, listed_at=BEGAN)


async def clock_for(bench: Bench, chain: "Chain", promise: Promise = Promise.FIRST_ANSWER) -> Deadline:
    async with bench.transaction() as tx:
        [found] = [one for one in await clocks.list_about(tx, chain.report_id) if one.promise is promise]
        return found


async def test_the_register_says_when_a_partner_is_open_and_what_runs_keeps_that(
    monitoring: Bench, chain: "Chain", bearer: Bearer
) -> None:
    long = 24 * 30
    await put_on_terms(monitoring, IN_HOURS)
    await monitoring.hears(listed(police=MORNINGS, ggz=None, desk=None))
    await monitoring.hears(chain.offered(hours=long))
    other = replace(chain, report_id=uuid4(), assignment_id=uuid4())
    await monitoring.hears(listed(police=ALWAYS, desk=None))
    await monitoring.hears(other.offered(hours=long))
    assert (await clock_for(monitoring, chain)).due_at == here(30, 13)
    assert (await clock_for(monitoring, other)).due_at == here(23, 21)
    left = replace(chain, report_id=uuid4(), assignment_id=uuid4(), partner="ggz")
    await monitoring.hears(listed(desk=MORNINGS))
    await monitoring.hears(left.offered(hours=long))
    assert (await clock_for(monitoring, left)).due_at == here(30, 13)  # who says nothing is open as the desk

    body = {"text": SHORTER, "days": 0}
    answer = await monitoring.client.post(
        "/monitoring/v1/terms/_foresee", json=body, headers=bearer("terms:read")
    )
    assert {name: answer.json()[name] for name in ("clocks", "sooner", "later")} == {
        "clocks": 3,
        "sooner": 3,
        "later": 0,
    }


async def test_a_partner_is_called_after_hours_of_its_own_and_the_director_after_those_of_an_office(
    monitoring: Bench, chain: "Chain"
) -> None:
    await monitoring.hears(listed(police=ALWAYS, desk=None))
    await monitoring.hears(chain.offered(hours=1))
    for hours in range(1, 30):
        monitoring.at(chain.after(hours))
        await monitoring.turn("fire_due")
    raised = [one for one in await monitoring.said() if isinstance(one, EscalationRaised)]
    assert [one.rung_due_at for one in raised] == [here(23, 18), here(24, 17)]


async def test_hours_that_do_not_read_are_parked_and_what_was_known_stays(
    monitoring: Bench, chain: "Chain"
) -> None:
    await put_on_terms(monitoring, IN_HOURS)
    await monitoring.hears(listed(police=MORNINGS))
    await monitoring.hears(listed(police="Mo 09:00-10:00; 2026 Feb 30 off"))
    [(state, reason, detail)] = await monitoring.aside()
    assert (state, reason) == ("parked", "NotAnOpening")
    assert "2026 Feb 30" in (detail or "")
    await monitoring.hears(chain.offered(hours=24 * 30))
    assert (await clock_for(monitoring, chain)).due_at == here(30, 13)


async def test_a_rule_for_who_is_not_in_the_register_is_refused_and_one_who_left_is_named(
    monitoring: Bench, bearer: Bearer
) -> None:
    text = version("2027-02.3") + OF_A_PARTNER
    path, proposer = "/monitoring/v1/terms", bearer("terms:propose", "terms:read", name="B. Smit")
    activator = bearer("terms:activate", "terms:read", name="N. Visser")
    await monitoring.hears(listed(police=None, desk=None))
    for way, body in (("_foresee", {"text": text}), ("versions", {"text": text})):
        refused = await monitoring.client.post(f"{path}/{way}", json=body, headers=proposer)
        [error] = refused.json()["errors"]
        assert (refused.status_code, error["line"]) == (400, text.splitlines().index('partner = "ggz"') + 1)
        assert "er is geen partner ggz: kies uit desk, police" in error["detail"]
    form = {"tekst": text, "toelichting": ""}
    page = await monitoring.client.post("/toezicht/termijnen/nieuw", data=form, headers=proposer)
    assert (page.status_code, "er is geen partner ggz" in page.text) == (422, True)

    await monitoring.hears(listed(ggz=None, police=None, desk=None))
    assert (
        await monitoring.client.post(f"{path}/versions", json={"text": text}, headers=proposer)
    ).is_success
    await monitoring.hears(listed(police=None, desk=None))
    shown = await monitoring.client.get("/toezicht/termijnen/versies/2027-02.3", headers=activator)
    assert "Let op" in shown.text
    activate = f"{path}/versions/2027-02.3/_activate"
    late = await monitoring.client.post(activate, json={"why": "Besproken."}, headers=activator)
    assert (late.status_code, "er is geen partner ggz" in late.json()["errors"][0]["detail"]) == (400, True)

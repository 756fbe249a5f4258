"""The clocks in numbers, as Prometheus scrapes them."""

from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from chassis.testing import Bench

if TYPE_CHECKING:
    from .conftest import Chain


async def scraped(monitoring: Bench) -> dict[tuple[str, ...], float]:
    """Samples by name and the values of their labels."""
    text = (await monitoring.client.get("/metrics")).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_what_is_open_due_late_and_raised_is_counted(monitoring: Bench, chain: "Chain") -> None:
    monitoring.at(chain.began)
    await monitoring.hears(chain.registered(), chain.offered(hours=4))
    await monitoring.turn("count_open_clocks")
    before = await scraped(monitoring)
    assert before["meldketen_clocks_open", "first-answer", "running"] == 1
    assert before["meldketen_clocks_open", "aftercare", "running"] == 0

    monitoring.at(chain.after(5))
    await monitoring.turn("count_clocks")
    waiting = await scraped(monitoring)
    assert waiting["meldketen_clocks_due",] == 2  # the confirmation, due within an hour, and the answer
    assert waiting["meldketen_clocks_due_oldest_seconds",] == (5 - 0.75) * 3600
    assert waiting["meldketen_clocks_late", "first-answer"] == 0

    await monitoring.turn("fire_due")
    await monitoring.turn("count_clocks")
    await monitoring.turn("count_open_clocks")
    late = await scraped(monitoring)
    assert late["meldketen_clocks_due",] == 0
    assert late["meldketen_clocks_late", "first-answer"] == 1
    assert late["meldketen_clocks_untaken",] == 2
    assert late["meldketen_clocks_overdue_oldest_seconds",] == 4 * 3600
    assert late["meldketen_clocks_open", "first-answer", "missed"] == 1
    assert late["meldketen_clocks_open", "first-answer", "running"] == 0
    fired = "meldketen_clock_fired_late_seconds_count"
    assert late[fired,] == before[fired,] + 2

    monitoring.at(chain.after(200))
    await monitoring.turn("fire_due")
    raised = await scraped(monitoring)
    rung = ("meldketen_escalations_total", "partner")
    assert raised[rung] == late[rung] + 1


async def test_what_is_late_no_more_is_counted_no_more(monitoring: Bench, chain: "Chain") -> None:
    monitoring.at(chain.began)
    await monitoring.hears(chain.offered(hours=4))
    monitoring.at(chain.after(5))
    await monitoring.turn("fire_due")
    await monitoring.hears(chain.accepted(5))
    await monitoring.turn("count_clocks")
    after = await scraped(monitoring)
    assert after["meldketen_clocks_late", "first-answer"] == 0
    assert after["meldketen_clocks_overdue_oldest_seconds",] == 0

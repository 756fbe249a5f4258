"""A handler knows the message at hand by its envelope: in a batch, singly, and when it is tried again."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from chassis.identity import new_id
from chassis.subscriptions import Subscriptions, on
from chassis.tables import deferred, outbox
from chassis.testing import Bench
from chassis.transaction import NothingAtHand, Transaction
from contracts.casework import CaseOpened
from contracts.envelope import CloudEvent

OnBench = Callable[..., Awaitable[Bench]]
TRACE = "0af7651916cd43dd8448eb211c80319c"


def opened(number: str) -> CaseOpened:
    return CaseOpened.model_validate(
        {"caseId": new_id(), "number": number, "reportId": new_id(), "openedAt": "2026-11-22T10:00:00Z"}
    )


class Reader:
    """Keeps which message was at hand for which case; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.at_hand: dict[str, CloudEvent] = {}
        self.failures = failures

    async def hear(self, event: CaseOpened, tx: Transaction) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")
        self.at_hand[event.number] = tx.event


async def listening(on_bench: OnBench, reader: Reader) -> Bench:
    plain = await on_bench("monitoring")
    service = replace(plain.service, subscriptions=Subscriptions(on(CaseOpened, reader.hear)))
    return Bench(service, plain.client)


async def test_each_message_of_a_batch_is_at_hand_in_its_turn(on_bench: OnBench) -> None:
    reader = Reader()
    bench = await listening(on_bench, reader)
    sent = [bench.event(opened(number)) for number in "123"]
    await bench.receives(*(event.model_dump_json(exclude_none=True).encode() for event in sent))
    assert [reader.at_hand[number].id for number in "123"] == [event.id for event in sent]
    assert reader.at_hand["2"].source.endswith(":meldketen-casework")


async def test_a_message_that_is_tried_again_is_at_hand_as_it_came(on_bench: OnBench) -> None:
    reader = Reader(failures=1)
    bench = await listening(on_bench, reader)
    sent = bench.event(opened("1")).model_copy(update={"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
    await bench.receives(sent.model_dump_json(exclude_none=True).encode())
    assert reader.at_hand == {}
    async with bench.transaction() as tx:
        [deferred_id] = (await tx.execute(select(deferred.c.id))).scalars()
    await bench.consumer.retry(deferred_id)
    assert (reader.at_hand["1"].id, reader.at_hand["1"].traceparent) == (sent.id, sent.traceparent)


async def test_nothing_is_at_hand_in_a_look_nor_outside_a_message(on_bench: OnBench) -> None:
    seen: list[type[Exception]] = []

    async def look(_events: list[CaseOpened], tx: Transaction) -> None:
        try:
            _ = tx.event
        except NothingAtHand as failure:
            seen.append(type(failure))

    async def hear(_event: CaseOpened, _tx: Transaction) -> None:
        """The look is what is tried."""

    plain = await on_bench("monitoring")
    heard = Subscriptions(on(CaseOpened, hear, look=look))
    bench = Bench(replace(plain.service, subscriptions=heard), plain.client)
    await bench.hears(opened("1"), opened("2"))
    assert seen == [NothingAtHand]
    async with bench.transaction() as tx:
        with pytest.raises(NothingAtHand):
            _ = tx.event


async def test_who_announces_knows_under_which_id_and_source(on_bench: OnBench) -> None:
    bench = await on_bench("casework")
    async with bench.transaction() as tx:
        said = [tx.publish(opened(number)).id for number in "12"]
        source = tx.source
    async with bench.transaction() as tx:
        bodies = (await tx.execute(select(outbox.c.body).order_by(outbox.c.id))).scalars()
        events = [CloudEvent.model_validate_json(body) for body in bodies]
    assert [(event.id, event.source) for event in events] == [(str(one), source) for one in said]

"""A witness that listens, and a desk for what a service parked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from parked_desk import Bearer, Desk, Fault
from witness import Refused, Witness

from chassis.service import Service
from chassis.subscriptions import Subscriptions, on
from chassis.testing import Bench
from contracts.casework import CaseOpened
from contracts.partners import PoliceReply

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
def witness() -> Witness:
    return Witness()


@pytest.fixture
async def listener(on_bench: OnBench, witness: Witness) -> Bench:
    """Monitoring's queue and tables, with a handler of the test."""
    plain = await on_bench("monitoring")
    heard = Subscriptions(on(CaseOpened, witness.hear), refusals=(Refused,))
    service: Service = replace(plain.service, subscriptions=heard)
    return Bench(service, plain.client)


@pytest.fixture
async def desk(on_bench: Callable[..., Awaitable[Bench]], bearer: Bearer) -> Desk:
    plain = await on_bench("monitoring")
    fault = Fault({"bad": "case 12 is closed", "worse": "the roof is missing"})
    heard = Subscriptions(
        on(CaseOpened, fault.hear), on(PoliceReply, fault.hear_partner), refusals=(Refused,)
    )
    bench = Bench(replace(plain.service, subscriptions=heard), plain.client)
    return Desk(bench, fault, bearer("parked:read", "parked:read-body", "parked:act", name="O. Operator"))

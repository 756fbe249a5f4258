"""A desk for what a service parked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from parked_desk import Bearer, Desk, Fault, Refused

from chassis.subscriptions import Subscriptions, on
from chassis.testing import Bench
from contracts.casework import CaseOpened
from contracts.partners import PoliceReply


@pytest.fixture
async def desk(on_bench: Callable[..., Awaitable[Bench]], bearer: Bearer) -> Desk:
    plain = await on_bench("monitoring")
    fault = Fault({"bad": "case 12 is closed", "worse": "the roof is missing"})
    heard = Subscriptions(
        on(CaseOpened, fault.hear), on(PoliceReply, fault.hear_partner), refusals=(Refused,)
    )
    bench = Bench(replace(plain.service, subscriptions=heard), plain.client)
    return Desk(bench, fault, bearer("parked:read", "parked:read-body", "parked:act", name="O. Operator"))

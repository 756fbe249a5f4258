"""Whatever breaks: nothing accepted is lost, no effect is doubled, no subject is put out of order."""

from collections.abc import Callable

import pytest

from faults import matrix
from faults.city import City
from faults.fault import Fault, play


@pytest.mark.timeout(1800)
async def test_nothing_is_lost_doubled_or_reordered(
    fault: Fault, city: City, runs: int | None, seed: int, record_property: Callable[[str, object], None]
) -> None:
    result = await play(fault, city, min(fault.runs, runs or fault.runs))
    result.on = await city.ground.versions()
    record_property("fault", matrix.written(result))
    if fault.gap and result.tally.why:
        pytest.xfail(fault.gap)
    assert not result.tally.why, f"seed {seed}: {'; '.join(result.tally.why)}"

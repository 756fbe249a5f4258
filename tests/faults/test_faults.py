"""Whatever breaks: nothing accepted is lost, no effect is doubled, no subject is put out of order."""

import pytest

from faults.city import City
from faults.fault import Fault, Result, play


@pytest.mark.timeout(1800)
async def test_nothing_is_lost_doubled_or_reordered(
    fault: Fault, city: City, runs: int | None, seed: int, results: list[Result]
) -> None:
    result = await play(fault, city, min(fault.runs, runs or fault.runs))
    results.append(result)
    if fault.gap and result.tally.why:
        pytest.xfail(fault.gap)
    assert not result.tally.why, f"seed {seed}: {'; '.join(result.tally.why)}"

"""Every fault of the matrix, and those that are not played."""

from faults import kills
from faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*kills.FAULTS,)

ELSEWHERE: tuple[tuple[str, str, str], ...] = ()

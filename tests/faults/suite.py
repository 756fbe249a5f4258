"""Every fault of the matrix, and those that are not played."""

from faults import kills, network
from faults.fault import Fault

FAULTS: tuple[Fault, ...] = (*kills.FAULTS, *network.FAULTS)

ELSEWHERE: tuple[tuple[str, str, str], ...] = ()

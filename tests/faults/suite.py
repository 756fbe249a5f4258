"""Every fault of the matrix, and those that are not played."""

from faults import brokers, databases, kills, messages, network
from faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *kills.FAULTS,
    *network.FAULTS,
    *databases.FAULTS,
    *brokers.FAULTS,
    *messages.FAULTS,
)

ELSEWHERE: tuple[tuple[str, str, str], ...] = ()

"""Every fault of the matrix, and those that are not played."""

from faults import brokers, databases, kills, messages, network, operations, partners
from faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *kills.FAULTS,
    *network.FAULTS,
    *databases.FAULTS,
    *brokers.FAULTS,
    *messages.FAULTS,
    *partners.FAULTS,
    *operations.FAULTS,
)

ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    (
        "18",
        "Volume of the WAL really full",
        "PostgreSQL's own error is raised instead: a volume is not this suite's to fill",
    ),
    (
        "28",
        "LISTEN connection dead",
        "the hub uses none: a relay is woken in its own process, and looks each second",
    ),
    ("33", "A cluster loses a node", "one machine has one node"),
    ("36", "Certificates that expire", "the servers of one machine speak without TLS"),
    ("37", "Soak of 24 hours", "longer than a run of this suite"),
)

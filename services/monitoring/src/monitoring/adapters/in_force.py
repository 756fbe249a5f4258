"""The table of terms by which this process starts clocks, until it hears of another."""

from dataclasses import dataclass

from monitoring.domain.terms import TermTable


@dataclass(slots=True)
class InForce:
    """`shipped` is the text that came with the hub. `activation` is the newest that was seen: none before it looked."""

    table: TermTable
    shipped: str
    activation: int | None = None

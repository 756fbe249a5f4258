"""The policy by which this process decides, until it hears of another."""

from dataclasses import dataclass

from routing.domain.policy import Policy


@dataclass(slots=True)
class InForce:
    """`activation` is the newest that this process has seen: none before it looked."""

    policy: Policy
    activation: int | None = None

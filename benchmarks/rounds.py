"""Variants in turns, and what they came to: medians, extremes, and ratios to the floor of the same round."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.ground import Ground


@dataclass(frozen=True, slots=True)
class Sample:
    """What one turn came to. `cpu` is in seconds by part, `latencies` in milliseconds."""

    messages: int
    seconds: float
    cpu: dict[str, float] = field(default_factory=dict)
    latencies: Sequence[float] = ()

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


@dataclass(frozen=True, slots=True)
class Variant:
    """`floor` is the name of the variant it is measured against; none for a floor."""

    name: str
    run: Callable[[Ground], Awaitable[Sample]]
    floor: str | None = None


Samples = dict[str, list[Sample]]


async def in_turns(
    ground: Ground, variants: Sequence[Variant], rounds: int, *, warm_up: bool = True
) -> Samples:
    """Each variant once a round, on empty tables and queues; the first round is thrown away where it warms up."""
    samples: Samples = {variant.name: [] for variant in variants}
    for number in range(-1 if warm_up else 0, rounds):
        for variant in variants:
            await ground.empty()
            await asyncio.sleep(0.2)
            sample = await variant.run(ground)
            print(f"  round {number + 1}: {variant.name}: {sample.rate:,.0f}/s", flush=True)
            if number >= 0:
                samples[variant.name].append(sample)
    await ground.empty()
    return samples


def table(unit: str, variants: Sequence[Variant], samples: Samples) -> str:
    """One row a variant: rates, ratios of rate and of CPU to the floor's, CPU of each part, latencies if there are."""
    ran = [variant for variant in variants if samples.get(variant.name)]
    timed = any(sample.latencies for variant in ran for sample in samples[variant.name])
    head = [f"{unit}/s", "rate to floor", "CPU to floor", f"CPU ms/{unit}", "of which"]
    rows = [["variant", *head, *(["p50 ms", "p99 ms"] if timed else [])]]
    rows.append(["---"] * len(rows[0]))
    for variant in ran:
        mine = samples[variant.name]
        floor = samples.get(variant.floor or "", [])
        row = [
            variant.name,
            spread([sample.rate for sample in mine]),
            _ratio([one.rate / other.rate for one, other in zip(mine, floor, strict=False)]),
            _ratio([_cost(one) / _cost(other) for one, other in zip(mine, floor, strict=False) if other.cpu]),
            spread([_cost(sample) for sample in mine]),
            _parts(mine),
        ]
        if timed:
            row += [
                spread([share(sample.latencies, part) for sample in mine]) if mine[0].latencies else ""
                for part in (0.5, 0.99)
            ]
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def share(latencies: Sequence[float], part: float) -> float:
    """The latency that this part of all stays under."""
    ordered = sorted(latencies)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def spread(values: Sequence[float]) -> str:
    return f"{_short(median(values))} ({_short(min(values))}-{_short(max(values))})"


def _ratio(values: Sequence[float]) -> str:
    return f"**{spread(values)}**" if values else "1"


def _cost(sample: Sample) -> float:
    """CPU milliseconds a message, of all parts together."""
    return 1000 * sum(sample.cpu.values()) / sample.messages


def _parts(samples: Sequence[Sample]) -> str:
    def middle(part: str) -> str:
        return _short(median(1000 * sample.cpu[part] / sample.messages for sample in samples))

    return ", ".join(f"{part} {middle(part)}" for part in samples[0].cpu)


def _short(value: float) -> str:
    if value >= 100:  # noqa: PLR2004  three digits say enough
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004

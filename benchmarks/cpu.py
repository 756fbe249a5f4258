"""CPU seconds of processes, from /proc: which part costs, whoever else uses the machine."""

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Part:
    """A process, with or without those it started."""

    pid: int
    with_children: bool = True


HERE = Part(os.getpid(), with_children=False)


def used(parts: Mapping[str, Part]) -> dict[str, float]:
    """CPU seconds of each part since it began; children that ended count with who waited for them."""
    seconds: dict[int, float] = {}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (fields := _stat(folder)):
            seconds[int(folder.name)] = sum(map(int, fields[11:15])) / TICKS
            children[int(fields[1])].append(int(folder.name))

    def whole(pid: int) -> float:
        return seconds.get(pid, 0) + sum(map(whole, children[pid]))

    return {
        name: whole(part.pid) if part.with_children else seconds.get(part.pid, 0)
        for name, part in parts.items()
    }


def since(before: Mapping[str, float], parts: Mapping[str, Part]) -> dict[str, float]:
    return {name: now - before[name] for name, now in used(parts).items()}


def _stat(folder: Path) -> list[str]:
    """The fields of a process after its name, which may hold anything; none where it ended meanwhile."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []

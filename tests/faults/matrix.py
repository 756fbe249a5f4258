"""The table that the suite leaves behind."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

from faults.fault import Result
from faults.ledger import Tally
from faults.suite import ELSEWHERE, FAULTS

PAGE = Path(__file__).parents[2] / "docs/reference/fault-matrix.md"

TOP = """\
# The fault matrix

Written by `make faults`, which breaks what it names while reports come in, mends it, and asks the databases what became of
everything. A report counts as accepted when its sender got a 202. *Lost* is what was accepted or announced and had no effect,
*doubled* what had its effect twice, *reordered* what had its effect before something that its publisher committed earlier
about the same subject. *Back after* is the slowest time from the mending until everything accepted by then was assessed and
in a case. *Seen after* is how long it took until the metrics showed the trouble.

"""

COLUMNS = (
    "#",
    "Fault",
    "What is done",
    "Runs",
    "Accepted",
    "Lost",
    "Doubled",
    "Reordered",
    "Back after",
    "Seen after",
)


def lines(results: Sequence[Result]) -> Iterator[str]:
    """The table as Markdown, by the number of the fault."""
    yield f"| {' | '.join(COLUMNS)} |"
    yield f"|{'---|' * len(COLUMNS)}"
    for result in sorted(results, key=lambda one: int(one.fault.number.split(",")[0])):
        fault, tally = result.fault, result.tally
        seen = f"{result.seen_after:.1f} s" if result.seen_after is not None else ""
        cells = (
            fault.number,
            fault.name,
            fault.what,
            result.runs,
            tally.accepted,
            tally.lost,
            tally.doubled,
            tally.reordered,
            f"{result.recovery:.1f} s",
            seen,
        )
        yield f"| {' | '.join(map(str, cells))} |"


def written(result: Result) -> str:
    """A result as it goes from one process to another."""
    return json.dumps(
        {field.name: getattr(result, field.name) for field in fields(result)}
        | {"fault": result.fault.key, "tally": asdict(result.tally)}
    )


def read(text: str) -> Result:
    content = json.loads(text)
    fault = next(fault for fault in FAULTS if fault.key == content["fault"])
    return Result(**content | {"fault": fault, "tally": Tally(**content["tally"])})


def write(results: Sequence[Result], seed: int) -> None:
    [servers] = {result.on for result in results}
    gaps = "\n".join(
        f"- {result.fault.name} (#{result.fault.number}): {result.fault.gap}"
        for result in results
        if result.fault.gap
    )
    rest = "\n".join(f"| {number} | {name} | {why} |" for number, name, why in ELSEWHERE)
    PAGE.write_text(
        TOP
        + f"Made on {datetime.now(UTC):%Y-%m-%d} with {servers}; seed {seed}.\n\n"
        + "\n".join(lines(results))
        + (f"\n\n## Where a promise is not kept yet\n\n{gaps}" if gaps else "")
        + "\n\n## Not played here\n\n| # | Fault | Why |\n|---|---|---|\n"
        + rest
        + "\n"
    )


def write_again(results: Sequence[Result], seed: int) -> None:
    """Put the rows of what was played again in the place of those that were there, and say so."""
    _head, _rule, *rows = lines(results)
    names = ", ".join(result.fault.name for result in results)
    said = f"Played again by themselves on {datetime.now(UTC):%Y-%m-%d}, seed {seed}: {names}."
    page = []
    for line in PAGE.read_text().splitlines():
        again = next((row for row in rows if row.split("|")[:3] == line.split("|")[:3]), line)
        page += [again, "", said] if line.startswith("Made on ") else [again]
    PAGE.write_text("\n".join(page) + "\n")

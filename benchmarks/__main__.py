"""`python -m benchmarks [publish|relay|consume|intake|chain|reach|policy|board|clocks|all]`: measure, and say how it compares to the floor."""

import argparse
import asyncio
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import uvloop

from benchmarks import board, chain, clocks, consume, ground, intake, policy, publish, reach, relay
from benchmarks.ground import Ground
from benchmarks.rounds import Variant, in_turns, table
from meldketen.local.errors import CannotStart

IN_TURNS: dict[str, tuple[str, Callable[[float], Sequence[Variant]]]] = {
    "publish": ("message", lambda _: publish.VARIANTS),
    "relay": ("row", lambda _: relay.VARIANTS),
    "consume": ("event", lambda _: consume.VARIANTS),
    "intake": ("report", intake.variants),
}
WHOLE = {
    "chain": chain.section,
    "reach": reach.section,
    "policy": policy.section,
    "board": board.section,
    "clocks": clocks.section,
}
PARTS = (*IN_TURNS, *WHOLE)
RESULTS = Path(__file__).with_name("results.md")


async def measure(parts: list[str], rounds: int, seconds: float, folder: Path) -> str:
    text = []
    async with ground.make(folder, print) as under:
        text.append(await machine(under, rounds))
        for part in parts:
            print(f"\n{part}", flush=True)
            text.append(f"## {part.capitalize()}\n\n{await section(part, under, rounds, seconds)}")
            print(f"\n{text[-1]}\n", flush=True)
    return "\n\n".join(text) + "\n"


async def section(part: str, under: Ground, rounds: int, seconds: float) -> str:
    if part in IN_TURNS:
        unit, variants = IN_TURNS[part]
        made = variants(seconds)
        return table(unit, made, await in_turns(under, made, rounds))
    return await WHOLE[part](under, rounds, seconds)


async def machine(under: Ground, rounds: int) -> str:
    python = f"Python {platform.python_version()}, uvloop {version('uvloop')}, aio-pika {version('aio-pika')}"
    drivers = f"asyncpg {version('asyncpg')}, SQLAlchemy {version('sqlalchemy')}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {commit()}{os.cpu_count()} cores, {memory:.0f} GiB; {python}, {drivers}, "
        f"{await under.versions()}. Servers, services and the generator of the load share the machine. "
        f"{rounds} rounds, variants in turns, the first round thrown away: medians (least-most). "
        "Only the ratios are a verdict."
    )


def commit() -> str:
    """Which code was measured, where git can say."""
    asked = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"commit {asked.stdout.strip()}, " if asked.stdout else ""


async def bounded(parts: list[str], rounds: int, seconds: float, folder: Path) -> str:
    """SIGTERM ends it as Ctrl-C does: everything that was started is ended."""
    task = asyncio.ensure_future(measure(parts, rounds, seconds, folder))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def main() -> None:
    told = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    told.add_argument("part", nargs="?", default="all", choices=[*PARTS, "all"])
    told.add_argument("--rounds", type=int, default=3)
    told.add_argument("--seconds", type=float, default=5, help="how long a turn that goes by the clock lasts")
    told.add_argument("--write", action="store_true", help="write what comes out to benchmarks/results.md")
    asked = told.parse_args()
    parts = list(PARTS) if asked.part == "all" else [asked.part]
    folder = Path(tempfile.mkdtemp(prefix="meldketen-benchmarks-"))
    try:
        text = uvloop.run(bounded(parts, asked.rounds, asked.seconds, folder))
    except (CannotStart, ground.NotEmpty) as trouble:
        sys.exit(str(trouble))
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.exit(130)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if asked.write:
        RESULTS.write_text(f"# What the hub does beside its floors\n\nMade by `make bench`. {text}")


main()

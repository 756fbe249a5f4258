"""Who is connected, by the partner register."""

from pathlib import Path

from routing.adapters import register_file


def partners_hearing_clocks(file: Path | None = None) -> list[str]:
    """Those of them that hear of their clocks, on another queue. RegisterIsWrong."""
    return register_file.hearing_clocks(register_file.read(file))


def connected_partners(file: Path | None = None) -> list[str]:
    """The partners that have a queue, of the operator's register or else of the one that comes with the hub. RegisterIsWrong."""
    return register_file.connected(register_file.read(file))

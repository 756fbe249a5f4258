"""Delete what the hub kept on this machine, ending a hub that still uses it: `python -m meldketen.local.clean`."""

import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

from meldketen.local import kept
from meldketen.local.errors import AlreadyRunning, CannotStart


def main() -> None:
    place = Path(sys.argv[1] if len(sys.argv) > 1 else ".local")
    try:
        for lock in sorted(place.rglob("lock")):
            if (lock.parent / "ports.json").exists():
                end_user_of(lock.parent)
    except CannotStart as refused:
        sys.exit(str(refused))
    for entry in place.iterdir() if place.exists() else ():
        # The tools that set-up put there are no data.
        if entry.name != "tools":
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def end_user_of(folder: Path) -> None:
    """Ask the hub that works in `folder` to end and wait for its servers. Raises AlreadyRunning, NotYours."""
    try:
        with kept.lock(folder, patience_seconds=0):
            return
    except AlreadyRunning as running:
        if running.process:
            print(f"Ending the hub that runs as process {running.process}.")
            with suppress(ProcessLookupError):
                os.kill(running.process, signal.SIGTERM)
    with kept.lock(folder, patience_seconds=60):
        return


if __name__ == "__main__":
    main()

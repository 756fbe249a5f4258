"""A server process that never outlives the process that started it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# The keeper stands between us and the server. Its input is a pipe that only we hold open: when we close it,
# or end in whatever way, the read returns and the server gets its signal. Unlike PR_SET_PDEATHSIG this does
# not depend on which of our threads started the server. Its error output is the lock on the data folder, so
# the lock lasts as long as the server does.
KEEPER = """
signal=$1 log=$2; shift 2
exec 3<&0
"$@" 3<&- </dev/null >"$log" 2>&1 & server=$!
echo $server
exec >/dev/null
{ read -r _ <&3; kill -s "$signal" $server; } & watch=$!
exec 3<&-
wait $server
kill $watch 2>/dev/null
"""


@dataclass(frozen=True, slots=True)
class Child:
    pid: int
    log: Path
    keeper: subprocess.Popen[str]

    def is_running(self) -> bool:
        return self.keeper.poll() is None

    def stop(self, patience_seconds: float = 60) -> None:
        """Ask the server to end and wait for it; past the patience it is killed. Harmless when it has ended."""
        self._let_go()
        try:
            self.keeper.wait(patience_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server as a power cut would."""
        if self.is_running():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.keeper.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self.keeper.stdin:
            self.keeper.stdin.close()

    def wait_until(self, ready: Callable[[], bool], patience_seconds: float) -> bool:
        """Whether `ready` came true before the server ended or the patience did."""
        deadline = time.monotonic() + patience_seconds
        while self.is_running() and time.monotonic() < deadline:
            if ready():
                return True
            time.sleep(0.05)
        return False

    def last_words(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    lock: int,
    end_with: signal.Signals = signal.SIGTERM,
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Start a server with its output in `log`, in a session of its own: Ctrl-C is for us to handle."""
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", KEEPER, "keeper", end_with.name.removeprefix("SIG"), log, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=lock,
        env=environment,
        cwd=log.parent,
        start_new_session=True,
        text=True,
    )
    assert keeper.stdout  # noqa: S101 - asked for above
    with keeper.stdout as answer:
        pid = int(answer.readline())
    return Child(pid, log, keeper)

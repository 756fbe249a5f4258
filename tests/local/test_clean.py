"""`make clean`: the data goes, a hub that still uses it ends first, the tools stay."""

import subprocess
import sys
from pathlib import Path

HUB = """
import signal, sys
from pathlib import Path
from meldketen.local import postgres
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
server = postgres.start(Path(sys.argv[1]), durable=False)
print("up", flush=True)
signal.sigwait([signal.SIGTERM])
server.stop()
"""
CLEAN = ["-m", "meldketen.local.clean"]


def test_a_running_hub_ends_and_its_data_goes(tmp_path: Path) -> None:
    (tmp_path / "tools/bin").mkdir(parents=True)
    command = [sys.executable, "-c", HUB, str(tmp_path / "demo/postgres")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout
        assert hub.stdout.readline() == "up\n"
        said = subprocess.check_output([sys.executable, *CLEAN, str(tmp_path)], text=True)
        assert hub.wait(10) == 0
    assert f"process {hub.pid}" in said
    assert [entry.name for entry in tmp_path.iterdir()] == ["tools"]


def test_nothing_to_clean_is_no_error(tmp_path: Path) -> None:
    assert subprocess.check_output([sys.executable, *CLEAN, str(tmp_path / "never-made")]) == b""

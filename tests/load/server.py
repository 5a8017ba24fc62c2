"""The app, served on a free port for as long as a measure takes."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


@contextmanager
def served(launcher: str, environment: dict[str, str]) -> Iterator[str]:
    """Serve a launcher (`streamlit_app.py`); gives the address without `http://`, and ends the server afterwards."""
    address = f"127.0.0.1:{_free_port()}"
    command = [sys.executable, "-m", "streamlit", "run", launcher, "--server.port", address.split(":")[1]]
    with subprocess.Popen([*command, "--server.address", "127.0.0.1"], cwd=ROOT, env=environment) as server:
        try:
            _await_health(address, server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_SECONDS)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await_health(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{address}/_stcore/health", timeout=1):
                return
        except OSError:  # of which an address nobody listens on, a closed connection and a timeout are some
            time.sleep(0.1)
    raise SystemExit("the app did not start")

"""Work in processes of their own: wall time and peak memory as the system accounts them.

Nothing heavy may be imported beside this module: a child's peak never reads below what its parent held at the fork.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    """A finished process: wall seconds from start to end, peak memory in MB, standard output."""

    seconds: float
    peak_mb: float
    out: str


def python(arguments: Sequence[str], home: Path, *, quiet: bool = False) -> Ran:
    """Run this Python on a home folder; what it says on stderr is passed through, a failure ends the bench.

    quiet  Pass it through only when the process fails.
    """
    with tempfile.TemporaryFile("w+") as kept:
        begun = time.perf_counter()
        with subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment(home),
            stdout=subprocess.PIPE,
            stderr=kept if quiet else None,
            text=True,
        ) as child:
            out = child.stdout.read() if child.stdout else ""
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - begun
        if child.returncode:
            kept.seek(0)
            raise SystemExit(f"{kept.read()}{' '.join(arguments)} ended with {child.returncode}")
    return Ran(took, used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024), out)


def environment(home: Path) -> dict[str, str]:
    """The environment of a child: this home, and no other setting of the product."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHURN_")}
    return {**kept, "CHURN_HOME": str(home), "PYTHONPATH": str(ROOT)}


def home() -> Path:
    """The home folder the bench runs on."""
    return Path(os.environ["CHURN_HOME"])

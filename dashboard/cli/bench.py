"""`bench`: hands over to the measures, which are no part of the product."""

import os
import sys
from pathlib import Path

from data.errors import ReviewError
from data.settings import settings

ROOT = Path(__file__).resolve().parents[2]


def measure(customers: int, only: list[str], *, json: bool) -> None:
    """Run `python -m tests.bench` in place of this process, in a passing home folder under the one in force.

    The references are SQL by hand and pandas in memory, which no layer may hold: they live with the tests. They need
    only what the app itself needs.
    """
    if not (ROOT / "tests" / "bench").is_dir():
        raise ReviewError("The measures lie in tests/bench, which is not here. Run them from a whole checkout.")
    under = settings().home / "bench"
    os.chdir(ROOT)
    command = [sys.executable, "-m", "tests.bench", "--customers", str(customers), "--under", str(under)]
    command += [part for name in only for part in ("--only", name)]
    os.execv(sys.executable, command + (["--json"] if json else []))

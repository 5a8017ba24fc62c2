"""The bench prints the rows of the command-line contract, and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import company, kpis_year
from tests.bench.pairs import in_turn, row
from tests.bench.processes import ROOT

KEYS = ["name", "median_s", "reference", "reference_median_s", "ratio", "peak_mb", "n"]


def test_the_ratio_is_the_median_of_the_pairs_not_the_ratio_of_medians() -> None:
    found = row("a", "b", [(1.0, 1.0), (2.0, 1.0), (9.0, 3.0)])
    assert (found.median_s, found.reference_median_s, found.ratio, found.n) == (2.0, 1.0, 2.0, 3)


def test_product_and_reference_take_turns_after_a_warm_up() -> None:
    called: list[str] = []
    in_turn(lambda: called.append("A"), lambda: called.append("B"), pairs=2)
    assert "".join(called) == "AB" * 3


_PEAKS = """
from pathlib import Path
from tests.bench.processes import python
print(python(["-c", "held = bytearray(400_000_000)"], Path.cwd()).peak_mb - python(["-c", "pass"], Path.cwd()).peak_mb)
"""


def test_the_peak_of_a_process_is_its_own() -> None:
    # From a light process, as the bench does it: a child's peak never reads below what its parent holds.
    # 400,000,000 bytes are 381 MB; an empty interpreter's own peak differs by several MB from run to run.
    done = subprocess.run([sys.executable, "-c", _PEAKS], cwd=ROOT, capture_output=True, text=True, check=True)
    assert 365 < float(done.stdout) < 415


@pytest.mark.slow
def test_a_measure_gives_a_row_per_reference() -> None:
    company.make(600)
    assert [(r.reference, r.n) for r in kpis_year.rows(1, None)] == [("DuckDB SQL by hand", 1), ("pandas in memory", 1)]


@pytest.mark.slow
def test_the_command_prints_rows_with_the_contracts_keys(churn_home: Path) -> None:
    command = [sys.executable, "-m", "dashboard", "bench", "--customers", "1000", "--only", "kpis", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)["rows"]
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert list((churn_home / "bench").iterdir()) == []

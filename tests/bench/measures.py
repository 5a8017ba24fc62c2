"""Which rows there are, and how one is measured in a process of its own: `python -m tests.bench.measures NAME`."""

import importlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.pairs import Row, say
from tests.bench.processes import python


@dataclass(frozen=True)
class Measure:
    """One measure: the module that gives its rows, and how many pairs.

    alone  Whether `module.alone()` is run once by itself for its peak memory.
    """

    module: str
    pairs: int
    alone: bool = False


MEASURES = {
    "movements": Measure("tests.bench.movements_build", 5, alone=True),
    "kpis": Measure("tests.bench.kpis_year", 9, alone=True),
    "cohorts": Measure("tests.bench.cohort_grid", 9, alone=True),
    "crosstab": Measure("tests.bench.crosstab_cells", 9, alone=True),
    "reasons": Measure("tests.bench.reason_groups", 5, alone=True),
    "outcomes": Measure("tests.bench.experiment_outcomes", 9, alone=True),
    "experiments": Measure("tests.bench.experiment_movements", 9, alone=True),
    "pack": Measure("tests.bench.review_pack", 3, alone=True),
    "survival": Measure("tests.bench.survival_curves", 9, alone=True),
    "proof": Measure("tests.bench.proof_months", 9, alone=True),
    "cold": Measure("tests.bench.cold_overview", 3),
    "import": Measure("tests.bench.usage_import", 3),
    "rerun": Measure("tests.bench.overview_rerun", 40),
    "sessions": Measure("tests.bench.browsing", 60),
}


def rows(name: str, home: Path) -> list[Row]:
    """The rows of one measure on the company in `home`."""
    measure = MEASURES[name]
    say(f"{name} ...")
    peak = []
    if measure.alone:
        code = f"import {measure.module} as measured; measured.alone()"
        peak = [str(python(["-c", code], home).peak_mb)]
    done = python(["-m", "tests.bench.measures", name, *peak], home)
    return [Row(**fields) for fields in json.loads(done.out)]


def _measure(name: str, peak_mb: float | None) -> None:
    measure = MEASURES[name]
    found: list[Row] = importlib.import_module(measure.module).rows(measure.pairs, peak_mb)
    json.dump([asdict(one) for one in found], sys.stdout)


if __name__ == "__main__":
    _measure(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else None)

"""From files on disk to the Overview's numbers in a fresh process: against pandas in a fresh process."""

import json
from statistics import median

from tests.bench.pairs import Row, row
from tests.bench.processes import Ran, home, python

PRODUCT = ("-m", "tests.bench.overview_numbers")
_WHERE = """
from tests.bench.company import opened
from tests.bench.kpi_numbers import year_of
engine = opened()
print(year_of(engine).end.isoformat(), *engine.files["movements"], sep="\\n")
"""


def rows(pairs: int, _peak_mb: float | None) -> list[Row]:
    """Two rows: the seconds, and the peak memory (its ratio is that of the peaks)."""
    place = home()
    where = python(["-c", _WHERE], place).out.split("\n")
    reference = ("-m", "tests.bench.overview_pandas", *filter(None, where))
    measured = [(python(PRODUCT, place), python(reference, place)) for _ in range(pairs + 1)]
    _compare(*measured[0])
    return _rows(measured[1:])


def _rows(measured: list[tuple[Ran, Ran]]) -> list[Row]:
    peak = median(ours.peak_mb for ours, _ in measured)
    found = row(
        "overview, cold", "pandas, fresh process", [(ours.seconds, theirs.seconds) for ours, theirs in measured], peak
    )
    memory = median(ours.peak_mb / theirs.peak_mb for ours, theirs in measured)
    return [
        found,
        Row("overview, cold: memory", found.median_s, found.reference, found.reference_median_s, memory, peak, found.n),
    ]


def _compare(ours: Ran, theirs: Ran) -> None:
    """Both print the same numbers, or the bench ends."""
    for mine, other in zip(json.loads(ours.out), json.loads(theirs.out), strict=True):
        for name, value in other.items():
            if abs(mine[name] - value) > 1e-9 * max(abs(value), 1):
                raise SystemExit(f"the Overview and pandas disagree: {name} {mine[name]} is not {value}")

"""Import of five million rows of daily use with the command: against DuckDB's own copy of the file to Parquet."""

import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from data.database import open_database
from data.parquet_files import cursor
from data.release import publish
from data.sample.stage import stage_demo
from data.settings import settings
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, row
from tests.bench.processes import Ran, home, python
from tests.builders import NOW

ROWS = 5_000_000
CUSTOMERS = 17_000
#: A demo company of this size keeps half a year of use, 1.4 million rows; earlier half years are copies of it.
HALF_YEARS = 4
USAGE = ("usage_daily", "feature_usage")

_COPY = "import duckdb, sys; duckdb.sql(f\"COPY (FROM read_csv('{sys.argv[1]}')) TO '{sys.argv[2]}' (FORMAT parquet)\")"


def make(customers: int, file: Path) -> None:
    """Publish a company without its use, and write the daily use into a file as another system would export it."""
    place = settings()
    place.home.mkdir(parents=True)
    staged = stage_demo(customers, end=NOW.date(), folder=place.home)
    usage = next(t for t in staged.tables if t.name == "usage_daily")
    con = cursor()
    con.register("usage", usage.batches())
    again = f"SELECT usage.* REPLACE ((day - half::int * 184)::date AS day) FROM usage, range({HALF_YEARS}) t(half)"
    con.execute(f"COPY (SELECT * FROM ({again}) LIMIT {ROWS}) TO '{file}' (HEADER)")
    known = replace(staged, tables=tuple(t for t in staged.tables if t.name not in USAGE))
    publish(place, open_database(place), known, now=NOW)


def rows(pairs: int, _peak_mb: float | None) -> list[Row]:
    """One row."""
    customers = min(CUSTOMERS, release_of(opened()).rows["customers"])
    with tempfile.TemporaryDirectory(dir=home()) as folder:
        place = Path(folder)
        python(["-m", __name__, str(customers), str(place / "usage.csv")], place / "company")
        measured = [_pair(place) for _ in range(pairs + 1)][1:]
    seconds = [(ours.seconds, theirs.seconds) for ours, theirs in measured]
    peak = median(ours.peak_mb for ours, _ in measured)
    return [row("import of use", "DuckDB copy of the CSV to Parquet", seconds, peak)]


def _pair(place: Path) -> tuple[Ran, Ran]:
    """Import into a home that does not hold the file yet, and copy it; each in a process of its own."""
    file, target = place / "usage.csv", place / "home"
    shutil.copytree(place / "company", target)
    ours = python(["-m", "dashboard", "import", "--table", f"usage_daily={file}"], target, quiet=True)
    shutil.rmtree(target)
    return ours, python(["-c", _COPY, str(file), str(place / "copy.parquet")], place)


if __name__ == "__main__":
    make(int(sys.argv[1]), Path(sys.argv[2]))

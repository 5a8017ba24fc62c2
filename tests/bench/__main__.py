"""`python -m tests.bench`: make a company, measure every row, print them; `python -m dashboard bench` is its door."""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.bench.measures import MEASURES, rows
from tests.bench.pairs import Row
from tests.bench.processes import python


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for; JSON or a table on stdout."""
    asked = _asked(arguments)
    with _home(asked.home, asked.under, asked.customers) as home:
        found = [row for name in asked.only or MEASURES for row in rows(name, home)]
    if asked.json:
        json.dump({"customers": asked.customers, "rows": [asdict(row) for row in found]}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(_table(found))


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--only", action="append", choices=list(MEASURES))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--home", type=Path, help="a home folder to keep: made when it is empty, used again otherwise")
    parser.add_argument("--under", type=Path, help="where the passing home folder is made")
    return parser.parse_args(arguments)


@contextmanager
def _home(kept: Path | None, under: Path | None, customers: int) -> Iterator[Path]:
    """A home folder with the company; gone afterwards unless it was named."""
    if under is not None:
        under.mkdir(parents=True, exist_ok=True)
    home = kept or Path(tempfile.mkdtemp(prefix="bench-", dir=under))
    try:
        if not (home / "app.db").exists():
            python(["-m", "tests.bench.company", str(customers)], home)
        yield home
    finally:
        if kept is None:
            shutil.rmtree(home, ignore_errors=True)


def _table(found: Sequence[Row]) -> str:
    lines = [("name", "median s", "reference", "median s", "ratio", "peak MB", "n")]
    lines += [
        (r.name, f"{r.median_s:.3f}", r.reference, f"{r.reference_median_s:.3f}", f"{r.ratio:.2f}",
         "" if r.peak_mb is None else f"{r.peak_mb:.0f}", str(r.n))
        for r in found
    ]  # fmt: skip
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Published figures to compare with: like with like, and none that is too old."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from data.records import Grain

OLD_AFTER_YEARS = 5
BASIS = {"month": "monthly", "year": "annual"}
"""Grain of a rate -> basis of the figures it may stand beside; weeks and quarters have none."""
TWELVE_MONTHS = frozenset({"grr_12m", "nrr_12m"})


@dataclass(frozen=True)
class Benchmark:
    """A published figure, or a range of medians over groups.

    low, high  Rates 0-1, equal for a single figure. basis is monthly or annual.
    year       Year of the data; None when the source does not say.
    kind       median, top (the best firms), or vendor claim.
    """

    metric: str
    low: float
    high: float
    basis: str
    segment: str
    sample: str
    year: int | None
    kind: str
    source: str


@lru_cache(maxsize=1)
def published() -> tuple[Benchmark, ...]:
    """Every figure of data/reference/benchmarks.csv."""
    text = resources.files("data.reference").joinpath("benchmarks.csv").read_text(encoding="utf-8")
    return tuple(_benchmark(row) for row in csv.DictReader(text.splitlines()))


def _benchmark(row: dict[str, str]) -> Benchmark:
    return Benchmark(
        metric=row["metric"],
        low=float(row["low"]),
        high=float(row["high"]),
        basis=row["basis"],
        segment=row["segment"],
        sample=row["sample"],
        year=int(row["year"]) if row["year"] else None,
        kind=row["kind"],
        source=row["source"],
    )


def benchmarks_for(metric: str, grain: Grain, *, year: int, old_too: bool = False) -> tuple[Benchmark, ...]:
    """Figures of like kind: the same metric on the same basis, medians first.

    year     This year; figures of data more than five years old are left out unless `old_too`. A figure without a
             year is shown and says so.
    """
    basis = "annual" if metric in TWELVE_MONTHS else BASIS.get(grain)
    found = [b for b in published() if b.metric == metric and b.basis == basis]
    recent = [b for b in found if old_too or b.year is None or year - b.year <= OLD_AFTER_YEARS]
    return tuple(sorted(recent, key=lambda b: (b.kind != "median", -(b.year or 0), b.segment)))

"""Published figures to compare with: like with like, and none that is too old."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from data.records import DefinitionName, Grain

OLD_AFTER_YEARS = 5
BASIS = {"month": "monthly", "year": "annual"}
"""Grain of a rate -> basis of the figures it may stand beside; weeks and quarters have none."""
TWELVE_MONTHS = frozenset({"grr_12m", "nrr_12m"})
TYPICAL = frozenset({"median", "average"})
"""Kinds that say what is usual; figures of the best firms and claims of vendors are no yardstick."""


@dataclass(frozen=True)
class Benchmark:
    """A published figure, or a range of medians over groups.

    low, high  Rates 0-1, equal for a single figure. basis is monthly or annual.
    segment    Whom it is about.
    year       Year of the data; None when the source does not say.
    kind       median, average (a mean over firms), top (the best firms), or vendor claim.
    replaced   Whether the same source has published a later edition.
    """

    metric: str
    low: float
    high: float
    basis: str
    segment: str
    sample: str
    year: int | None
    kind: str
    replaced: bool
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
        replaced=row["replaced"] == "yes",
        source=row["source"],
    )


def benchmarks_for(
    metric: str, grain: Grain, *, year: int, old_too: bool = False, definition: DefinitionName = "start-base"
) -> tuple[Benchmark, ...]:
    """Figures of like kind: the same metric on the same basis, typical ones first, the newest first.

    year     The year the rates stand for, that of the release's as-of date; figures of data more than five years older,
             and those the same source has replaced by a later edition, are left out unless `old_too`. Another figure
             without a year is shown and says so.
    """
    basis = _basis(metric, grain, definition)
    found = [b for b in published() if b.metric == metric and b.basis == basis]
    return tuple(sorted((b for b in found if old_too or _recent(b, year)), key=_rank))


def _basis(metric: str, grain: Grain, definition: DefinitionName) -> str | None:
    """Monthly or annual; None where nothing published is of the kind."""
    if metric in TWELVE_MONTHS:
        return "annual"
    if metric == "customer_churn_rate" and definition == "renewal":
        return None  # its rate is of revenue due for renewal, the published ones are of customers
    if metric == "customer_churn_rate" and definition in {"stripe", "baremetrics"}:
        return "monthly"  # over 30 days, whatever the grain
    return BASIS.get(grain)


def _recent(figure: Benchmark, year: int) -> bool:
    return not figure.replaced and (figure.year is None or year - figure.year <= OLD_AFTER_YEARS)


def _rank(figure: Benchmark) -> tuple[bool, bool, int]:
    return figure.kind not in TYPICAL, figure.replaced, -(figure.year or 9999)


def segments_of(figures: Iterable[Benchmark]) -> Sequence[str]:
    """Whom the typical figures are about, each once; in the order of the figures."""
    return tuple(dict.fromkeys(b.segment for b in figures if b.kind in TYPICAL))


def yardstick(figures: Iterable[Benchmark], segment: str) -> Benchmark | None:
    """The one figure to draw beside a rate: of one segment, one source and one edition, the newest; never a mixture."""
    return next((b for b in figures if b.kind in TYPICAL and b.segment == segment), None)

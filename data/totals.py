"""What a release adds up to, what changed since the one before, and whether so much may go at once."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor
from typing import Any

from data.errors import LargeFall
from data.lake import Lake
from data.parquet_files import cursor, parquet
from data.records import Release

NOTHING = {"customers": 0, "customers_active": 0, "mrr_cents": 0, "customers_lost": 0}
Totals = Mapping[str, int]


def totals(lake: Lake, release: Release) -> dict[str, int]:
    """Customers known, active and lost, and their MRR in cents at the as-of date; for a shop also its net spend."""
    return _lives(lake, release) | _spend(lake, release)


def _lives(lake: Lake, release: Release) -> dict[str, int]:
    files = lake.files("lifetimes", release.tables["lifetimes"])
    if not files:
        return dict(NOTHING)
    row = _read(files).aggregate(
        "count(*), count(*) filter (status in ('active', 'paused', 'past_due')), "
        "coalesce(sum(mrr_cents), 0), count(*) filter (status = 'lost')"
    )
    return dict(zip(NOTHING, map(int, row.fetchall()[0]), strict=True))


def _spend(lake: Lake, release: Release) -> dict[str, int]:
    """Net spend of all purchases, where they are what the numbers rest on."""
    if release.shape != "purchases" or "purchases" not in release.tables:
        return {}
    files = lake.files("purchases", release.tables["purchases"])
    row = _read(files).aggregate("coalesce(sum(amount_cents), 0)").fetchall()
    return {"spend_cents": int(row[0][0])}


def changes(before: Totals | None, after: Totals) -> dict[str, Any]:
    """Each total before (None when there was no release) and after."""
    return {name: {"before": None if before is None else before.get(name), "after": n} for name, n in after.items()}


def refuse_a_large_fall(lake: Lake, before: Release, after: Release, was: Totals, now: Totals, limit: float) -> None:
    """LargeFall when active customers or MRR fall by more than the limit (0-1) and the company is the same one.

    The company is the same when at least half of the smaller customers table is in the larger: a file that was cut
    off still is, another company is not.
    """
    falls = {name: _fall(was[name], now[name]) for name in _WATCHED}
    if max(falls.values()) <= limit or not _same_company(lake, before, after):
        return
    people, mrr = _WATCHED
    enough = min(floor(max(falls.values()) * 100 + 1) / 100, 1)
    raise LargeFall(
        f"Against release {before.number} this import takes active customers from {was[people]:,} to {now[people]:,} "
        f"(-{falls[people]:.0%}) and their MRR in cents from {was[mrr]:,} to {now[mrr]:,} (-{falls[mrr]:.0%}); "
        f"a fall of more than {limit:.0%} is refused, "
        "because most often a file was cut off. Nothing was changed. Check the files; if it is true, import them again "
        f"with --option max_total_change={enough:g}.",
        enough,
    )


_WATCHED = ("customers_active", "mrr_cents")


def _fall(before: int, after: int) -> float:
    return (before - after) / before if before > 0 else 0.0


def _same_company(lake: Lake, before: Release, after: Release) -> bool:
    old, new = (lake.files("customers", release.tables["customers"]) for release in (before, after))
    if not old or not new:
        return True
    counts = [int(_read(files).aggregate("count(*)").fetchall()[0][0]) for files in (old, new)]
    one = cursor()
    known = parquet(one, new).set_alias("n").join(parquet(one, old).set_alias("o"), "customer_id", "semi")
    return 2 * int(known.aggregate("count(*)").fetchall()[0][0]) >= min(counts)


def _read(files: list[str]) -> Any:
    return parquet(cursor(), files)

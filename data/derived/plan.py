"""What a release derives, from which tables, and in which form; without an import of what does it."""

from __future__ import annotations

from collections.abc import Mapping

BUILDER = 2
"""Raised when the same tables would be built into others: what an earlier form built is then built again."""

SUMS = ("daily_sums", "period_sums", "retained_sums", "lives_sums")
DERIVED = ("movements", "lifetimes", *SUMS)


def sources(files: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Which consolidated tables the derived ones are built from and checked against, whether they are there or not.

    files  Those of each table; none for a table without rows.
    """
    contracts = ("customers", "subscriptions", "invoices", "purchases")
    # Use says when customers come and go only where nothing else does.
    return contracts if files.get("subscriptions") or files.get("purchases") else (*contracts, "usage_daily")

"""Retention triangles: what each cohort keeps at each age, from the changes that happened to it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def retention_triangle(changes: Iterable[tuple[int, int, float]], cohorts: int, last: int) -> np.ndarray:
    """Level of each cohort at the end of each age, an array of cohorts x ages; nan past the last complete period.

    changes  (cohort, period, change): numbers of calendar periods from 0, the cohort being the period of the start.
    last     The last complete period; cohorts that start after it are all nan.

    Age 0 is the period of the start itself: who joins and leaves inside it is not counted at age 0. Periods
    without a change keep the level before.
    """
    found = np.zeros((cohorts, cohorts))
    cohort, period, change = np.array(list(changes), dtype=float).reshape(-1, 3).T
    np.add.at(found, (cohort.astype(int), (period - cohort).astype(int)), change)
    levels = np.cumsum(found, axis=1)
    ages = np.arange(cohorts)
    levels[ages[:, None] + ages[None, :] > last] = np.nan
    return levels


def pooled_by_age(levels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Share of the start kept at each age over all cohorts old enough for it; nan where none is.

    levels  See `retention_triangle`.  sizes  The whole of each cohort, the denominator of its shares.

    Each age divides by the cohorts known at it alone: young cohorts would otherwise count as lost.
    """
    known = ~np.isnan(levels)
    whole = (known * sizes[:, None]).sum(axis=0).astype(float)
    return np.divide(np.nansum(levels, axis=0), whole, out=np.full(len(whole), np.nan), where=whole > 0)

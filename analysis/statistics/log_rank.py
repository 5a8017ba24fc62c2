"""The log-rank test: whether groups of customers are lost at the same rate at every age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.survival import LifeCounts


@dataclass(frozen=True)
class LogRank:
    """The test over k groups; `observed` and `expected` are losses per group, in the order of the groups."""

    chi2: float
    df: int
    p_value: float
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def log_rank(groups: Sequence[LifeCounts]) -> LogRank | NotEnoughData:
    """Log-rank test of equal survival in all groups (see `stratified_log_rank`)."""
    return stratified_log_rank([groups])


def stratified_log_rank(strata: Sequence[Sequence[LifeCounts]]) -> LogRank | NotEnoughData:
    """Log-rank test of equal survival, comparing customers of the same stratum only.

    strata  Per stratum the same groups in the same order; a group that a stratum lacks is one without customers.

    Returns NotEnoughData with fewer than two groups at risk, or without losses.

    Assumes   censoring has nothing to do with leaving; strongest where the risks are proportional, weak where the
              curves cross: see `survival.restricted_mean_difference`.
    Source    Mantel (1966), Cancer Chemother Rep 50:163-170; Peto & Peto (1972), JRSS A 135:185-207.
    Checked   R survival survdiff (with strata()), statsmodels survdiff, lifelines; Freireich's trial, chi2 16.79.
    """
    parts = [_stratum(groups) for groups in strata]
    observed, expected = (np.sum([part[i] for part in parts], axis=0) for i in (0, 1))
    covariance = np.sum([part[2] for part in parts], axis=0)
    kept = np.flatnonzero(np.diag(covariance) > 0)
    if len(kept) < 2:
        return NotEnoughData("fewer than two groups with losses to compare", len(kept), 2)
    chi2, df = _chi_square((observed - expected)[kept], covariance[np.ix_(kept, kept)])
    from scipy.special import chdtrc

    return LogRank(chi2, df, float(chdtrc(df, chi2)), tuple(map(int, observed)), tuple(map(float, expected)))


def _chi_square(difference: np.ndarray, covariance: np.ndarray) -> tuple[float, int]:
    """The quadratic form and its degrees of freedom: one less than the groups, per set of groups that strata compare.

    Groups that never meet in a stratum (plans that come with one billing interval) are not compared with each other.
    """
    chi2 = float(difference @ np.linalg.pinv(covariance, hermitian=True) @ difference)
    return chi2, int(np.linalg.matrix_rank(covariance, hermitian=True))


def _stratum(groups: Sequence[LifeCounts]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ages = np.unique(np.concatenate([g.age[g.lost > 0] for g in groups]))
    lost = np.array([_lost_at(g, ages) for g in groups])
    risk = np.array([_at_risk_at(g, ages) for g in groups], dtype=float)
    total, all_lost = risk.sum(axis=0), lost.sum(axis=0)
    share = risk / total
    chance = all_lost * np.where(total > 1, (total - all_lost) / np.maximum(total - 1, 1), 0.0)
    covariance = np.diag((share * chance).sum(axis=1)) - (share * chance) @ share.T
    return lost.sum(axis=1), (share * all_lost).sum(axis=1), covariance


def _lost_at(lives: LifeCounts, ages: np.ndarray) -> np.ndarray:
    found = np.zeros(len(ages), dtype=np.int64)
    mine = lives.lost > 0
    found[np.searchsorted(ages, lives.age[mine])] = lives.lost[mine]
    return found


def _at_risk_at(lives: LifeCounts, ages: np.ndarray) -> np.ndarray:
    place = np.searchsorted(lives.age, ages, side="left")
    return np.append(lives.at_risk, 0)[place]

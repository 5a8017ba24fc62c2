"""Losses against those expected of customers of the same ages, where some were followed for longer than others."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np

from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.crosstabs import RESAMPLES, SEED, Independence
from analysis.statistics.event_rates import RateRatio, rate_ratio
from analysis.statistics.proportions import FEW_EXPECTED
from analysis.statistics.survival import life_counts


def expected_losses(
    age: np.ndarray, lost: np.ndarray, customers: np.ndarray, entered: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Losses of each row, and those expected of it if all rows were lost at the same rate at every age.

    age, lost, customers, entered  As for `life_counts`: rows of customers alike. Rows that were never under observation
                                   have neither losses nor expected ones.

    Expected are customers times the pooled cumulative hazard (Nelson-Aalen) over the ages at which they were followed,
    so both sum to the same, and a group that was followed for longer is expected to lose more.

    Source    Peto & Pike (1973), Biometrics 29:579-584; the expected losses of the log-rank test.
    Checked   `log_rank`'s expected losses; lifelines NelsonAalenFitter, in tests.
    """
    lives = life_counts(age, lost, customers, entered)
    at_risk = np.maximum(lives.at_risk, 1)
    total = np.concatenate([[0.0], np.cumsum(lives.lost / at_risk)])
    until, since = (total[np.searchsorted(lives.age, ages, side="right")] for ages in (age, entered))
    seen = (entered == 0) | (entered < age)
    return lost * customers * seen, (until - np.where(entered > 0, since, 0.0)) * customers * seen


def more_than_expected(lost: int, expected: float, lost_rest: int, expected_rest: float) -> float:
    """One-sided p-value that a group is lost no more, beside what is expected of it, than the rest.

    Given the losses of both, those of the group are binomial with its share of the expected ones. A little too large
    where ages differ much between group and rest, since the share then changes with age.

    Use not   after looking which of the two is higher: the direction is fixed beforehand, as by a search elsewhere.
    Source    Peto & Pike (1973), Biometrics 29:579-584 (their approximation of the log-rank test is conservative).
    Checked   scipy binomtest(alternative="greater"); false alarms in tests/simulation/test_personas.py.
    """
    if not lost or expected <= 0 or expected_rest <= 0:
        return 1.0
    from scipy.special import betainc

    return float(betainc(lost, lost_rest + 1, expected / (expected + expected_rest)))


def differs_from_expected(lost: int, expected: float, lost_rest: int, expected_rest: float) -> float | None:
    """Two-sided p-value of the same comparison, twice the smaller tail; None without losses or time at risk."""
    found = rate_ratio(lost, expected, lost_rest, expected_rest)
    return found.p_value if isinstance(found, RateRatio) else None


def all_as_expected(lost: Sequence[int], expected: Sequence[float]) -> Independence | NotEnoughData:
    """The p-value that no group is lost more or less often, at equal ages, than the others.

    lost, expected  Per group; groups of which nothing is expected are left out.

    Given all losses, those of the groups are multinomial with their shares of the expected ones: chi-square with one
    degree of freedom less than groups, or the share of 9,999 drawings (fixed seed) at least as far off where fewer than
    5 are expected of a group. A little too large where ages differ much between groups. Without a Cramer's V.

    Source    Peto & Pike (1973), Biometrics 29:579-584 (their approximation of the log-rank test is conservative).
    Checked   scipy chisquare; `log_rank`, which it comes near to and does not fall below, in tests.
    """
    kept = np.asarray(expected, dtype=float) > 0
    losses, hoped = np.asarray(lost)[kept], np.asarray(expected, dtype=float)[kept]
    total = int(losses.sum())
    if len(losses) < 2 or not total:
        return NotEnoughData("a comparison needs two groups and two outcomes with customers", min(len(losses), 1), 2)
    hoped = hoped * (total / hoped.sum())
    statistic = float(((losses - hoped) ** 2 / hoped).sum())
    if hoped.min() >= FEW_EXPECTED:
        from scipy.special import chdtrc

        return Independence(float(chdtrc(len(losses) - 1, statistic)), "log-rank, from expected losses", None)
    drawn = np.random.default_rng(SEED).multinomial(total, hoped / total, RESAMPLES)
    as_far = int((((drawn - hoped) ** 2 / hoped).sum(axis=1) >= statistic * (1 - 1e-9)).sum())
    return Independence((as_far + 1) / (RESAMPLES + 1), "by drawing losses", None)


def lift_at_age(lost: int, expected: float, lost_all: int, expected_all: float, *, confidence: float = 0.95) -> Answer:
    """How many times as many customers of a group are lost as of everybody at the same ages.

    lost, expected          Of the group.
    lost_all, expected_all  Of everybody, the group included.

    As `lifts.lift`, with expected losses in place of customers: with w = expected / expected_all and r the ratio of the
    group to the rest, lift = r / (w r + 1 - w), whose limits are those of r put through the formula; r has the exact
    limits of two Poisson rates. NotEnoughData without losses, or with nobody in the group or the rest.

    Source    Breslow & Day (1987), Statistical Methods in Cancer Research II, section 3.2; Przyborowski & Wilenski
              (1940), Biometrika 31:313-323.
    Checked   by hand in tests.
    """
    found = rate_ratio(lost, expected, lost_all - lost, expected_all - expected, confidence=confidence)
    if isinstance(found, NotEnoughData):
        return found
    share = expected / expected_all
    high = _as_lift(inf if found.high is None else found.high, share)
    value = (lost / expected) / (lost_all / expected_all)
    return Estimate(value, _as_lift(found.low, share), high, lost, "exact ratio to expected", confidence)


def _as_lift(ratio: float, share: float) -> float:
    return 1 / share if ratio == inf else ratio / (share * ratio + 1 - share)

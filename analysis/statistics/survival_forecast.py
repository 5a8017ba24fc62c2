"""How much of what is there today will be lost: conditional survival of today's lives, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.results import Estimate

DRAWS = 1_000
TWO_YEARS = 24
MIN_AT_RISK = 20
"""Fewer lives than this at an age say little; the risk of ages alike stands in for theirs."""


@dataclass(frozen=True)
class Lives:
    """Lives of one kind, by age in months (index 0 = the month in which they begin).

    at_risk, lost     Lives that entered an age, and those of them lost in it; length n each.
    here              Lives running now, by the age they have reached.
    amount, squares   Sums of their amounts, and of the squares.
    cycle             Months between two chances to leave: 12 for yearly contracts, 1 for monthly ones.
    """

    at_risk: np.ndarray
    lost: np.ndarray
    here: np.ndarray
    amount: np.ndarray
    squares: np.ndarray
    cycle: int = 1


def expected_loss(
    kinds: Sequence[Lives],
    start: int,
    end: int,
    *,
    season: Sequence[float],
    spread: float,
    seed: int,
    confidence: float = 0.95,
) -> Estimate:
    """Amount that lives running now lose in the months (start, end] from now, in the unit of the amounts.

    season  Factor on all risks in each coming month, the next one first; at least `end` of them (see `season_factors`).
    spread  Standard deviation of the logarithm of the ratio between what came and what was expected in the past,
            beyond chance (see `spread_between`); 0 leaves out that periods differ.
    The estimate is the sum of amount x (S(age + start) - S(age + end)) / S(age) with S of the same kind. Its interval
    is for what will come: drawn over the risks (binomial at each age, and half a loss more), over who happens to leave
    (nobody with the chance of that, else gamma with the binomial variance: sums of few large amounts lean to the
    right) and over the period (log-normal).

    Assumes   lives of a kind and age are alike, and the coming months like the past ones up to season and `spread`.
    Use not   for a change that is ahead: a price rise or a fix is in no past life.
    Source    Kaplan & Meier (1958), JASA 53:457-481 for the conditional survival; parametric bootstrap: Davison &
              Hinkley (1997), Bootstrap Methods and their Application, section 3.5.
    Checked   value against hand arithmetic; coverage of the interval in tests/simulation/test_revenue_at_risk.py.
    """
    random = np.random.default_rng(seed)
    value = sum(float(_lost(kind, _risks(kind, kind.lost), start, end, season).amount.sum()) for kind in kinds)
    mean, variance, nobody = np.zeros(DRAWS), np.zeros(DRAWS), np.zeros(DRAWS)
    for kind in kinds:
        risk = _risks(
            kind,
            random.binomial(kind.at_risk.astype(np.int64), _share(kind.lost, kind.at_risk), (DRAWS, len(kind.lost))),
        )
        # Half a loss more, somewhere: no loss so far does not mean that none can come.
        risk += random.gamma(0.5, size=(DRAWS, 1)) / max(kind.at_risk.sum(), 1)
        lost = _lost(kind, np.minimum(risk, 1), start, end, season)
        mean, variance = mean + lost.amount.sum(axis=-1), variance + lost.variance.sum(axis=-1)
        nobody = nobody + lost.nobody.sum(axis=-1)
    period = np.exp(spread * random.standard_normal(DRAWS))
    came = _drawn(mean * period, variance * period, np.exp(nobody * period), random)
    low, high = np.quantile(came, [(1 - confidence) / 2, (1 + confidence) / 2])
    n = int(sum(kind.here.sum() for kind in kinds))
    method = "conditional survival, parametric bootstrap"
    return Estimate(value, float(low), float(high), n, method, confidence)


def _drawn(mean: np.ndarray, variance: np.ndarray, nobody: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Sums with these means and variances that are 0 with the chance `nobody`, and else gamma."""
    some = np.maximum(1 - nobody, 1e-9)
    centre = np.maximum(mean / some, 1e-9)
    width = np.maximum((variance + mean**2) / some - centre**2, 1e-9 * centre**2)
    return np.where(random.random(len(mean)) < nobody, 0.0, random.gamma(centre**2 / width, width / centre))


def chance_variance(kinds: Sequence[Lives], start: int, end: int, season: Sequence[float]) -> float:
    """Variance of what will be lost by who happens to leave alone, in squared units of the amounts."""
    return sum(float(_lost(kind, _risks(kind, kind.lost), start, end, season).variance.sum()) for kind in kinds)


def _share(lost: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    return np.divide(lost, at_risk, out=np.zeros(np.shape(lost)), where=at_risk > 0)


def _risks(kind: Lives, lost: np.ndarray) -> np.ndarray:
    """Risk per age; ages with too few lives have that of all ages of their turn."""
    ages = np.arange(lost.shape[-1])
    risk = _share(lost, kind.at_risk)
    for turn in range(kind.cycle):
        alike = (ages % kind.cycle == turn) & (ages > 0)
        few = alike & (kind.at_risk < MIN_AT_RISK)
        pool = alike if kind.at_risk[alike].sum() >= MIN_AT_RISK else ages > 0
        risk[..., few] = (lost[..., pool].sum(axis=-1) / max(kind.at_risk[pool].sum(), 1))[..., None]
    return risk


@dataclass(frozen=True)
class _Lost:
    """Per age: the expected amount lost, its variance by who happens to leave, and the log-chance that nobody does."""

    amount: np.ndarray
    variance: np.ndarray
    nobody: np.ndarray


def _lost(kind: Lives, risk: np.ndarray, start: int, end: int, season: Sequence[float]) -> _Lost:
    age = np.arange(len(kind.here))
    kept = np.ones((*risk.shape[:-1], len(age)))
    at_start = kept
    for step in range(end):
        at_start = kept if step == start else at_start
        kept = kept * (1 - np.minimum(risk[..., age + step + 1] * season[step], 1))
    gone = at_start - kept
    nobody = kind.here * np.log(np.maximum(1 - gone, 1e-300))
    return _Lost(kind.amount * gone, kind.squares * gone * (1 - gone), nobody)


def season_factors(came: Sequence[float], expected: Sequence[float], months: Sequence[int]) -> np.ndarray:
    """How much riskier than the average of the year each calendar month is: 12 factors, January first.

    came      Losses of each month; expected: those that the risks by age expect of a month without a season.
    months    Calendar month (1-12) of each.
    One yearly wave on the logarithm (Poisson regression with log expected as offset), which needs two years of months;
    with fewer, or where the wave is no better than none by AIC after overdispersion, every factor is 1.

    Source    Stolwijk, Straatman & Zielhuis (1999), J Epidemiol Community Health 53:235-238.
    Checked   statsmodels' GLM fits it; a planted wave is found in tests/unit/analysis/money.
    """
    known = [(c, e, m) for c, e, m in zip(came, expected, months, strict=True) if e > 0]
    if len(known) < TWO_YEARS:
        return np.ones(12)
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    lost, offset = np.array([c for c, _, _ in known]), np.log([e for _, e, _ in known])
    wave = _wave(np.array([m for _, _, m in known]))
    one = np.ones((len(known), 1))
    models: list[Any] = [GLM(lost, x, Poisson(), offset=offset) for x in (np.hstack([one, wave]), one)]
    with_wave, without = (model.fit() for model in models)
    dispersion = max(with_wave.pearson_chi2 / with_wave.df_resid, 1.0)
    if (without.deviance - with_wave.deviance) / dispersion <= 2 * wave.shape[1]:
        return np.ones(12)
    factors = np.exp(_wave(np.arange(1, 13)) @ with_wave.params[1:])
    return factors / factors.mean()


def _wave(months: np.ndarray) -> np.ndarray:
    angle = 2 * np.pi * months / 12
    return np.column_stack([np.cos(angle), np.sin(angle)])


def spread_between(came: Sequence[float], expected: Sequence[float], chance: Sequence[float]) -> float | None:
    """How much periods differ beyond chance: the standard deviation of log(came / expected), None below 3 periods.

    chance  Variance of what came that chance alone gives, per period, in squared units of it.
    Moments: the mean squared logarithm less the mean of chance / expected^2, not below 0; made larger by t / z with as
    many degrees of freedom as periods, because it is estimated from few.
    """
    from scipy import stats

    pairs = [(c, e, v) for c, e, v in zip(came, expected, chance, strict=True) if c > 0 and e > 0]
    if len(pairs) < 3:
        return None
    beyond = np.mean([np.log(c / e) ** 2 - v / e**2 for c, e, v in pairs])
    few = stats.t.ppf(0.975, len(pairs)) / stats.norm.ppf(0.975)
    return float(np.sqrt(max(beyond, 0.0)) * few)

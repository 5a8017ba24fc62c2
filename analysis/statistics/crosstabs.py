"""Tables of counts: is the outcome tied to the groups, how strongly, and which cells make it so."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.proportions import FEW_EXPECTED, fisher_exact_test

RESAMPLES = 9_999
SEED = 20_261_101
"""Of the tables drawn for an exact test, so that the same counts always give the same p-value."""


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's test of a table whose empty rows and columns were left out.

    g                      Likelihood ratio statistic, with the same degrees of freedom.
    cramers_v              0 (no tie) to 1.
    cramers_v_corrected    The same less what chance alone would show.
    expected               Counts expected without a tie, row by row.
    adjusted_residuals     (count - expected) over its standard error: about standard normal without a tie.
    rows, columns          Places, in the table given, of the rows and columns that were kept.
    """

    chi2: float
    df: int
    p_value: float
    g: float
    cramers_v: float
    cramers_v_corrected: float
    expected: tuple[tuple[float, ...], ...]
    adjusted_residuals: tuple[tuple[float, ...], ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Independence:
    """Whether rows and columns are independent: one p-value and the method that gave it.

    cramers_v  How strongly they are tied, corrected for chance; None where rows were followed for different times.
    """

    p_value: float
    method: str
    cramers_v: float | None


def chi_square_test(table: Sequence[Sequence[int]]) -> ChiSquare | NotEnoughData:
    """Pearson's chi-square test of independence, with Cramer's V and adjusted residuals.

    table  Counts, rows by columns, each 0 or more. Empty rows and columns say nothing and are left out.

    Returns NotEnoughData when fewer than two rows or columns have any count. No continuity correction.

    Assumes   each customer is counted once; the p-value is good from 5 expected in every cell on: see
              `independence_test` for fewer.
    Raises    ValueError for a negative count.
    Source    Pearson (1900); Agresti (2007), An Introduction to Categorical Data Analysis, 2.4 (residuals);
              Bergsma (2013), J. Korean Statistical Society 42:323-328 (corrected V).
    Checked   R chisq.test and vcd assocstats, scipy chi2_contingency; golden area crosstab.
    """
    counts, rows, columns = _without_empty(table)
    if min(counts.shape) < 2:
        return NotEnoughData("a comparison needs two groups and two outcomes with customers", min(counts.shape), 2)
    from scipy.stats import chi2

    n = counts.sum()
    row, column = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    expected = row * column / n
    statistic = float(((counts - expected) ** 2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    residuals = (counts - expected) / np.sqrt(expected * (1 - row / n) * (1 - column / n))
    seen = counts > 0
    return ChiSquare(
        chi2=statistic,
        df=df,
        p_value=float(chi2.sf(statistic, df)),
        g=float(2 * (counts[seen] * np.log(counts[seen] / expected[seen])).sum()),
        cramers_v=sqrt(statistic / n / (min(counts.shape) - 1)),
        cramers_v_corrected=_corrected_v(statistic, df, int(n), counts.shape),
        expected=_tuples(expected),
        adjusted_residuals=_tuples(residuals),
        rows=rows,
        columns=columns,
    )


def equal_proportions_test(successes: Sequence[int], sizes: Sequence[int]) -> ChiSquare | NotEnoughData:
    """Whether several proportions are equal: Pearson's test of their table, without correction.

    successes, sizes  Per group, 0 <= success <= size; an empty group is left out.

    Returns NotEnoughData with fewer than two groups, or when nobody or everybody succeeds in all of them.

    Source    Fleiss (1981), Statistical Methods for Rates and Proportions, 9.1.
    Checked   R prop.test (smokers); golden area proportion_test.
    """
    return chi_square_test([[x, n - x] for x, n in zip(successes, sizes, strict=True)])


def independence_test(table: Sequence[Sequence[int]]) -> Independence | NotEnoughData:
    """The p-value of independence: chi-square, or exact where fewer than 5 are expected in a cell.

    table  Counts, rows by columns.

    With few expected: Fisher's exact test for two by two, otherwise the share of 9,999 tables drawn with the same
    margins (fixed seed) that are at least as far from independence, so the smallest p-value is 0.0001.

    Source    Cochran (1954), Biometrics 10:417-451; Patefield (1981), Applied Statistics 30:91-97 (drawing tables).
    Checked   scipy fisher_exact and chi2_contingency(method=MonteCarloMethod).
    """
    found = chi_square_test(table)
    if isinstance(found, NotEnoughData):
        return found
    if min(min(row) for row in found.expected) >= FEW_EXPECTED:
        return Independence(found.p_value, "chi-square", found.cramers_v_corrected)
    counts = np.asarray(table)[np.ix_(found.rows, found.columns)]
    if counts.shape == (2, 2):
        (a, b), (c, d) = counts.tolist()
        return Independence(fisher_exact_test(a, a + b, c, c + d), "Fisher exact", found.cramers_v_corrected)
    return Independence(_drawn_p_value(counts), "exact, by drawing tables", found.cramers_v_corrected)


def _drawn_p_value(counts: np.ndarray) -> float:
    from scipy.stats import MonteCarloMethod, chi2_contingency

    method: Any = MonteCarloMethod(n_resamples=RESAMPLES, rng=np.random.default_rng(SEED))
    found: Any = chi2_contingency(counts, correction=False, method=method)
    return float(found.pvalue)


def _without_empty(table: Sequence[Sequence[int]]) -> tuple[np.ndarray, tuple[int, ...], tuple[int, ...]]:
    counts = np.atleast_2d(np.asarray(table, dtype=float))
    if (counts < 0).any():
        raise ValueError("a count below 0 is no count")
    rows, columns = np.flatnonzero(counts.sum(axis=1)), np.flatnonzero(counts.sum(axis=0))
    return counts[np.ix_(rows, columns)], tuple(rows.tolist()), tuple(columns.tolist())


def _corrected_v(statistic: float, df: int, n: int, shape: tuple[int, ...]) -> float:
    if n < 2:
        return 0.0
    phi2 = max(0.0, statistic / n - df / (n - 1))
    sides = [side - (side - 1) ** 2 / (n - 1) for side in shape]
    return sqrt(phi2 / (min(sides) - 1)) if min(sides) > 1 else 0.0


def _tuples(values: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in values.tolist())

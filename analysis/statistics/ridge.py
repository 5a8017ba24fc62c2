"""A regularised logistic model of who leaves, and what each feature changes on average."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.results import Estimate
from analysis.statistics.proportions import z_value

PENALTIES = (0.001, 0.01, 0.1)
"""Inverse strengths of the penalty that are tried; features are standardised first."""
RESAMPLES = 30


@dataclass(frozen=True, eq=False)
class Features:
    """A matrix with one row per customer and period.

    columns  Per feature: the places of its columns; several for the values of one attribute, of which one is left out.
    period   Number of the period of each row, in order of time. customer: number of the customer of each row.
    """

    matrix: np.ndarray
    lost: np.ndarray
    period: np.ndarray
    customer: np.ndarray
    columns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False)
class Model:
    """The coefficients on standardised columns, and how to standardise."""

    mean: np.ndarray
    spread: np.ndarray
    coefficients: np.ndarray
    constant: float

    def chance(self, matrix: np.ndarray) -> np.ndarray:
        """The chance of each row to leave in its period."""
        return 1 / (1 + np.exp(-((matrix - self.mean) / self.spread @ self.coefficients + self.constant)))


def chosen_penalty(found: Features, folds: int = 2) -> float:
    """The penalty with the smallest log loss on later periods: each fold is trained on what came before it."""
    last = int(found.period.max())
    losses = dict.fromkeys(PENALTIES, 0.0)
    for held_out in range(last - folds + 1, last + 1):
        earlier, later = found.period < held_out, found.period == held_out
        for penalty in PENALTIES:
            chance = np.clip(
                fit(found.matrix[earlier], found.lost[earlier], penalty).chance(found.matrix[later]), 1e-6, 1 - 1e-6
            )
            lost = found.lost[later]
            losses[penalty] -= float(np.where(lost, np.log(chance), np.log(1 - chance)).sum())
    return min(PENALTIES, key=losses.__getitem__)


def fit(matrix: np.ndarray, lost: np.ndarray, penalty: float, times: np.ndarray | None = None) -> Model:
    """Logistic regression with a ridge penalty on standardised columns.

    matrix   Rows by columns. lost: who left. penalty: inverse strength. times: how often each row counts.

    Source    Hoerl & Kennard (1970), Technometrics 12:55-67; le Cessie & van Houwelingen (1992), Applied Statistics
              41:191-201 (logistic).
    Checked   it is scikit-learn's LogisticRegression; with a weak penalty statsmodels Logit, tests/unit.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    mean, spread = matrix.mean(axis=0), matrix.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    model: Any = LogisticRegression(C=penalty, solver="newton-cholesky")  # few columns, many rows
    with threadpool_limits(1):  # for matrices this small threads cost more than they save
        model.fit((matrix - mean) / spread, lost, sample_weight=times)
    return Model(mean, spread, model.coef_[0], float(model.intercept_[0]))


def average_effects(found: Features, penalty: float, *, seed: int, confidence: float = 0.95) -> tuple[Estimate, ...]:
    """What each column changes in the chance to leave on average, all else as it is, with a bootstrap interval.

    A column of 0 and 1 is set to 1 and to 0 (its neighbours of the same attribute to 0); any other is raised by one
    standard deviation. Customers, with all their periods, are drawn again `RESAMPLES` times from a fixed seed; the
    interval is the effect +- z standard errors. The penalty shrinks effects towards 0.

    Assumes   that the model holds. An association: who changes the feature need not change the chance.
    Source    Bartus (2005), Stata Journal 5:309-329 (average marginal effects); Field & Welsh (2007), JRSS B
              69:369-390 (drawing clusters).
    """
    drawn = np.array(
        [_effects(found, fit(found.matrix, found.lost, penalty, times), times) for times in _resampled(found, seed)]
    )
    errors = drawn.std(axis=0, ddof=1)
    z, n = z_value(confidence), len(found.lost)
    return tuple(
        Estimate(value, value - z * error, value + z * error, n, "bootstrap over customers", confidence)
        for value, error in zip(
            _effects(found, fit(found.matrix, found.lost, penalty)).tolist(), errors.tolist(), strict=True
        )
    )


def _resampled(found: Features, seed: int) -> Iterator[np.ndarray]:
    """How often each row counts when customers are drawn again."""
    random = np.random.default_rng(seed)
    numbers = int(found.customer.max()) + 1
    for _ in range(RESAMPLES):
        yield np.bincount(random.integers(0, numbers, numbers), minlength=numbers)[found.customer]


def _effects(found: Features, model: Model, times: np.ndarray | None = None) -> np.ndarray:
    """The average effect of each column."""
    shifts = np.zeros(found.matrix.shape[1])
    steps = model.coefficients / model.spread
    score = (found.matrix - model.mean) @ steps + model.constant
    for columns in found.columns:
        places = list(columns)
        without = score - found.matrix[:, places] @ steps[places]
        for column in columns:
            if _is_yes_or_no(found.matrix[:, column]):
                change = _logistic(without + steps[column]) - _logistic(without)
            else:
                change = _logistic(score + steps[column] * model.spread[column]) - _logistic(score)
            shifts[column] = float(np.average(change, weights=times))
    return shifts


def _is_yes_or_no(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def _logistic(score: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-score))


def brier_skill(chance: Sequence[float], lost: Sequence[bool], naive: float) -> float:
    """How much smaller the mean squared error is than that of one chance for everybody: 1 perfect, 0 no better.

    Source    Brier (1950), Monthly Weather Review 78:1-3.
    """
    outcome = np.asarray(lost, dtype=float)
    error, usual = np.mean((np.asarray(chance) - outcome) ** 2), np.mean((naive - outcome) ** 2)
    return float(1 - error / usual)

"""What one point of retention is worth: a what-if with its assumptions and range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.kpis.report import KpiRow, kpis
from analysis.results import Estimate, NotEnoughData
from data.records import Scope

if TYPE_CHECKING:
    from data.engine import Engine

MONTHS = 6
HORIZONS = (12, 24)
STEPS = (0.0025, 0.005, 0.01, 0.02)
"""Steps of monthly retention that are asked about (0.01 = one point)."""


@dataclass(frozen=True)
class WorthRow:
    """Revenue more over so many months, in cents, if `points` less of the MRR (0.01 = one point) were lost a month.

    today, joining  Of today's customers, and of those who will join; `whole` is both.
    """

    months: int
    points: float
    today_cents: Estimate
    joining_cents: Estimate
    whole_cents: Estimate


@dataclass(frozen=True)
class Worth:
    """The what-if and what it assumes.

    mrr_cents  MRR now; joining_cents: MRR of new and returning customers in an average month.
    churn      Gross MRR churn of an average month with Student's interval over the months.
    """

    rows: tuple[WorthRow, ...]
    mrr_cents: int
    joining_cents: float
    churn: Estimate
    months: int


def worth(engine: Engine, scope: Scope, points: float = 0.01) -> Worth | NotEnoughData:
    """The worth of `points` (0-1) of monthly retention over 12 and 24 months.

    Each month the MRR of the customers there shrinks by the gross churn of an average month of the last six complete
    ones, and as much joins as in an average month; nothing else changes. The range comes from the interval of the
    churn: the less is lost anyway, the longer does a customer kept pay.
    """
    rows = [row for row in kpis(engine, replace(scope, start=None, end=None, grain="month")).rows if row.complete]
    rates = _rates(rows[-MONTHS:])
    if len(rates) < MONTHS:
        return NotEnoughData("the months that can be averaged are too few", len(rates), MONTHS)
    churn = _average(rates)
    if churn.value <= points:
        return NotEnoughData(
            f"in an average month {churn.value:.2%} of the MRR is lost, which is no more than the step"
        )
    mrr, joining = rows[-1].mrr_end_cents, sum(_joined(row) for row in rows[-MONTHS:]) / MONTHS
    found = tuple(_row(months, points, mrr, joining, churn) for months in HORIZONS)
    return Worth(found, mrr, joining, churn, MONTHS)


def _rates(rows: Sequence[KpiRow]) -> list[float]:
    answers = (row.gross_mrr_churn_rate for row in rows)
    return [answer.value for answer in answers if not isinstance(answer, NotEnoughData)]


def _joined(row: KpiRow) -> int:
    return row.mrr_new_cents + row.mrr_reactivation_cents


def _average(rates: Sequence[float]) -> Estimate:
    """Mean of the months with Student's interval: months differ by more than the chance within each."""
    import numpy as np
    from scipy import stats

    mean, error = float(np.mean(rates)), float(np.std(rates, ddof=1)) / len(rates) ** 0.5
    width = float(stats.t.ppf(0.975, len(rates) - 1)) * error
    return Estimate(mean, max(mean - width, 0.0), min(mean + width, 1.0), len(rates), "Student t over months")


def _row(months: int, points: float, mrr: float, joining: float, churn: Estimate) -> WorthRow:
    low, high = churn.limits
    # Most is gained where the step saves all churn; on either side of it the gain is less.
    rates = (churn.value, low, high, min(max(points, low), high))

    def over_range(base: float, inflow: float) -> Estimate:
        ends = [more_revenue(base, inflow, rate, points, months) for rate in rates]
        return Estimate(ends[0], min(ends), max(ends), months, "range of the average churn")

    return WorthRow(months, points, over_range(mrr, 0), over_range(0, joining), over_range(mrr, joining))


def more_revenue(mrr: float, joining: float, churn: float, points: float, months: int) -> float:
    """Revenue of so many months with a churn of `points` less, minus the revenue without; cents.

    mrr now and `joining` per month in cents, churn and points per month 0-1. No more than all churn can be saved.
    """
    return _revenue(mrr, joining, max(churn - points, 0.0), months) - _revenue(mrr, joining, churn, months)


def _revenue(mrr: float, joining: float, churn: float, months: int) -> float:
    total, base = 0.0, mrr
    for _month in range(months):
        base = base * (1 - churn) + joining
        total += base
    return total

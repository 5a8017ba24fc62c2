"""The report against a count by hand, day by day, on random companies; and how often its tests see what is not there."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from analysis.kpis.report import KpiRow, kpis
from analysis.periods import add_months
from analysis.results import Answer, Estimate
from analysis.statistics.differences import mover_difference
from analysis.statistics.proportions import wilson_interval
from data.records import Scope
from tests.builders import a_company, a_subscription, an_engine

FIRST, AS_OF = date(2022, 1, 1), date(2024, 6, 30)
TOLERANCE = 3
DAYS = (AS_OF - FIRST).days + 1


def random_subscriptions(seed: int, customers: int = 90) -> list[dict[str, Any]]:
    """Customers with one to four contracts: short and long, back to back, with gaps, overlapping, or running on."""
    pick = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for i in range(customers):
        start = FIRST + timedelta(days=pick.randrange(700))
        for _ in range(pick.randrange(1, 5)):
            end = start + timedelta(days=pick.choice([10, 30, 31, 60, 200, 400]))
            ends = end.isoformat() if pick.random() < 0.75 else None
            rows.append(a_subscription(f"c{i}", start.isoformat(), ends, pick.choice([500, 1000, 2500, 20000])))
            if ends is None:
                break
            start = end + timedelta(days=pick.choice([-5, 0, 0, 1, 3, 3, 4, 4, 20, 100]))
    return rows


@dataclass(frozen=True)
class ByHand:
    """Amount of each customer on each day, tolerated gaps filled."""

    amounts: np.ndarray

    @classmethod
    def of(cls, rows: list[dict[str, Any]]) -> "ByHand":
        ids = sorted({row["customer_id"] for row in rows})
        amounts = np.zeros((len(ids), DAYS), dtype=int)
        for row in rows:
            low = (row["starts_on"] - FIRST).days
            high = (row["ends_on"] - FIRST).days if row["ends_on"] else DAYS
            amounts[ids.index(row["customer_id"]), low : min(high, DAYS)] += row["mrr_cents"]
        for life in amounts:
            _bridge(life)
        return cls(amounts)

    def before(self, day: date) -> np.ndarray:
        """Amount of each customer at the end of the day before `day`."""
        k = (day - FIRST).days
        return self.amounts[:, k - 1] if k > 0 else np.zeros(len(self.amounts), dtype=int)

    def expected(self, row: KpiRow) -> dict[str, float | None]:
        start, end = self.before(row.period_start), self.before(row.period_end)
        then = self.before(add_months(row.period_end, -12))
        inside = self.amounts[:, (row.period_start - FIRST).days : (row.period_end - FIRST).days]
        earlier = self.amounts[:, : (row.period_start - FIRST).days]
        early = (start == 0) & (end == 0) & ~(earlier > 0).any(axis=1) & (inside > 0).any(axis=1)
        return {
            "customers_start": int((start > 0).sum()),
            "customers_churned": int(((start > 0) & (end == 0)).sum()),
            "early_churn": int(early.sum()),
            "mrr_start_cents": int(start.sum()),
            "mrr_end_cents": int(end.sum()),
            "customer_churn_rate": _share(((start > 0) & (end == 0)).sum(), (start > 0).sum()),
            "gross_mrr_churn_rate": _share(np.maximum(start - end, 0).sum(), start.sum()),
            "grr_12m": _share(np.minimum(then, end).sum(), then.sum()),
            "nrr_12m": _share(end[then > 0].sum(), then.sum()),
        }


def _bridge(life: np.ndarray) -> None:
    """Fill gaps of at most the tolerance with the amount before them."""
    paid = np.flatnonzero(life)
    for last, following in pairwise(paid):
        if 1 < following - last <= TOLERANCE + 1:
            life[last + 1 : following] = life[last]


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _plain(answer: Any) -> float | None:
    return answer if isinstance(answer, int) else answer.value if isinstance(answer, Estimate) else None


def test_every_figure_equals_a_count_by_hand():
    rows = random_subscriptions(seed=1)
    engine, hand = an_engine(a_company(rows, as_of=AS_OF)), ByHand.of(rows)
    for scope in (
        Scope(start=date(2022, 6, 1), end=date(2024, 7, 1)),
        Scope(start=date(2023, 1, 1), end=date(2024, 7, 1), grain="quarter"),
        Scope(start=date(2023, 1, 18), end=date(2024, 1, 10), grain="week"),
    ):
        for row in kpis(engine, scope).rows:
            expected = hand.expected(row)
            found = {name: _plain(getattr(row, name)) for name in expected}
            assert found == pytest.approx(expected, abs=1e-12), row.period


def test_two_months_of_the_same_churn_differ_beyond_chance_once_in_twenty():
    pick = np.random.default_rng(20261122)
    trials, wrong = 2000, 0
    for lost_a, lost_b in zip(pick.binomial(400, 0.04, trials), pick.binomial(380, 0.04, trials), strict=True):
        a, b = wilson_interval(int(lost_a), 400), wilson_interval(int(lost_b), 380)
        wrong += _apart(a, b)
    assert wrong / trials < 0.05 + 3 * np.sqrt(0.05 * 0.95 / trials)


def _apart(a: Answer, b: Answer) -> bool:
    assert isinstance(a, Estimate)
    assert isinstance(b, Estimate)
    found = mover_difference(a, b)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    return found.low > 0 or found.high < 0

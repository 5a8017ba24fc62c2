"""Months of customers as an engine would count them, drawn from given rates, for tests of proof."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import numpy as np

from analysis.proof.judge import judge
from analysis.proof.window import months_later
from data.records_improvement import ProofMetric, ProofMonth, ProofPlan, Verdict

FIRST = date(2024, 1, 1)
LATE = date(2040, 1, 1)


def month(place: int) -> date:
    """The first day of a month, counted from the first one of a series."""
    return months_later(FIRST, place)


def drawn(
    rng: np.random.Generator, rates: Sequence[float] | np.ndarray, n: int | Sequence[int], group: str = "treated"
) -> list[ProofMonth]:
    """One month per rate, of so many customers, each with the event or without."""
    sizes = [n] * len(rates) if isinstance(n, int) else n
    clipped = np.clip(np.asarray(rates, dtype=float), 0, 1)
    return [
        ProofMonth(month(i), group, size, float(x), float(x))
        for i, (size, x) in enumerate(zip(sizes, rng.binomial(sizes, clipped), strict=True))
    ]


def counted(totals: Sequence[float], n: int, group: str = "treated", part: str = "") -> list[ProofMonth]:
    """Months with these counts of events."""
    return [ProofMonth(month(i), group, n, float(x), float(x), part) for i, x in enumerate(totals)]


def churn(baseline: int = 12, **fields: Any) -> ProofPlan:
    """A plan to lower churn that ships after so many months."""
    given: dict[str, Any] = {"baseline_months": baseline, "ships_on": month(baseline), "smallest_effect": 0.01}
    return ProofPlan(ProofMetric("churn"), **(given | fields))


def verdict(plan: ProofPlan, months: Sequence[ProofMonth], **fields: Any) -> Verdict:
    """The verdict long after the window."""
    assert plan.ships_on is not None
    given: dict[str, Any] = {"as_of": LATE, "release": 7}
    return judge(plan, plan.ships_on, months, **(given | fields))


def autocorrelated(rng: np.random.Generator, n: int, by: float) -> np.ndarray:
    """Noise of variance 1 whose neighbours correlate by so much."""
    found = rng.normal(size=n)
    for i in range(1, n):
        found[i] = by * found[i - 1] + (1 - by**2) ** 0.5 * found[i]
    return found


Shape = Callable[[np.random.Generator, int], np.ndarray]
"""Rates of a company over months, as multiples of its usual rate."""

"""Changes of the headline figures: how large, over which period, and whether they are more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.kpis.report import KpiRow
from analysis.periods import add_months
from analysis.results import Answer, Comparison, NotEnoughData
from analysis.statistics.differences import mover_difference
from analysis.statistics.multiplicity import benjamini_hochberg
from data.records import Grain

FALSE_FINDINGS = 0.05
"""Share of false ones among the changes that are called more than chance."""
PERIOD_RATES = frozenset({"customer_churn_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate"})
"""Rates over one period: a rate over a quarter and one over a month are different quantities."""
YEARLY = frozenset({"grr_12m", "nrr_12m"})
"""Figures over the twelve months before the end of a period."""
_MONTHS: Mapping[Grain, float] = {"week": 7 / (365.25 / 12), "month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Pair:
    """Two rows to compare: `now` against `before`, both with periods of one grain."""

    now: KpiRow
    before: KpiRow
    grain: Grain


@dataclass(frozen=True)
class Change:
    """One figure in the two rows of a pair.

    later, earlier  As reported, over periods of the pair's grain.
    difference      later minus earlier; a rate over a period is first put into the grain of the page.
    p_value         Of no difference at all, this comparison alone; None where the figure has no interval or both
                    sides rest on some of the same months.
    q_value         The same judged together with every other comparison on the page (Benjamini-Hochberg).
    overlapping     Whether both sides rest on some of the same months, so that chance cannot be judged.
    """

    later: Answer
    earlier: Answer
    difference: float | None
    p_value: float | None
    q_value: float | None = None
    overlapping: bool = False

    @property
    def beyond_chance(self) -> bool | None:
        """Whether the change is more than chance; None where that cannot be judged."""
        return None if self.q_value is None else self.q_value < FALSE_FINDINGS


@dataclass(frozen=True)
class Changes:
    """Every change a page shows; `judged` is the number of comparisons that were judged together."""

    found: Mapping[tuple[str, Pair], Change]
    judged: int

    def of(self, figure: str, pair: Pair) -> Change:
        """The change of a figure between the rows of a pair."""
        return self.found[figure, pair]


def changes(figures: Sequence[str], pairs: Sequence[Pair], grain: Grain) -> Changes:
    """Compare every figure in every pair, and judge all of them together; equal pairs count once.

    grain  That of the page: rates over periods of another length are converted to it.
    """
    keys = [(figure, pair) for pair in dict.fromkeys(pairs) for figure in figures]
    compared = {key: _compare(*key) for key in keys}
    q_values = benjamini_hochberg([c.p_value if c else None for c in compared.values()])
    found = {key: _change(*key, grain, compared[key], q) for key, q in zip(keys, q_values, strict=True)}
    return Changes(found, sum(q is not None for q in q_values))


def _compare(figure: str, pair: Pair) -> Comparison | None:
    later, earlier = getattr(pair.now, figure), getattr(pair.before, figure)
    if isinstance(later, NotEnoughData) or isinstance(earlier, NotEnoughData) or overlaps(figure, pair):
        return None
    return mover_difference(earlier, later)


def overlaps(figure: str, pair: Pair) -> bool:
    """Whether both sides rest on some of the same months, so that they are anything but independent."""
    first, last = sorted((pair.before.period_end, pair.now.period_end))
    return figure in YEARLY and first < last < add_months(first, 12)


def _change(figure: str, pair: Pair, grain: Grain, compared: Comparison | None, q_value: float | None) -> Change:
    later: Answer = getattr(pair.now, figure)
    earlier: Answer = getattr(pair.before, figure)
    if isinstance(later, NotEnoughData) or isinstance(earlier, NotEnoughData):
        return Change(later, earlier, None, None)
    to = grain if figure in PERIOD_RATES else pair.grain
    difference = over(later.value, pair.grain, to) - over(earlier.value, pair.grain, to)
    p_value = compared.p_value if compared else None
    return Change(later, earlier, difference, p_value, q_value, overlaps(figure, pair))


def over(rate: float, given: Grain, wanted: Grain) -> float:
    """A rate over a period of one length as the rate that makes it over another: 1 - (1 - r)^(wanted / given)."""
    return rate if given == wanted else 1 - (1 - rate) ** (_MONTHS[wanted] / _MONTHS[given])

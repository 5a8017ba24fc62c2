"""The figures at the top of the overview: the last complete period, and its changes over a month, a quarter, a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analysis.kpis.report import KpiReport, KpiRow, kpis
from analysis.periods import floor, shift
from analysis.results import Answer, Comparison, Estimate, NotEnoughData
from analysis.statistics.differences import mover_difference
from data.records import Grain, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine

Span = Literal["month", "quarter", "year"]
#: Figures the overview shows, with the direction that is good for the company.
FIGURES: Mapping[str, Literal["up", "down"]] = {
    "customer_churn_rate": "down",
    "gross_mrr_churn_rate": "down",
    "net_mrr_churn_rate": "down",
    "grr_12m": "up",
    "nrr_12m": "up",
    "arpa_cents": "up",
    "ltv_cents": "up",
    "quick_ratio": "up",
}


@dataclass(frozen=True)
class Change:
    """One figure in two periods or segments; `difference` is now minus before.

    beyond_chance  Whether the interval of the difference leaves out 0; None where the figure has no interval.
    """

    before: Answer
    difference: float | None
    beyond_chance: bool | None


@dataclass(frozen=True)
class Spans:
    """The two rows that a change compares."""

    now: KpiRow
    before: KpiRow


@dataclass(frozen=True)
class Headline:
    """What the overview needs: every period asked for, the last complete one, and rows to compare with.

    last     The last complete row; None when no period asked for is complete.
    spans    Month, quarter and year: the last complete one and the one before; absent where the data do not reach.
    against  The last complete period in the segment that is compared with.
    """

    report: KpiReport
    last: KpiRow | None
    spans: Mapping[Span, Spans]
    against: KpiRow | None = None


def headline(engine: Engine, scope: Scope, against: Segment | None = None) -> Headline:
    """The report of a scope with what its last complete period is compared with."""
    report = kpis(engine, scope)
    last = next((row for row in reversed(report.rows) if row.complete), None)
    if last is None or (engine.release and engine.release.shape == "snapshot"):
        # A snapshot's losses all lie on its day: nothing can be compared with an earlier one.
        return Headline(report, last, {})
    spans: dict[Span, Spans | None] = {
        "month": _before(engine, scope, last, "month", 1),
        "quarter": _before(engine, scope, last, "quarter", 1),
        "year": _year_before(engine, scope, last),
    }
    other = None
    if against is not None:
        window = replace(scope, start=last.period_start, end=last.period_end, segment=against)
        other = kpis(engine, window).rows[-1]
    return Headline(report, last, {name: s for name, s in spans.items() if s is not None}, other)


def change(figure: str, now: KpiRow, before: KpiRow) -> Change:
    """How a figure differs between two rows."""
    later, earlier = getattr(now, figure), getattr(before, figure)
    if isinstance(later, NotEnoughData) or isinstance(earlier, NotEnoughData):
        return Change(earlier, None, None)
    compared = mover_difference(earlier, later)
    return Change(earlier, later.value - earlier.value, _beyond_chance(compared))


def _beyond_chance(compared: Comparison | None) -> bool | None:
    if compared is None or compared.low is None or compared.high is None:
        return None
    return compared.low > 0 or compared.high < 0


def _before(engine: Engine, scope: Scope, last: KpiRow, grain: Grain, steps: int) -> Spans | None:
    """The last whole calendar period that ends with or before `last`, and the one `steps` earlier."""
    end = floor(last.period_end, grain)
    rows = kpis(engine, replace(scope, grain=grain, start=shift(end, grain, -1 - steps), end=end)).rows
    return _pair(rows[0], rows[-1])


def _year_before(engine: Engine, scope: Scope, last: KpiRow) -> Spans | None:
    steps = {"week": 52, "month": 12, "quarter": 4, "year": 1}[scope.grain]
    start = shift(floor(last.period_start, scope.grain), scope.grain, -steps)
    window = replace(scope, start=start, end=shift(start, scope.grain, 1))
    return _pair(kpis(engine, window).rows[0], last)


def _pair(before: KpiRow, now: KpiRow) -> Spans | None:
    return Spans(now, before) if before.customers_start else None


def value_of(answer: Answer) -> float | None:
    """The value of an answer; None when there is none."""
    return answer.value if isinstance(answer, Estimate) else None

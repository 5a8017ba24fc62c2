"""The figures at the top of the overview: the last complete period, and its changes over a month, a quarter, a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from analysis.kpis.apart import Apart, apart
from analysis.kpis.changes import Pair
from analysis.kpis.report import Known, KpiReport, KpiRow, kpis, scope_periods
from analysis.periods import floor, shift
from analysis.results import Answer, Estimate
from data.queries.flows import asked_often
from data.records import Grain, Period, Scope, Segment

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
class Headline:
    """What the overview needs: every period asked for, the last complete one, and rows to compare with.

    last     The last complete row; None when no period asked for is complete.
    spans    Month, quarter and year: the last complete one and the one before; absent where the data do not reach.
    against  The last complete period beside another segment, no customer in both; None where nothing can be compared.
    """

    report: KpiReport
    last: KpiRow | None
    spans: Mapping[Span, Pair]
    against: Apart | None = None


def headline(engine: Engine, scope: Scope, against: Segment | None = None) -> Headline:
    """The report of a scope with what its last complete period is compared with."""
    if engine.release and engine.release.shape == "snapshot":
        # A snapshot's losses all lie on its day: nothing can be compared with an earlier one.
        report = kpis(engine, scope)
        last = _last_complete(report)
        return Headline(report, last, {}, apart(engine, scope, last, against) if last and against else None)
    with asked_often(engine, scope.segment):
        asked = _Asked(engine, scope)
        report = asked.report()
        last = _last_complete(report)
        if last is None:
            return Headline(report, None, {})
        spans = asked.spans(last)
    other = None if against is None else apart(engine, scope, last, against)
    return Headline(report, last, {name: pair for name, pair in spans.items() if pair is not None}, other)


def _last_complete(report: KpiReport) -> KpiRow | None:
    return next((row for row in reversed(report.rows) if row.complete), None)


@dataclass
class _Asked:
    """The questions behind a headline: one over the whole course with the year before, one per other grain."""

    engine: Engine
    scope: Scope
    known: Known = field(default_factory=Known)
    rows: dict[Period, KpiRow] = field(default_factory=dict[Period, KpiRow])

    def report(self) -> KpiReport:
        """The report of the scope; where it begins with a whole period, its year before is counted along."""
        periods = scope_periods(self.engine, self.scope)
        first, last = periods[0], next((p for p in reversed(periods) if p.complete), None)
        start = first.start
        if last is not None and first.start == floor(first.start, self.scope.grain):
            start = min(start, self._year_before(last.start))
        found = kpis(self.engine, replace(self.scope, start=start, end=periods[-1].end), self.known)
        self.rows = {row.period: row for row in found.rows}
        return KpiReport(tuple(self.rows[p] for p in periods), found.notes)

    def spans(self, last: KpiRow) -> dict[Span, Pair | None]:
        """The last complete month, quarter and year (of the scope's grain), each with the one before."""
        return {
            "month": self._step(last, "month"),
            "quarter": self._step(last, "quarter"),
            "year": _pair(
                self._row(self._whole(self._year_before(last.period_start), self.scope.grain)), last, self.scope.grain
            ),
        }

    def _year_before(self, start: date) -> date:
        steps = {"week": 52, "month": 12, "quarter": 4, "year": 1}[self.scope.grain]
        return shift(floor(start, self.scope.grain), self.scope.grain, -steps)

    def _whole(self, first: date, grain: Grain) -> Period:
        return Period(first, shift(first, grain, 1))

    def _row(self, period: Period) -> KpiRow:
        return self.rows[period] if period in self.rows else self._ask(period.start, period.end, self.scope.grain)[0]

    def _step(self, last: KpiRow, grain: Grain) -> Pair | None:
        """The last whole calendar period that ends with or before `last`, and the one before."""
        end = floor(last.period_end, grain)
        start, middle = shift(end, grain, -2), shift(end, grain, -1)
        if grain == self.scope.grain:
            return _pair(self._row(Period(start, middle)), self._row(Period(middle, end)), grain)
        before, now = self._ask(start, end, grain)
        return _pair(before, now, grain)

    def _ask(self, start: date, end: date, grain: Grain) -> tuple[KpiRow, ...]:
        return kpis(self.engine, replace(self.scope, grain=grain, start=start, end=end), self.known).rows


def _pair(before: KpiRow, now: KpiRow, grain: Grain) -> Pair | None:
    return Pair(now, before, grain) if before.customers_start else None


def value_of(answer: Answer) -> float | None:
    """The value of an answer; None when there is none."""
    return answer.value if isinstance(answer, Estimate) else None

"""Definition lens: the same period under five public definitions, and the customers that make the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.metrics import churn
from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import periods_of
from analysis.results import Answer, NotEnoughData
from analysis.statistics.proportions import wilson_interval
from analysis.statistics.ratios import Cell, RatioSums
from data.queries import losses, renewals
from data.queries.flows import DailyFlows, asked_often, daily_flows
from data.queries.losses import annual_customers
from data.records import DefinitionName, Period, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine

DEFINITIONS: tuple[DefinitionName, ...] = ("start-base", "chartmogul", "stripe", "baremetrics", "renewal")
ANNUAL = losses.ANNUAL


@dataclass(frozen=True)
class DefinitionRow:
    """One definition for one period.

    numerator, denominator  Customers; for `renewal` annual recurring revenue in cents.
    customers_only_here     Customers that are lost under this definition and under no other.
    """

    definition: str
    period_start: date
    period_end: date
    complete: bool
    numerator: int
    denominator: int
    rate: Answer
    customers_only_here: int


def definitions(engine: Engine, scope: Scope) -> tuple[DefinitionRow, ...]:
    """Every definition for every period of the scope, by period.

    `baremetrics-annual` is a row of its own, present only when there are annual plans: a yearly and a monthly rate
    are never mixed.
    """
    refuse_outcomes(scope.segment)
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    periods = periods_of(scope, release.as_of, snapshot=release.shape == "snapshot")
    return lens(engine, scope.segment, periods)


def lens(engine: Engine, segment: Segment, periods: Sequence[Period]) -> tuple[DefinitionRow, ...]:
    """The definitions of some periods, and how many customers each alone counts as lost."""
    contracts = engine.has("subscriptions")
    held = renewals.renewals_asked_often(engine, segment, periods) if contracts else nullcontext()
    with asked_often(engine, segment), held:
        lost, alone = _lost_counts(engine, segment, periods)
        bases = _bases(engine, segment)
        due = _renewals_due(engine, segment, periods) if contracts else {}
    rows: list[DefinitionRow] = []
    for i, period in enumerate(periods):
        for name, base in bases.of(period).items():
            rows.append(_customers_row(name, period, lost.get((i, name), 0), base, alone.get((i, name), 0)))
        rows.append(_renewal_row(period, due.get(i), alone.get((i, "renewal"), 0), contracts))
    return tuple(r for r in rows if r.definition != ANNUAL or r.denominator or r.numerator)


def _bases(engine: Engine, segment: Segment) -> _Bases:
    after = engine.release.as_of + timedelta(days=1) if engine.release else date.max
    return _Bases(daily_flows(engine, segment), daily_flows(engine, segment, annual_customers(engine)), after)


def rates_under(
    engine: Engine, definition: DefinitionName, periods: Sequence[Period], segment: Segment
) -> dict[Period, Answer]:
    """The churn rate of each period under one definition: that of the lens, without counting the other four."""
    with asked_often(engine, segment):
        rows = (_renewals if definition == "renewal" else _counted)(engine, definition, periods, segment)
    return {period: row.rate for period, row in zip(periods, rows, strict=True)}


def _renewals(engine: Engine, _: str, periods: Sequence[Period], segment: Segment) -> list[DefinitionRow]:
    contracts = engine.has("subscriptions")
    due = _renewals_due(engine, segment, periods) if contracts else {}
    return [_renewal_row(period, due.get(i), 0, contracts) for i, period in enumerate(periods)]


def _counted(engine: Engine, definition: str, periods: Sequence[Period], segment: Segment) -> list[DefinitionRow]:
    lost = {row["window"]: int(row["lost"]) for row in losses.lost_under(engine, segment, periods, definition)}
    every = daily_flows(engine, segment)
    yearly = daily_flows(engine, segment, annual_customers(engine)) if definition == "baremetrics" else every
    bases = _Bases(every, yearly, engine.release.as_of + timedelta(days=1) if engine.release else date.max)
    return [_customers_row(definition, p, lost.get(i, 0), bases.of(p)[definition], 0) for i, p in enumerate(periods)]


@dataclass(frozen=True)
class _Bases:
    """Denominators from the daily sums of all customers and of those on annual plans; the data end before `after`."""

    every: DailyFlows
    annual: DailyFlows
    after: date

    def of(self, period: Period) -> dict[str, int]:
        end = min(period.end, self.after)
        month_ago, year_ago = end - timedelta(days=losses.MONTH_DAYS), end - timedelta(days=losses.YEAR_DAYS)
        at_start = int(self.every.level(self.every.active, period.start))
        active_month_ago = int(self.every.level(self.every.active, month_ago))
        joined = int(self.every.during(self.every.counts["new"], Period(month_ago, end)))
        return {
            "start-base": at_start,
            "chartmogul": at_start,
            "stripe": active_month_ago + joined,
            "baremetrics": active_month_ago - int(self.annual.level(self.annual.active, month_ago)),
            ANNUAL: int(self.annual.level(self.annual.active, year_ago)),
        }


Counts = Mapping[tuple[int, str], int]


def _lost_counts(engine: Engine, segment: Segment, periods: Sequence[Period]) -> tuple[Counts, Counts]:
    """Customers lost per (period, definition), and those that no other definition counts."""
    rows = losses.lost_counts(engine, segment, periods)
    counts = {(r["window"], r["definition"]): int(r["lost"]) for r in rows}
    return counts, {(r["window"], r["definition"]): int(r["alone"]) for r in rows}


@dataclass(frozen=True)
class _Due:
    """Contracts due for renewal in a period: sums over their customers, and those that did not renew."""

    sums: RatioSums
    cells: Sequence[Cell]


def _renewals_due(engine: Engine, segment: Segment, periods: Sequence[Period]) -> dict[int, _Due]:
    cells: dict[int, list[Cell]] = {}
    for cell in renewals.renewal_cells(engine, segment, periods):
        cells.setdefault(cell["window"], []).append(Cell(cell["part"], cell["whole"], cell["customers"]))
    in_order = {window: sorted(found, key=lambda c: (c.part, c.whole)) for window, found in cells.items()}
    sums = {row.pop("window"): RatioSums(**row) for row in renewals.renewal_sums(engine, segment, periods)}
    return {window: _Due(found, in_order.get(window, [])) for window, found in sums.items()}


def _customers_row(name: str, period: Period, lost: int, base: int, alone: int) -> DefinitionRow:
    if base == 0:
        rate: Answer = NotEnoughData("no customers in the denominator of this definition", 0, 1)
    elif lost > base:
        rate = NotEnoughData("more customers left than this definition has in its denominator", base)
    else:
        rate = wilson_interval(lost, base)
    return DefinitionRow(name, period.start, period.end, period.complete, lost, base, rate, alone)


def _renewal_row(period: Period, due: _Due | None, alone: int, contracts: bool) -> DefinitionRow:
    if due is None:
        reason = "nothing was due for renewal" if contracts else "no contracts: load subscriptions to see renewals"
        missing = NotEnoughData(reason, 0, 1)
        return DefinitionRow("renewal", period.start, period.end, period.complete, 0, 0, missing, 0)
    rate = churn.renewal_churn_rate(due.sums, due.cells, seed=period.start.toordinal())
    lost, whole = int(due.sums.part), int(due.sums.whole)
    return DefinitionRow("renewal", period.start, period.end, period.complete, lost, whole, rate, alone)

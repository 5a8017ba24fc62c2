"""The KPI report: one row per period with counts, money and every headline metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from analysis.kpis.definitions import rates_under
from analysis.metrics import churn
from analysis.periods import add_months, floor, periods_of, shift
from analysis.results import Answer, NotEnoughData
from analysis.statistics.ratios import Cell, RatioSums
from data.queries import flows
from data.records import Period, Release, Scope

if TYPE_CHECKING:
    from data.engine import Engine
    from data.queries.flows import DailyFlows

KINDS = flows.KINDS


@dataclass(frozen=True)
class Flows:
    """Customers and cents that moved, per kind, under one reading; contraction and churn as negative cents."""

    customers: Mapping[str, int]
    cents: Mapping[str, int]


@dataclass(frozen=True)
class KpiRow:
    """Figures of one period; counts of customers, money in cents, rates 0-1. Names as in the metric dictionary."""

    period_start: date
    period_end: date
    complete: bool
    customers_start: int
    customers_new: int
    customers_reactivated: int
    customers_churned: int
    customers_end: int
    early_churn: int
    mrr_start_cents: int
    mrr_new_cents: int
    mrr_reactivation_cents: int
    mrr_expansion_cents: int
    mrr_contraction_cents: int
    mrr_churn_cents: int
    mrr_end_cents: int
    churned_involuntary: int
    customer_churn_rate: Answer
    gross_mrr_churn_rate: Answer
    net_mrr_churn_rate: Answer
    grr_12m: Answer
    nrr_12m: Answer
    arpa_cents: Answer
    ltv_cents: Answer
    quick_ratio: Answer
    avoidable_churn_rate: Answer

    @property
    def period(self) -> Period:
        """The period the row is about."""
        return Period(self.period_start, self.period_end, self.complete)


@dataclass(frozen=True)
class KpiReport:
    """Rows in order of time, and what the reader must know of them."""

    rows: tuple[KpiRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Facts:
    """What the engine counted, once for all periods."""

    daily: DailyFlows
    net: Mapping[date, Mapping[str, Any]]
    cells: Mapping[date, Sequence[Mapping[str, Any]]]
    year: Mapping[int, Mapping[str, Any]]
    monthly_churned: Mapping[date, int]


def kpis(engine: Engine, scope: Scope) -> KpiReport:
    """Every headline figure for each period of the scope."""
    release = _release(engine)
    as_of, options = release.as_of, release.options
    periods = periods_of(scope, as_of, snapshot=release.shape == "snapshot")
    facts = _facts(engine, scope, periods)
    rows = [_row(facts, scope, period, i, options.gross_margin, as_of) for i, period in enumerate(periods)]
    if scope.definition != "start-base":
        rates = rates_under(engine, scope.definition, periods, scope.segment)
        rows = [replace(row, customer_churn_rate=rates[row.period]) for row in rows]
    return KpiReport(tuple(rows), notes_for(engine))


def notes_for(engine: Engine) -> tuple[str, ...]:
    """What every report on this release has to say."""
    notes: list[str] = []
    if _release(engine).shape == "snapshot":
        notes.append(
            "The data are a snapshot: they say that a customer left, not when. All losses lie on the as-of date and "
            "trends over time cannot be drawn."
        )
    if _release(engine).shape == "purchases":
        notes.append(
            "A customer is lost when the activity window ends without a purchase. Whoever bought inside the last "
            "window before the as-of date is undecided and counted as present."
        )
    if _release(engine).options.gross_margin == 1.0:
        notes.append("Lifetime value is before costs: no gross margin is set (option gross_margin).")
    return tuple(notes)


def _release(engine: Engine) -> Release:
    if engine.release is None:
        raise ValueError("reports need a recorded release")
    return engine.release


def _facts(engine: Engine, scope: Scope, periods: Sequence[Period]) -> _Facts:
    start, end = periods[0].start, periods[-1].end
    segment, grain = scope.segment, scope.grain
    since = add_months(floor(start, "month"), -churn.LIFETIME_MONTHS)
    if grain == "month":
        net = flows.net_flows(engine, segment, grain, min(since, start), end)
        monthly = {row["period"]: row["n_churn"] for row in net}
        net = flows.net_flows(engine, segment, grain, start, end) if floor(start, grain) != start else net
    else:
        net = flows.net_flows(engine, segment, grain, start, end)
        monthly = {row["period"]: row["n_churn"] for row in flows.net_flows(engine, segment, "month", since, end)}
    cells: dict[date, list[Mapping[str, Any]]] = {}
    for cell in flows.loss_cells(engine, segment, grain, start, end):
        cells.setdefault(cell["period"], []).append(cell)
    windows = [(add_months(p.end, -12), p.end) for p in periods]
    return _Facts(
        daily=flows.daily_flows(engine, segment),
        net={row["period"]: row for row in net},
        cells=cells,
        year={row["window"]: row for row in flows.twelve_months(engine, segment, windows)},
        monthly_churned=monthly,
    )


def _row(facts: _Facts, scope: Scope, period: Period, index: int, gross_margin: float, as_of: date) -> KpiRow:
    daily, first = facts.daily, floor(period.start, scope.grain)
    net = facts.net.get(first, {})
    moved = _net_reading(net) if scope.bridge == "net" else _activity_reading(daily, period)
    customers_start = int(daily.level(daily.active, period.start))
    customers_end = int(daily.level(daily.active, period.end))
    mrr_start, mrr_end = int(daily.level(daily.delta, period.start)), int(daily.level(daily.delta, period.end))
    churned = int(net.get("n_churn", 0))
    arpa = churn.arpa(mrr_end, customers_end)
    gained = moved.cents["new"] + moved.cents["reactivation"] + moved.cents["expansion"]
    lost = -moved.cents["churn"] - moved.cents["contraction"]
    gross, net_rate = _money_rates(facts, period, first, customers_start, mrr_start)
    grr, nrr = _twelve_months(facts, period, index)
    return KpiRow(
        period_start=period.start,
        period_end=period.end,
        complete=period.complete,
        customers_start=customers_start,
        customers_new=moved.customers["new"],
        customers_reactivated=moved.customers["reactivation"],
        customers_churned=moved.customers["churn"],
        customers_end=customers_end,
        early_churn=int(net.get("early_churn", 0)),
        mrr_start_cents=mrr_start,
        mrr_new_cents=moved.cents["new"],
        mrr_reactivation_cents=moved.cents["reactivation"],
        mrr_expansion_cents=moved.cents["expansion"],
        mrr_contraction_cents=moved.cents["contraction"],
        mrr_churn_cents=moved.cents["churn"],
        mrr_end_cents=mrr_end,
        churned_involuntary=int(net.get("involuntary", 0)),
        customer_churn_rate=churn.customer_churn_rate(churned, customers_start),
        gross_mrr_churn_rate=gross,
        net_mrr_churn_rate=net_rate,
        grr_12m=grr,
        nrr_12m=nrr,
        arpa_cents=arpa,
        ltv_cents=churn.lifetime_value(arpa, _monthly_rates(facts, period, as_of), gross_margin),
        quick_ratio=churn.quick_ratio(gained, lost, customers_start),
        avoidable_churn_rate=NotEnoughData("no loss of this period has been diagnosed in an interview", 0, churned),
    )


def _net_reading(net: Mapping[str, Any]) -> Flows:
    return Flows(
        {k: int(net.get(f"n_{k}", 0)) for k in KINDS},
        {k: int(net.get(f"cents_{k}", 0)) for k in KINDS},
    )


def _activity_reading(daily: DailyFlows, period: Period) -> Flows:
    return Flows(
        {k: int(daily.during(daily.counts[k], period)) for k in KINDS},
        {k: int(daily.during(daily.amounts[k], period)) for k in KINDS},
    )


def _money_rates(facts: _Facts, period: Period, first: date, customers: int, mrr: int) -> tuple[Answer, Answer]:
    net, cells = facts.net.get(first, {}), facts.cells.get(first, ())
    whole_squared = float(facts.daily.level(facts.daily.squares, period.start))
    seed = period.start.toordinal()

    def rate(name: str, part: str) -> Answer:
        sums = RatioSums(
            customers,
            float(net.get(name, 0.0)),
            float(mrr),
            float(net.get(f"{name}_squared", 0.0)),
            whole_squared,
            float(net.get(f"{name}_by_start", 0.0)),
        )
        return churn.mrr_churn_rate(sums, _cells(cells, part), seed=seed)

    return rate("lost", "gross"), rate("net", "net")


def _cells(cells: Sequence[Mapping[str, Any]], part: str) -> list[Cell]:
    found: list[Cell] = []
    for c in cells:
        change = c["before"] - c["after"]
        lost = (max(change, 0) if c["was"] else 0) if part == "gross" else change
        if lost:
            found.append(Cell(float(lost), float(c["before"]), c["customers"]))
    return sorted(found, key=lambda cell: (cell.part, cell.whole))


def _twelve_months(facts: _Facts, period: Period, index: int) -> tuple[Answer, Answer]:
    daily, then = facts.daily, add_months(period.end, -12)
    before = int(daily.level(daily.delta, then))
    customers = int(daily.level(daily.active, then))
    moved = facts.year.get(index, {"shrunk": 0, "change": 0})
    grr = churn.retention(before - int(moved["shrunk"]), before, customers)
    return grr, churn.retention(before + int(moved["change"]), before, customers)


def _monthly_rates(facts: _Facts, period: Period, as_of: date) -> list[float]:
    """Customer churn of the last 6 complete months that end by the end of the period."""
    last = shift(floor(min(period.end, as_of + timedelta(days=1)), "month"), "month", -churn.LIFETIME_MONTHS)
    rates: list[float] = []
    for step in range(churn.LIFETIME_MONTHS):
        month = shift(last, "month", step)
        at_start = int(facts.daily.level(facts.daily.active, month))
        if at_start:
            rates.append(facts.monthly_churned.get(month, 0) / at_start)
    return rates

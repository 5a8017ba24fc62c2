"""The KPI report: one row per period with counts, money and every headline metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from analysis.kpis.avoidable import Diagnosed, Diagnosis, avoidable_losses
from analysis.kpis.definitions import rates_under
from analysis.metrics import churn
from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import add_months, floor, periods_of, shift
from analysis.results import Answer, NotEnoughData
from analysis.statistics.ratios import MANY_CUSTOMERS, Cell, RatioSums
from data.queries import flows
from data.queries.retention import Retained, Window, retained
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
    churned_voluntary: int
    churned_unknown: int
    customer_churn_rate: Answer
    gross_mrr_churn_rate: Answer
    net_mrr_churn_rate: Answer
    grr_12m: Answer
    nrr_12m: Answer
    arpa_cents: Answer
    ltv_cents: Answer
    quick_ratio: Answer
    involuntary_share: Answer
    avoidable_churn_rate: Answer
    churned_undiagnosed: int

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
    year: Sequence[Retained]
    monthly_churned: Mapping[date, int]


@dataclass
class Known:
    """What earlier questions on a segment counted, so that the next one counts only what is new.

    churned   Customers lost per month (first day), net reading, of whole months.
    retained  Per window of twelve months: what its customers pay less at its end.
    """

    daily: DailyFlows | None = None
    churned: dict[date, int] = field(default_factory=dict[date, int])
    retained: dict[Window, Retained] = field(default_factory=dict[Window, Retained])


_TIMELESS = NotEnoughData("a snapshot does not say when customers left")
_NEEDING_TIME = ("grr_12m", "nrr_12m", "ltv_cents", "quick_ratio")


def kpis(engine: Engine, scope: Scope, known: Known | None = None, diagnosed: Sequence[Diagnosis] = ()) -> KpiReport:
    """Every headline figure for each period of the scope.

    known      Shared by questions on the same segment.
    diagnosed  What interviews found of losses; the app database has them, the engine does not.
    """
    refuse_outcomes(scope.segment)
    release = _release(engine)
    as_of, options = release.as_of, release.options
    periods = scope_periods(engine, scope)
    with flows.asked_often(engine, scope.segment):
        facts = _facts(engine, scope, periods, known or Known())
    rows = [_row(facts, scope, period, i, options.gross_margin, as_of) for i, period in enumerate(periods)]
    if release.shape == "snapshot":
        rows = [replace(row, **dict.fromkeys(_NEEDING_TIME, _TIMELESS)) for row in rows]
    if scope.definition != "start-base":
        rates = rates_under(engine, scope.definition, periods, scope.segment)
        rows = [replace(row, customer_churn_rate=rates[row.period]) for row in rows]
    return KpiReport(with_diagnoses(engine, scope, rows, diagnosed), (*_nobody(scope, rows), *notes_for(engine)))


def with_diagnoses(
    engine: Engine, scope: Scope, rows: Sequence[KpiRow], diagnosed: Sequence[Diagnosis]
) -> tuple[KpiRow, ...]:
    """The rows of a scope with what interviews found of their losses."""
    if not diagnosed or not rows:
        return tuple(rows)
    found = avoidable_losses(engine, scope, [row.period for row in rows], diagnosed)
    return tuple(_with_diagnoses(row, found[row.period]) for row in rows)


def _with_diagnoses(row: KpiRow, found: Diagnosed) -> KpiRow:
    churned = row.churned_involuntary + row.churned_voluntary + row.churned_unknown
    rate = churn.avoidable_churn_rate(found.avoidable, found.diagnosed, churned, row.customers_start)
    return replace(row, avoidable_churn_rate=rate, churned_undiagnosed=churned - found.diagnosed)


def _nobody(scope: Scope, rows: Sequence[KpiRow]) -> tuple[str, ...]:
    if not scope.segment.conditions or any(row.customers_start or row.customers_end for row in rows):
        return ()
    return ("No customer of this segment was there in the range. Check the values of its conditions.",)


def scope_periods(engine: Engine, scope: Scope) -> tuple[Period, ...]:
    """The periods a scope asks for on this release."""
    release = _release(engine)
    return periods_of(scope, release.as_of, snapshot=release.shape == "snapshot")


def notes_for(engine: Engine) -> tuple[str, ...]:
    """What every report on this release has to say."""
    notes: list[str] = []
    if _release(engine).shape == "snapshot":
        notes.append(
            "The data are a snapshot: they say that a customer left, not when. Rates are shares of all customers in "
            "the file, not rates per month. All losses lie on the as-of date and trends over time cannot be drawn."
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


def _facts(engine: Engine, scope: Scope, periods: Sequence[Period], known: Known) -> _Facts:
    start, end = periods[0].start, periods[-1].end
    segment, grain = scope.segment, scope.grain
    since = add_months(floor(start, "month"), -churn.LIFETIME_MONTHS)
    if grain == "month" and floor(start, grain) == start:
        net = flows.net_flows(engine, segment, grain, since, end)
        _remember_months(known, net, since, end)
    else:
        net = flows.net_flows(engine, segment, grain, start, end)
    if not known.churned.keys() >= set(_months(since, end)):
        _remember_months(known, flows.net_flows(engine, segment, "month", since, end), since, end)
    if known.daily is None:
        known.daily = flows.daily_flows(engine, segment)
    windows = [_twelve_months_to(p, _release(engine).as_of) for p in periods]
    if not known.retained.keys() >= set(windows):
        known.retained.update(zip(windows, retained(engine, segment, windows), strict=True))
    return _Facts(
        daily=known.daily,
        net={row["period"]: row for row in net},
        cells=_fetched_cells(engine, scope, net, start, end),
        year=[known.retained[window] for window in windows],
        monthly_churned=known.churned,
    )


def _twelve_months_to(period: Period, as_of: date) -> Window:
    """The twelve months that end with the period, or with the data where they do not reach its end."""
    end = min(period.end, as_of + timedelta(days=1))
    return add_months(end, -12), end


def _months(start: date, end: date) -> list[date]:
    """First days of the whole months between."""
    found, first = [], start
    while add_months(first, 1) <= end:
        found.append(first)
        first = add_months(first, 1)
    return found


def _remember_months(known: Known, net: Sequence[Mapping[str, Any]], since: date, end: date) -> None:
    counted = {row["period"]: row["n_churn"] for row in net}
    known.churned.update({month: counted.get(month, 0) for month in _months(since, end)})


def _fetched_cells(
    engine: Engine, scope: Scope, net: Sequence[Mapping[str, Any]], start: date, end: date
) -> dict[date, list[Mapping[str, Any]]]:
    """Changes customer by customer (grouped by equal amounts) where a rate of money rests on few of them."""
    asked = [row for row in net if row["period"] >= floor(start, scope.grain)]
    few = [row["period"] for row in asked if min(row["losers"], row["movers"]) < MANY_CUSTOMERS]
    cells: dict[date, list[Mapping[str, Any]]] = {period: [] for period in few}
    for cell in flows.loss_cells(engine, scope.segment, scope.grain, start, end, few):
        cells[cell["period"]].append(cell)
    return cells


def _row(facts: _Facts, scope: Scope, period: Period, index: int, gross_margin: float, as_of: date) -> KpiRow:
    daily, first = facts.daily, floor(period.start, scope.grain)
    net = facts.net.get(first, {})
    moved = _net_reading(net) if scope.bridge == "net" else _activity_reading(daily, period)
    customers_start = int(daily.level(daily.active, period.start))
    customers_end = int(daily.level(daily.active, period.end))
    mrr_start, mrr_end = int(daily.level(daily.delta, period.start)), int(daily.level(daily.delta, period.end))
    churned = int(net.get("n_churn", 0))
    failed, decided = int(net.get("involuntary", 0)), int(net.get("voluntary", 0))
    arpa = churn.arpa(mrr_end, customers_end)
    gained = moved.cents["new"] + moved.cents["reactivation"] + moved.cents["expansion"]
    lost = -moved.cents["churn"] - moved.cents["contraction"]
    gross, net_rate = _money_rates(facts, period, first, customers_start, mrr_start)
    grr, nrr = _twelve_months(facts, _twelve_months_to(period, as_of)[0], index)
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
        churned_involuntary=failed,
        churned_voluntary=decided,
        churned_unknown=churned - failed - decided,
        customer_churn_rate=churn.customer_churn_rate(churned, customers_start),
        gross_mrr_churn_rate=gross,
        net_mrr_churn_rate=net_rate,
        grr_12m=grr,
        nrr_12m=nrr,
        arpa_cents=arpa,
        ltv_cents=churn.lifetime_value(arpa, _monthly_rates(facts, period, as_of), gross_margin),
        quick_ratio=churn.quick_ratio(gained, lost, customers_start),
        involuntary_share=churn.involuntary_share(failed, decided, churned - failed - decided),
        avoidable_churn_rate=churn.avoidable_churn_rate(0, 0, churned, customers_start),
        churned_undiagnosed=churned,
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
    net = facts.net.get(first, {})
    whole_squared = float(facts.daily.level(facts.daily.squares, period.start))
    seed = period.start.toordinal()

    def rate(name: str, part: str, changed: str) -> Answer:
        cells = None if net.get(changed, 0) >= MANY_CUSTOMERS else _cells(facts.cells.get(first, ()), part)
        sums = RatioSums(
            customers,
            float(net.get(name, 0.0)),
            float(mrr),
            float(net.get(f"{name}_squared", 0.0)),
            whole_squared,
            float(net.get(f"{name}_by_start", 0.0)),
        )
        return churn.mrr_churn_rate(sums, cells, seed=seed)

    gross = rate("lost", "gross", "losers")
    return gross, churn.net_mrr_churn_rate(rate("net", "net", "movers"), gross)


def _cells(cells: Sequence[Mapping[str, Any]], part: str) -> list[Cell]:
    found: list[Cell] = []
    for c in cells:
        change = c["before"] - c["after"]
        lost = (max(change, 0) if c["was"] else 0) if part == "gross" else change
        if lost:
            found.append(Cell(float(lost), float(c["before"]), c["customers"]))
    return sorted(found, key=lambda cell: (cell.part, cell.whole))


def _twelve_months(facts: _Facts, then: date, index: int) -> tuple[Answer, Answer]:
    daily = facts.daily
    customers, before = int(daily.level(daily.active, then)), float(daily.level(daily.delta, then))
    squared, moved = float(daily.level(daily.squares, then)), facts.year[index]
    lost = RatioSums(customers, moved.lost, before, moved.lost_squared, squared, moved.lost_by_start)
    net = RatioSums(customers, moved.net, before, moved.net_squared, squared, moved.net_by_start)
    return churn.retention(lost, net)


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

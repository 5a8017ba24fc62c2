"""Charts of the key figures: rates over time, the bridge of one period, who came and went."""

from collections.abc import Sequence
from typing import Any

from analysis.kpis.headline import Headline, value_of
from analysis.kpis.report import KpiRow
from analysis.results import Answer, NotEnoughData
from dashboard import formats
from dashboard.charts import base, bridge, rates, stacks
from dashboard.charts.base import Chart
from dashboard.definitions import title_of, unit_of
from dashboard.filters import Look
from dashboard.language import _, current
from data.records import Grain


def churn(headline: Headline, look: Look) -> Chart:
    """The customer churn rate of the overview."""
    title = _("How many customers do we lose?")
    return rate_over_time("customer_churn_rate", headline.report.rows, look.grain, title=title)


def bridge_of_last(headline: Headline, look: Look) -> Chart:
    """The MRR bridge of the last complete period, or of the last one there is."""
    row = headline.last or headline.report.rows[-1]
    title = _("What became of our revenue in {period}?").format(period=formats.period(row.period_start, look.grain))
    return mrr_bridge(row, look.currency, title=title)


def rate_over_time(
    figure: str, rows: Sequence[KpiRow], grain: Grain, *, title: str, events: Sequence[Any] = ()
) -> Chart:
    """One rate per period with its interval; incomplete periods hollow and apart."""
    unit = unit_of(figure)
    points = [_point(figure, row, grain, first=i == 0) for i, row in enumerate(rows)]
    return Chart(
        title=title,
        spec=rates.spec(current(), base.unit_title(unit), base.value_format(unit)),
        data={"rates": [p for p in points if p["value"] is not None], "band": [], "events": list(events)},
        alt=_("{figure} per period, with interval").format(figure=title_of(figure)),
        table=[_told(figure, row, grain) for row in rows],
        note=_("The band is the 95% interval. Hollow points are periods that are not complete yet."),
    )


def _point(figure: str, row: KpiRow, grain: Grain, *, first: bool) -> dict[str, Any]:
    answer: Answer = getattr(row, figure)
    known = not isinstance(answer, NotEnoughData)
    return {
        "at": base.tick(row.period_start, grain, first=first),
        "name": formats.period(row.period_start, grain),
        "value": value_of(answer),
        "low": answer.low if known else None,
        "high": answer.high if known else None,
        "shown": in_words(answer, unit_of(figure)),
        "state": "observed" if row.complete else "incomplete",
        "series": "",
    }


def in_words(answer: Answer, unit: str, currency: str = "") -> str:
    """An answer with its interval: 5.3% (4.1% - 7.0%)."""
    if isinstance(answer, NotEnoughData):
        return _("not enough data")
    value = formats.value(answer.value, unit, currency)
    if answer.low is None or answer.high is None:
        return value
    return f"{value} ({formats.interval(answer.low, answer.high, unit, currency)})"


def _told(figure: str, row: KpiRow, grain: Grain) -> dict[str, str]:
    name = formats.period(row.period_start, grain)
    return {
        _("Period"): name if row.complete else _("{period} (not complete)").format(period=name),
        title_of(figure): in_words(getattr(row, figure), unit_of(figure)),
        _("Lost"): formats.count(row.customers_churned),
        _("At start"): formats.count(row.customers_start),
    }


def mrr_bridge(row: KpiRow, currency: str, *, title: str) -> Chart:
    """How the MRR at the start of a period became that at its end."""
    moves = [
        (_("New"), row.mrr_new_cents),
        (_("Returned"), row.mrr_reactivation_cents),
        (_("Expansion"), row.mrr_expansion_cents),
        (_("Contraction"), row.mrr_contraction_cents),
        (_("Churn"), row.mrr_churn_cents),
    ]
    return _bridge(row.mrr_start_cents, moves, row.mrr_end_cents, "money", currency, title)


def customer_bridge(row: KpiRow, *, title: str) -> Chart:
    """How the customers at the start of a period became those at its end."""
    moves = [
        (_("New"), row.customers_new),
        (_("Returned"), row.customers_reactivated),
        (_("Lost"), -row.customers_churned),
    ]
    return _bridge(row.customers_start, moves, row.customers_end, "count", "", title)


def _bridge(
    opening: int, moves: Sequence[tuple[str, int]], closing: int, unit: str, currency: str, title: str
) -> Chart:
    steps, level = [_step(_("Opening"), 0, opening, "balance", opening, unit, currency)], opening
    for name, amount in moves:
        steps.append(_step(name, level, level + amount, "gain" if amount >= 0 else "loss", amount, unit, currency))
        level += amount
    steps.append(_step(_("Closing"), 0, closing, "balance", closing, unit, currency))
    steps = [{**step, "place": f"{i}|{step['step']}"} for i, step in enumerate(steps)]
    return Chart(
        title=title,
        spec=bridge.spec(current(), base.unit_title(unit, currency), base.value_format(unit)),
        data={"steps": steps},
        alt=title,
        table=[{_("Step"): s["step"], _("Amount"): s["shown"]} for s in steps],
    )


def _step(name: str, start: int, end: int, kind: str, amount: int, unit: str, currency: str) -> dict[str, Any]:
    divisor = 10 ** formats.exponent(currency) if unit == "money" else 1
    shown = formats.change(amount, unit, currency)
    if kind == "balance":
        shown = formats.money(amount, currency, compact=True, digits=2) if unit == "money" else formats.count(amount)
    low, high = (end / divisor,) * 2 if kind == "balance" else sorted((start / divisor, end / divisor))
    after = end / divisor
    return {"step": name, "low": low, "high": high, "top": high, "after": after, "kind": kind, "shown": shown}


def customers_over_time(rows: Sequence[KpiRow], grain: Grain, *, title: str) -> Chart:
    """Who came and who went in each period."""
    kinds = (
        (_("New"), "customers_new", 1),
        (_("Lost"), "customers_churned", -1),
        (_("Returned"), "customers_reactivated", 1),
    )
    parts = [
        _part(row, grain, name, sign * getattr(row, field), rank, first=i == 0)
        for i, row in enumerate(rows)
        for rank, (name, field, sign) in enumerate(kinds)
    ]
    return _stack(parts, tuple(name for name, _field, _sign in kinds), title)


def losses_by_cause(rows: Sequence[KpiRow], grain: Grain, *, title: str) -> Chart:
    """Losses that were decided, and losses that were a failed payment."""
    parts: list[dict[str, Any]] = []
    decided, failed = _("Customer decided"), _("Payment failed")
    for i, row in enumerate(rows):
        left = row.customers_churned - row.churned_involuntary
        parts.append(_part(row, grain, decided, left, 0, first=i == 0))
        parts.append(_part(row, grain, failed, row.churned_involuntary, 1, first=i == 0))
    return _stack(parts, (decided, failed), title)


def _part(row: KpiRow, grain: Grain, kind: str, amount: int, rank: int, *, first: bool) -> dict[str, Any]:
    return {
        "at": base.tick(row.period_start, grain, first=first),
        "name": formats.period(row.period_start, grain),
        "kind": kind,
        "amount": amount,
        "shown": formats.count(abs(amount)),
        "complete": row.complete,
        "rank": rank,
    }


def _stack(parts: Sequence[dict[str, Any]], kinds: tuple[str, ...], title: str) -> Chart:
    return Chart(
        title=title,
        spec=stacks.spec(current(), _("Customers"), base.value_format("count"), kinds),
        data={"parts": parts},
        alt=title,
        table=[{_("Period"): p["name"], _("Kind"): p["kind"], _("Customers"): p["shown"]} for p in parts],
        picks=("at", "kind"),
    )

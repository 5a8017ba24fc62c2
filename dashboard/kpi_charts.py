"""Charts of the key figures: rates over time, the bridge of one period, who came and went."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from analysis.kpis import bridges
from analysis.kpis.bridges import Bridge
from analysis.kpis.headline import Headline, value_of
from analysis.kpis.judgement import Judged
from analysis.kpis.report import KpiRow
from analysis.results import Answer, NotEnoughData
from dashboard import formats
from dashboard.charts import base, rates, waterfall
from dashboard.charts.base import Chart
from dashboard.definitions import title_of, unit_of
from dashboard.filters import Look
from dashboard.language import N_, _, current
from data.records import Grain


def churn(judged: Judged) -> Chart:
    """The customer churn rate of the overview."""
    return _churn_in(current(), judged)


@lru_cache(maxsize=64)
def _churn_in(code: str, judged: Judged) -> Chart:
    """The same for the same answer in the language `code`, which is the one in force."""
    title = _("How many customers do we lose?")
    return rate_over_time("customer_churn_rate", judged.headline.report.rows, judged.grain, title=title)


def bridge_of_last(headline: Headline, look: Look) -> Chart:
    """The MRR bridge of the last complete period, or of the last one there is."""
    row = headline.last or headline.report.rows[-1]
    title = _("What became of our revenue in {period}?").format(period=formats.period(row.period_start, look.grain))
    return mrr_bridge(bridges.money([row]), look.currency, title=title)


def rate_over_time(
    figure: str,
    rows: Sequence[KpiRow],
    grain: Grain,
    *,
    title: str,
    events: Sequence[base.Row] = (),
    band: Sequence[base.Row] = (),
) -> Chart:
    """One rate per period with its interval; incomplete periods hollow and apart."""
    unit = unit_of(figure)
    points = [point(figure, row, grain, first=i == 0) for i, row in enumerate(rows)]
    return Chart(
        title=title,
        spec=rates.spec(current(), base.unit_title(unit), base.value_format(unit)),
        data={"rates": [p for p in points if p["value"] is not None], "band": band, "events": events},
        alt=_("{figure} per period, with interval").format(figure=title_of(figure)),
        table=[_told(figure, row, grain) for row in rows],
        note=" ".join(
            [
                _("The band is the 95% interval. Hollow points are periods that are not complete yet."),
                *_band_names(band),
            ]
        ),
        unit=unit,
        figure=figure,
    )


def _band_names(band: Sequence[base.Row]) -> list[str]:
    return [_("{what}.").format(what=row["name"]) for row in band]


def point(figure: str, row: KpiRow, grain: Grain, *, first: bool) -> dict[str, Any]:
    """One period of a rate as a chart draws it."""
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


def reason(answer: NotEnoughData) -> str:
    """Why there is no number, and what would be needed."""
    have, needed = formats.count(answer.have), formats.count(answer.needed)
    need = _("There are {have}; at least {needed} are needed.").format(have=have, needed=needed)
    why = _("Not enough data: {reason}.").format(reason=_(answer.reason))
    return f"{why} {need if answer.needed > 1 else ''}"


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


#: What a move is called, in the order it is drawn.
MOVES = {
    "new": N_("New"),
    "reactivation": N_("Returned"),
    "expansion": N_("Expansion"),
    "contraction": N_("Contraction"),
    "churn": N_("Churn"),
}


def mrr_bridge(bridge: Bridge, currency: str, *, title: str) -> Chart:
    """How the MRR at the start of a range became that at its end."""
    return _bridge(bridge, "money", currency, title)


def customer_bridge(bridge: Bridge, *, title: str) -> Chart:
    """How the customers at the start of a range became those at its end."""
    return _bridge(bridge, "count", "", title)


def _bridge(bridge: Bridge, unit: str, currency: str, title: str) -> Chart:
    level = bridge.opening
    steps = [_step(_("Opening"), 0, level, "balance", level, unit, currency)]
    for kind, name in MOVES.items():
        if kind in bridge.moves:
            amount = bridge.moves[kind]
            steps.append(_step(_(name), level, level + amount, _direction(amount), amount, unit, currency))
            level += amount
    steps.append(_step(_("Closing"), 0, bridge.closing, "balance", bridge.closing, unit, currency))
    return Chart(
        title=title,
        spec=waterfall.spec(current(), base.unit_title(unit, currency), base.value_format(unit)),
        data={"steps": [{**step, "place": f"{i}|{step['step']}"} for i, step in enumerate(steps)]},
        alt=title,
        table=[{_("Step"): step["step"], _("Amount"): step["shown"]} for step in steps],
        unit=unit,
    )


def _direction(amount: int) -> str:
    return "gain" if amount >= 0 else "loss"


def _step(name: str, start: int, end: int, kind: str, amount: int, unit: str, currency: str) -> dict[str, Any]:
    divisor = 10 ** formats.exponent(currency) if unit == "money" else 1
    shown = formats.change(amount, unit, currency)
    if kind == "balance":
        shown = formats.money(amount, currency, compact=True, digits=2) if unit == "money" else formats.count(amount)
    low, high = (end / divisor,) * 2 if kind == "balance" else sorted((start / divisor, end / divisor))
    after = end / divisor
    shape = {"low": low, "high": high, "after": after, "kind": kind}
    return {"step": name, "amount": amount / divisor, "shown": shown, **shape}

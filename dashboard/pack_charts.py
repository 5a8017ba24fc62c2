"""The charts of a pack, drawn from its rows by the specifications of the pages: on screens and in exports the same."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dashboard import action_words, formats, pack_words, persona_words, proof_chart, reason_words
from dashboard.charts import base, effects, intervals, pareto, ranking, rates
from dashboard.charts.base import Chart
from dashboard.definitions import title_of
from dashboard.language import N_, _, current
from data.records_improvement import Expected, ProofMetric

Document = Mapping[str, Any]
Row = dict[str, Any]

TITLES = {
    "monthly_churn": N_("How many customers do we lose?"),
    "monthly_saves": N_("How many of those who asked to cancel stayed?"),
    "concentration": N_("How few customers make up most of the MRR lost?"),
    "unlike_others": N_("Who left more often than the others?"),
    "mix_and_rate": N_("What changed: more of some kinds, or other rates?"),
    "reasons_by_size": N_("Which reasons make up most of it?"),
}
KINDS = {"mix": N_("More or fewer of them (mix)"), "rate": N_("They leave more or less often (rate)")}


def chart(found: Document, pack: Document) -> Chart | None:
    """The chart, in the reader's language; None for a kind that cannot be drawn or has no rows."""
    draw = _DRAWN.get(found["kind"])
    return draw(found, pack) if draw is not None and found["rows"] else None


def _title(found: Document) -> str:
    key = found["key"]
    return _(TITLES[key]) if key in TITLES else pack_words.table(key)


def _rates(found: Document, _pack: Document) -> Chart:
    points = [_point(row, first=i == 0) for i, row in enumerate(found["rows"])]
    figure = _figure(found)
    return Chart(
        title=_title(found),
        spec=rates.spec(current(), _axis(found), base.value_format("rate")),
        data={"rates": [p for p in points if p["value"] is not None], "band": [], "events": []},
        alt=_("{figure} per period, with interval").format(figure=figure),
        table=[{_("Period"): p["name"], figure: p["shown"]} for p in points],
        note=_("Per month. The band is the 95% interval."),
    )


def _figure(found: Document) -> str:
    """What a chart of months shows the rate of."""
    if found["key"] == "monthly_saves":
        return _("Still paying {days} days after asking to cancel").format(days=formats.count(found["days"]))
    return title_of("customer_churn_rate")


def _axis(found: Document) -> str:
    """Of whom the rate is a share."""
    return _("Share of customers at start") if found["key"] == "monthly_churn" else _("Share of those who asked")


def _point(row: Document, *, first: bool) -> Row:
    start = date.fromisoformat(row["start"])
    ends = {name: row[f"value_{name}"] for name in ("low", "high")}
    limits = pack_words.limits(ends, "rate")
    shown = pack_words.amount(row["value"], "rate") + (f" ({limits})" if limits else "")
    return {
        "at": base.tick(start, "month", first=first),
        "name": formats.period(start, "month"),
        "value": row["value"],
        **ends,
        "shown": shown,
        "state": "observed",
        "series": "",
    }


def _curve(found: Document, pack: Document) -> Chart:
    def place(row: Document) -> Row:
        money = formats.money(row["cents"], pack.get("currency", ""), compact=True)
        shown = _("{n} customers: {share} ({money})").format(
            n=formats.count(row["customers"]), share=formats.rate(row["share"], 0), money=money
        )
        return {"customers": row["customers"], "share": row["share"], "shown": shown}

    places = [place(row) for row in found["rows"]]
    marked = {found.get("half"), found.get("four_fifths")}
    marks = [{**p, "text": p["shown"]} for p in places if p["customers"] in marked]
    return Chart(
        title=_title(found),
        spec=ranking.curve(current(), _("Customers lost, largest first"), _("Share of the MRR lost")),
        data={"places": places, "marks": marks},
        alt=_("Share of the MRR lost that the largest losses make up"),
        table=[{_("Customers"): formats.count(p["customers"]), _("Share"): formats.rate(p["share"])} for p in marks],
    )


def _lifts(found: Document, pack: Document) -> Chart:
    dots = [_dot(i, row, pack) for i, row in enumerate(found["rows"])]
    return Chart(
        title=_title(found),
        spec=intervals.spec(current(), _("Times as often as all others"), ".1~f", 44 * len(dots) + 60),
        data={"estimates": dots},
        alt=_("How many times as often each kind of customers left as all others, with interval"),
        table=[{_("Who"): d["name"], _("Lift"): d["shown"]} for d in dots],
        note=_("The kinds least likely to differ by chance, with 95% intervals; 1 is as often as the others."),
    )


def _dot(rank: int, row: Document, pack: Document) -> Row:
    name = f"{pack_words.attribute(row['attribute'], pack)}: {persona_words.value(row['value'])}"
    value, low, high = (row[n] for n in ("lift", "lift_low", "lift_high"))
    shown = formats.NOTHING if value is None else formats.ratio(value)
    return {"place": f"{rank:02}|{name}", "name": name, "value": value, "low": low, "high": high, "shown": shown}


def _effects(found: Document, pack: Document) -> Chart:
    whole = {"value": _("All together"), "mix": found["mix"], "rate": found["rate"]}
    rows: list[Row] = [whole, *({**row, "value": persona_words.value(row["value"])} for row in found["rows"])]
    bars = [bar for i, row in enumerate(rows) for bar in _bars(i, row)]
    name = pack_words.attribute(found["attribute"], pack)
    return Chart(
        title=_title(found),
        spec=effects.spec(
            current(), _("Percentage points of the churn rate"), tuple(map(_, KINDS.values())), len(rows)
        ),
        data={"effects": bars},
        alt=_("Mix and rate effects on the churn rate by {attribute}").format(attribute=name),
        table=[
            {name: row["value"], _("Mix"): formats.points(row["mix"], 2), _("Rate"): formats.points(row["rate"], 2)}
            for row in rows
        ],
        note=_("By {attribute}, against the quarter before. The two add up exactly.").format(attribute=name),
    )


def _bars(place: int, row: Document) -> list[Row]:
    shared = {"place": f"{place:02}|{row['value']}", "name": row["value"]}
    return [
        {**shared, "kind": _(KINDS[kind]), "amount": row[kind] * 100, "shown": formats.points(row[kind], 2)}
        for kind in KINDS
    ]


def _pareto(found: Document, pack: Document) -> Chart:
    ordered = sorted(found["rows"], key=lambda row: -row["customers"])
    total, running = sum(row["customers"] for row in ordered), 0
    causes: list[Row] = []
    for rank, row in enumerate(ordered):
        running += row["customers"]
        causes.append(_cause(rank, row, total, running, pack))
    kinds = tuple(_(name) for name in reason_words.AVOIDABLE.values())
    spec = pareto.spec(
        current(), base.unit_title("count"), base.value_format("count"), _("Running share"), kinds,
        34 * max(len(causes), 3) + 110,
    )  # fmt: skip
    of = reason_words.KINDS.get(found.get("of", ""), "")
    return Chart(
        title=_title(found),
        spec=spec,
        data={"causes": causes},
        alt=_("Reasons by size, with the running share"),
        table=[
            {
                _("Reason"): c["name"],
                _("Customers"): c["shown"],
                _("Running share"): formats.rate(c["cumulative"]),
                _("Usually"): c["kind"],
            }
            for c in causes
        ],
        note=_(of) if of else "",
    )


def _cause(rank: int, row: Document, total: int, running: int, pack: Document) -> Row:
    name = pack_words.reason(row["reason"], pack)
    count = formats.count(row["customers"])
    return {
        "place": f"{rank:02}|{name}",
        "name": name,
        "amount": row["customers"],
        "cumulative": running / max(total, 1),
        "kind": _(reason_words.AVOIDABLE.get(row["avoidable"], reason_words.AVOIDABLE["unclear"])),
        "label": f"{count} · {formats.rate(row['customers'] / max(total, 1), 0)}",
        "shown": count,
        "pick": row["reason"],
    }


def _before_after(found: Document, _pack: Document) -> Chart:
    months = [_month(row) for row in found["rows"]]
    shipped = found.get("shipped_on")
    metric = ProofMetric(**found["metric"])
    title = _("{action}: {what}").format(action=found["title"].rstrip(".:。： "), what=action_words.metric(metric))
    return proof_chart.chart(months, metric, date.fromisoformat(shipped) if shipped else None, title=title)


def _month(row: Document) -> Expected:
    fields: Row = {**row, "start": date.fromisoformat(row["start"])}
    return Expected(**fields)


_DRAWN: dict[str, Callable[[Document, Document], Chart]] = {
    "rates": _rates,
    "curve": _curve,
    "lifts": _lifts,
    "effects": _effects,
    "pareto": _pareto,
    "before-after": _before_after,
}

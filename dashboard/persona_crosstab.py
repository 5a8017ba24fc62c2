"""Churn by one or two attributes: what stands out, the picture, the table."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.personas.behaviour import asked_of, notes_on_behaviour
from analysis.personas.crosstab import Cell, Crosstab
from analysis.results import Answer, Estimate, NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, persona_words, remarks, tables, url_state
from dashboard.charts import crosstab
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import personas
from dashboard.language import N_, _, current
from dashboard.tables import Column

NOTHING = "none"
VERDICTS = {
    "more": N_("more than others"),
    "fewer": N_("fewer than others"),
    "chance": N_("no more than chance"),
    "not enough data": N_("not enough data"),
}


def draw(look: Look) -> None:
    """Choose one or two dimensions; say what stands out; show the cells."""
    of_period = look.scope.start is not None
    labels = persona_words.names(look, personas.behaviours(look.release.number, of_period=of_period))
    if not labels:
        st.info(_("These customers have no attribute to split by."))
        return
    attributes = _choose(labels)
    found = personas.by_attributes(look.scope, attributes)
    for note in notes_on_behaviour(asked_of(look.scope.segment, attributes), found.period):
        st.caption(_(note))
    if not found.whole.customers:
        st.info(_nobody(found))
        return
    remarks.draw(look, attributes)
    drill.follow(figures.draw(chart(found, labels, look), key="crosstab"))
    st.caption(_association(found))
    _downloads(found, labels, look)


def _nobody(found: Crosstab) -> str:
    if found.period is None:
        return _("No customer fits the filter. Loosen it.")
    return _("No customers were there at the start of the period. Loosen the filter, or choose another range.")


def _choose(labels: Mapping[str, str]) -> tuple[str, ...]:
    usual = next((key for key in ("plan", "industry") if key in labels), next(iter(labels)))
    with st.container(horizontal=True, key="crosstab-by"):
        first = url_state.choice(_box, _("By"), "by", list(labels), labels.__getitem__, usual)
        others = [NOTHING, *(key for key in labels if key != first)]
        second = url_state.choice(
            _box, _("And by"), "and", others, lambda key: labels.get(key) or _("nothing else"), NOTHING
        )
    return (first,) if second == NOTHING else (first, second)


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=320, **looks)


def finding(found: Crosstab) -> str:
    """The strongest finding in a sentence, or that there is none."""
    if not found.tested:
        return _untested(found)
    if not found.findings:
        return _("No group leaves more often than the others beyond chance.")
    first = found.findings[0]
    lift = first.judged_lift
    if not isinstance(lift, Estimate):
        raise TypeError("a finding has a lift")
    said = _("{group}: lost {lift} as often as everybody ({limits}).")
    if first.lift_at_age is not None:
        said = _("{group}: lost {lift} as often as everybody of the same age ({limits}).")
    return said.format(
        group=persona_words.values(first.values),
        lift=formats.ratio(lift.value),
        limits=formats.interval(*lift.limits, "ratio"),
    )


def chart(found: Crosstab, labels: Mapping[str, str], look: Look) -> Chart:
    """Dots with intervals for one dimension, a heat map for two."""
    by = " × ".join(labels[key] for key in found.attributes)
    rows = [_mark(found, cell) for cell in found.cells]
    return Chart(
        title=formats.plain(finding(found)),
        spec=_spec(found),
        data={"cells": rows, **({"whole": _whole(found)} if len(found.attributes) == 1 else {})},
        alt=_("Share of customers lost by {attributes}").format(attributes=by),
        note=_note(found),
        table=[_told(found, cell, labels, look) for cell in found.cells],
        picks=("pick",),
    )


def _note(found: Crosstab) -> str:
    note = _(
        "A click leads to the lost customers. The table says which cells differ by more than chance; the {n} that can "
        "be tested are judged together."
    ).format(n=formats.count(found.tested))
    if found.whole.lift_at_age is None:
        return note
    note = f"{note} " + _(
        "Who came earlier had more time to leave: cells are judged by their losses over those expected of customers of "
        "the same ages, whatever their share of lost customers."
    )
    if not found.counts_differ:
        return note
    return f"{note} " + _("First losses, which are judged, include customers who came back; Lost means lost by now.")


def _untested(found: Crosstab) -> str:
    """Why no cell can be compared with the others."""
    lost = found.whole.churned if found.whole.first_losses is None else found.whole.first_losses
    if len(found.cells) < 2:
        return _("All customers are in one group: there is nothing to compare.")
    if not lost:
        return _("Nobody was lost, so no group stands out.")
    if found.period is not None and lost == found.whole.customers:
        return _("Everybody was lost, so no group stands out.")
    return _("Too few customers to tell one group from the others.")


def _spec(found: Crosstab) -> dict[str, Any]:
    rows = len(found.values[0])
    if len(found.attributes) == 1:
        return crosstab.dots(current(), _("Share of customers lost"), rows)
    return crosstab.heat(current(), _("Share of customers lost"), rows)


def _whole(found: Crosstab) -> list[dict[str, Any]]:
    rate = found.whole.rate
    if isinstance(rate, NotEnoughData):
        return []
    return [{"value": rate.value, "shown": _("All: {rate}").format(rate=formats.rate(rate.value))}]


def _mark(found: Crosstab, cell: Cell) -> dict[str, Any]:
    """One cell as the chart draws it; those too small have no value."""
    rate = cell.rate if isinstance(cell.rate, Estimate) else None
    places = [f"{found.values[i].index(v):02}|{persona_words.value(v)}" for i, v in enumerate(cell.values)]
    shown = _("{rate} · {lost} of {n} lost").format(
        rate=kpi_charts.in_words(cell.rate, "rate"), lost=formats.count(cell.churned), n=formats.count(cell.customers)
    )
    period = found.period
    return {
        "place": places[0],
        "across": places[-1],
        "name": persona_words.values(cell.values),
        "value": rate.value if rate else None,
        "low": rate.low if rate else None,
        "high": rate.high if rate else None,
        "shown": shown,
        "told": formats.rate(rate.value, 0) if rate else f"n={cell.customers}",
        "strong": cell.verdict in {"more", "fewer"},
        "dark": bool(rate and rate.value > 0.6 * _top(found)),
        "who": "definition" if period else "lost",
        "start": period.start.isoformat() if period else "",
        "end": period.end.isoformat() if period else "",
        "narrowed": drill.write(cell.conditions),
    }


def _top(found: Crosstab) -> float:
    return max((c.rate.value for c in found.cells if isinstance(c.rate, Estimate)), default=1.0)


def _told(found: Crosstab, cell: Cell, labels: Mapping[str, str], look: Look) -> dict[str, str]:
    return {
        **{labels[a]: persona_words.value(v) for a, v in zip(found.attributes, cell.values, strict=True)},
        _("Customers"): formats.count(cell.customers),
        _("Lost"): formats.count(cell.churned),
        _("Rate"): kpi_charts.in_words(cell.rate, "rate"),
        _("Lift"): kpi_charts.in_words(cell.lift, "ratio"),
        **_at_age(cell),
        _("MRR lost"): formats.money(cell.mrr_lost_cents, look.currency, compact=True),
        _("Adjusted p"): formats.NOTHING if cell.p_adjusted is None else formats.probability(cell.p_adjusted),
        **({_("First losses"): formats.count(cell.first_losses or 0)} if found.counts_differ else {}),
        _("Verdict"): _(VERDICTS[cell.verdict]),
    }


def _at_age(cell: Cell) -> dict[str, str]:
    return {} if cell.lift_at_age is None else {_("Lift at equal age"): kpi_charts.in_words(cell.lift_at_age, "ratio")}


def _association(found: Crosstab) -> str:
    if isinstance(found.association, NotEnoughData):
        return kpi_charts.reason(found.association)
    strength = found.association.cramers_v
    said = {"p": formats.probability(found.association.p_value), "method": _(METHODS[found.association.method])}
    if strength is None:
        return _("Over all cells: p {p} ({method}).").format(**said)
    v = formats.ratio(strength).removesuffix("×")
    return _("Over all cells: p {p} ({method}), Cramer's V {v}.").format(**said, v=v)


METHODS = {
    "chi-square": N_("chi-square test"),
    "Fisher exact": N_("Fisher's exact test"),
    "exact, by drawing tables": N_("exact test by drawing tables"),
    "log-rank, from expected losses": N_("log-rank test from the losses expected at equal ages"),
    "by drawing losses": N_("by drawing losses, as expected at equal ages"),
}


def _downloads(found: Crosstab, labels: Mapping[str, str], look: Look) -> None:
    columns = [
        *(Column(key, labels[key]) for key in found.attributes),
        Column("customers", _("Customers"), "count"),
        Column("churned", _("Lost"), "count"),
        *tables.limited("rate", _("Rate"), "rate"),
        *tables.limited("lift", _("Lift"), "ratio"),
        *([] if found.whole.lift_at_age is None else tables.limited("lift_at_age", _("Lift at equal age"), "ratio")),
        Column("mrr_lost_cents", _("MRR lost"), "money"),
        Column("p_adjusted", _("Adjusted p"), "number"),
        *([] if found.whole.first_losses is None else [Column("first_losses", _("First losses"), "count")]),
        Column("verdict", _("Verdict")),
    ]
    tables.downloads(
        lambda: [_flat(found, cell) for cell in found.cells], columns, name="crosstab", currency=look.currency
    )


def _estimated(key: str, answer: Answer | None) -> dict[str, float | None]:
    if not isinstance(answer, Estimate):
        return dict.fromkeys((key, f"{key}_low", f"{key}_high"))
    return {key: answer.value, f"{key}_low": answer.low, f"{key}_high": answer.high}


def _flat(found: Crosstab, cell: Cell) -> dict[str, Any]:
    return {
        **dict(zip(found.attributes, cell.values, strict=True)),
        "customers": cell.customers,
        "churned": cell.churned,
        **_estimated("rate", cell.rate),
        **_estimated("lift", cell.lift),
        **_estimated("lift_at_age", cell.lift_at_age),
        "mrr_lost_cents": cell.mrr_lost_cents,
        "p_adjusted": cell.p_adjusted,
        "first_losses": cell.first_losses,
        "verdict": cell.verdict,
    }

"""Drivers: what goes with leaving, all else being equal, and how far the model may be trusted."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analysis.personas.drivers import Driver, Drivers
from analysis.results import Estimate, NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, persona_words, tables
from dashboard.charts import differences
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import personas
from dashboard.language import N_, _, current
from dashboard.tables import Column

#: Bars drawn; table and downloads have all.
MOST = 15
MISSES = {
    "over": N_("It overestimates losses of later periods, by more than chance."),
    "under": N_("It underestimates losses of later periods, by more than chance."),
}


def draw(look: Look) -> None:
    """How good the model is, then what it says."""
    if look.release.shape == "snapshot":
        st.info(_("A snapshot says that customers left, not when: there are no periods to learn from."))
        return
    found = personas.associations(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    labels = persona_words.names(look, ())
    drill.follow(figures.draw(chart(found, labels), key="drivers"))
    drill.link(1, "churn", found.span.start, found.span.end, label=_("See all customers lost in these periods"))
    columns = [
        Column("name", _("Feature")),
        Column("value", _("Value")),
        Column("reference", _("Compared with")),
        *(Column(name, name, "number") for name in ("effect", "low", "high", "p_adjusted")),
    ]
    tables.downloads(lambda: [_flat(row) for row in found.rows], columns, name="drivers")


def chart(found: Drivers, labels: Mapping[str, str]) -> Chart:
    """Average effects in percentage points, largest first."""
    shown = found.rows[:MOST]
    return Chart(
        title=formats.plain(finding(found, labels)),
        spec=differences.spec(
            current(), _("Percentage points of the chance to leave in a period"), "+.1~f", len(shown), picks=True
        ),
        data={"effects": [_mark(i, row, labels) | _leads(row, found) for i, row in enumerate(shown)]},
        alt=_("Average effects on the chance to leave"),
        note=" ".join(
            (_meaning(found), *_same(found, labels), worth(found), _("Click a value to see who of them was lost."))
        ),
        table=[_told(row, labels) for row in found.rows],
        picks=("pick",),
        unit="points",
    )


def finding(found: Drivers, labels: Mapping[str, str]) -> str:
    """The largest association beyond chance, or that there is none."""
    sure = [row for row in found.rows if row.more_than_chance]
    if not sure or not _tells_something(found):
        return _("Nothing known at the start of a period tells who leaves beyond chance.")
    return _("Goes with leaving most, all else being equal: {name}, {points}.").format(
        name=_name(sure[0], labels), points=formats.points(sure[0].effect.value)
    )


def _tells_something(found: Drivers) -> bool:
    return isinstance(found.auc, Estimate) and (found.auc.low or 0.0) > 0.5


def _meaning(found: Drivers) -> str:
    return _(
        "Associations, not causes: {customers} customers at the start of {periods} periods, with what was known on "
        "that day. Amounts and measures: one standard deviation more; values: against the commonest one. Filled: more "
        "than chance, all judged together."
    ).format(customers=formats.count(found.customers), periods=formats.count(found.periods))


def worth(found: Drivers) -> str:
    """How the model did on periods it had not seen."""
    if isinstance(found.auc, NotEnoughData):
        return kpi_charts.reason(found.auc)
    said = _(
        "On later periods it had not seen, it ranks who left above who stayed in {auc} of pairs (half is chance); it "
        "expected {expected} losses and {came} came. {error}"
    ).format(
        auc=kpi_charts.in_words(found.auc, "rate"),
        expected=formats.count(found.expected),
        came=formats.count(found.came),
        error=_error(found.skill),
    )
    return f"{said} {_(MISSES[found.misses])}" if found.misses else said


def _same(found: Drivers, labels: Mapping[str, str]) -> list[str]:
    """What was left out because another feature says the same."""
    said = _("{left} says the same of every customer as {kept} and is left out.")
    return [said.format(left=labels.get(left, left), kept=labels.get(kept, kept)) for left, kept in found.same]


def _error(skill: float) -> str:
    if skill <= 0:
        return _("Its error is no smaller than that of one rate for everybody: do not rely on it.")
    return _("Its error is {skill} smaller than that of one rate for everybody.").format(skill=formats.rate(skill))


def _name(row: Driver, labels: Mapping[str, str]) -> str:
    name = labels.get(row.name) or persona_words.measure(row.name)
    return f"{name}: {persona_words.value(row.value)}" if row.value else name


def _mark(place: int, row: Driver, labels: Mapping[str, str]) -> dict[str, Any]:
    name, (low, high) = _name(row, labels), row.effect.limits
    return {
        "place": f"{place:02}|{name}",
        "name": name,
        "value": row.effect.value * 100,
        "low": low * 100,
        "high": high * 100,
        "shown": _points(row),
        "sure": row.more_than_chance,
    }


def _leads(row: Driver, found: Drivers) -> dict[str, str]:
    """The way to the lost with the value; a measure, and a value that none of the lost had, lead nowhere."""
    if not row.lost:
        return drill.NOWHERE
    start, end = found.span.start.isoformat(), found.span.end.isoformat()
    return {"who": "churn", "start": start, "end": end, "narrowed": drill.write(row.conditions)}


def _points(row: Driver) -> str:
    low, high = map(formats.points, row.effect.limits)
    return f"{formats.points(row.effect.value)} ({low} – {high})"


def _told(row: Driver, labels: Mapping[str, str]) -> dict[str, str]:
    return {
        _("Feature"): _name(row, labels),
        _("Compared with"): persona_words.value(row.reference) if row.reference else formats.NOTHING,
        _("Effect"): _points(row),
        _("Adjusted p"): formats.NOTHING if row.p_adjusted is None else formats.probability(row.p_adjusted),
    }


def _flat(row: Driver) -> dict[str, Any]:
    effect = row.effect
    return {**vars(row), "effect": effect.value, "low": effect.low, "high": effect.high}

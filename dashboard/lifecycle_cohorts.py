"""Cohorts on the page: the heatmap, the curves with one in front, and one age over all cohorts."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from math import ceil, floor
from typing import Any, cast

import streamlit as st

from analysis.lifecycle.cohorts import CohortGrid, CohortRow, activity_share, at_age, of_previous_age
from analysis.periods import shift
from analysis.results import Answer, Estimate, NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, lifecycle_words, remarks, tables, url_state
from dashboard.charts import base, curves, heatmap, rates
from dashboard.charts.base import Chart
from dashboard.filters import GRAINS, Look
from dashboard.gateway import lifecycle
from dashboard.language import N_, _, current
from dashboard.tables import Column
from data.records import Condition, Grain, Scope

MEASURES = {
    "customers": N_("Customers"),
    "mrr": N_("MRR up to the first amount"),
    "net": N_("Net MRR"),
    "activity": N_("Customers with a purchase or use"),
}
SHARES = {"start": N_("of the start"), "previous": N_("of the age before")}
#: Cohorts drawn; the downloads have all of them.
SHOWN: Mapping[Grain, int] = {"week": 26, "month": 24, "quarter": 16, "year": 20}
_PICKS = ("who", "start", "end", "narrowed")
_AGES = (1, 2, 3, 6, 9, 12, 18, 24, 36)


def draw(look: Look, scope: Scope) -> None:
    """Choices, the heatmap, curves, one age over all cohorts, and the numbers to take away."""
    usual = lifecycle.by_cohort(scope, "month")
    if isinstance(usual, NotEnoughData):
        st.info(kpi_charts.reason(usual))
        return
    with st.container(horizontal=True, key="cohort-choices"):
        grain = cast(
            Grain,
            url_state.choice(lifecycle_words.box, _("Cohorts by"), "cohort", list(GRAINS), _grain_name, "month"),
        )
        by = lifecycle_words.attribute(look, _("One row per"), "cohort-by", _("period of the start"))
        grid = lifecycle.by_cohort(scope, grain, by)
        measure, share = _measure(grid)
    remarks.draw(look, [by] if by else [])
    if isinstance(grid, NotEnoughData):
        st.info(kpi_charts.reason(grid))
        return
    shown = _shown(grid)
    drill.follow(figures.draw(_heatmap(grid, shown, measure, share), key="cohorts"))
    drill.follow(figures.draw(_curves(grid, shown, measure), key="retention"))
    if by is None:
        _draw_trend(grid, measure)
    tables.downloads(lambda: [_flat(row) for row in grid.rows], _columns(grid), name="cohorts", currency=look.currency)


def _grain_name(code: str) -> str:
    return _(GRAINS[cast(Grain, code)])


def _measure_name(code: str) -> str:
    return _(MEASURES[code])


def _measure(grid: CohortGrid | NotEnoughData) -> tuple[str, str]:
    has_activity = isinstance(grid, CohortGrid) and any(row.with_activity is not None for row in grid.rows)
    measures = [code for code in MEASURES if code != "activity" or has_activity]
    usual = "activity" if has_activity else "customers"
    box = lifecycle_words.box
    measure = url_state.choice(box, _("Measure"), "measure", measures, _measure_name, usual)
    if measure != "customers" or not isinstance(grid, CohortGrid) or grid.by is not None:
        return measure, "start"
    return measure, url_state.choice(box, _("Share"), "share", list(SHARES), lambda code: _(SHARES[code]), "start")


def _shown(grid: CohortGrid) -> tuple[CohortRow, ...]:
    """The youngest cohorts of a grid, or all groups, at the ages that fit."""
    most = SHOWN[grid.grain]
    starts = sorted({row.cohort_start for row in grid.rows if row.cohort_start is not None})[-most:]
    kept = (row for row in grid.rows if row.cohort_start is None or row.cohort_start in starts)
    return tuple(row for row in kept if row.age <= most)


def _answer(row: CohortRow, measure: str) -> Answer:
    if measure == "activity":
        return activity_share(row)
    return {"customers": row.retention, "mrr": row.mrr_retention, "net": row.net_mrr_retention}[measure]


def _heatmap(grid: CohortGrid, shown: Sequence[CohortRow], measure: str, share: str) -> Chart:
    steps = of_previous_age(grid.rows) if share == "previous" else {}
    average = [] if share == "previous" else [row for row in grid.average if row.age <= SHOWN[grid.grain]]
    names = list(dict.fromkeys(_name(row, grid) for row in shown))
    cells = [_cell(row, "000", _("Average"), _answer(row, measure), measure, grid) for row in average]
    for row in shown:
        answer = steps.get((row.cohort_start, row.age)) if row.cohort_start else None
        answer = _answer(row, measure) if share == "start" else answer
        if answer is not None:
            name = _name(row, grid)
            cells.append(_cell(row, f"{names.index(name) + 1:03}", name, answer, measure, grid))
    known = [cell for cell in cells if cell["value"] is not None]
    low, high = _scale([cell["value"] for cell in known if cell["complete"] and cell["age"]])
    ages = max((cell["age"] for cell in known), default=0) + 1
    rows = len({cell["place"] for cell in known})
    return Chart(
        title=_title(grid, measure),
        spec=heatmap.spec(current(), lifecycle_words.age_title(grid.grain), ages, rows, low, high),
        data={"cells": known},
        alt=_("Share of each cohort that is left, by age"),
        table=_told(cells),
        note=_note(grid, shown, measure, share),
        picks=_PICKS,
    )


def _note(grid: CohortGrid, shown: Sequence[CohortRow], measure: str, share: str) -> str:
    notes = [
        _(
            "Each row is a cohort, each column an age at whose end it is looked at. Averages weigh cohorts by their "
            "size."
        )
    ]
    if not all(row.complete for row in shown):
        notes.append(_("Grey cells are not complete yet and in no average."))
    drawn, all_of_them = (len({row.cohort_start for row in rows if row.cohort_start}) for rows in (shown, grid.rows))
    if drawn < all_of_them:
        said = _("The youngest {n} of {all} cohorts are drawn; the average and the download have all of them.")
        notes.append(said.format(n=formats.count(drawn), all=formats.count(all_of_them)))
    if grid.by is None and measure != "activity":
        notes.append(_("Click a cell of a cohort to see its customers."))
    if share == "previous":
        notes.append(_("Who came back counts as present, so a share of the age before may be above 100%."))
    if grid.since is not None:
        said = _(
            "The data begin on {day}, when many customers had signed before: they are in no cohort and no average, "
            "because those of them who left earlier are not in the data."
        )
        notes.append(said.format(day=formats.day(grid.since)))
    return " ".join(notes)


def _name(row: CohortRow, grid: CohortGrid) -> str:
    return (
        lifecycle_words.group(row.group) if row.cohort_start is None else formats.period(row.cohort_start, grid.grain)
    )


def _cell(row: CohortRow, order: str, name: str, answer: Answer, measure: str, grid: CohortGrid) -> dict[str, Any]:
    known = isinstance(answer, Estimate)
    at = lifecycle_words.age(row.age, grid.grain)
    counted = row.with_activity if measure == "activity" else row.active
    shown = _("{share} · {active} of {size} customers").format(
        share=kpi_charts.in_words(answer, "rate"), active=formats.count(counted or 0), size=formats.count(row.size)
    )
    return {
        "place": f"{order}|{name}",
        "age": row.age,
        "name": _("{cohort}, after {age}").format(cohort=name, age=at),
        "value": answer.value if known else None,
        "text": formats.rate(answer.value, 0).rstrip("%") if known else "",
        "shown": shown if row.complete else _("so far {what}").format(what=shown),
        "complete": row.complete,
        **(_link(row, grid) if measure != "activity" else drill.NOWHERE),
    }


def _link(row: CohortRow, grid: CohortGrid) -> dict[str, str]:
    if row.cohort_start is None:
        # Each customer is looked at after a time of its own, and no list asks for that.
        return drill.NOWHERE
    following = shift(row.cohort_start, grid.grain, 1)
    conditions = (
        Condition("started_on", ">=", (row.cohort_start.isoformat(),)),
        Condition("started_on", "<", (following.isoformat(),)),
    )
    if grid.since is not None and grid.since < following:
        conditions = (*conditions, Condition("age_from", ">=", (grid.since.isoformat(),)))
    return lifecycle_words.leads_to(
        "end", conditions, row.cohort_start, shift(row.cohort_start, grid.grain, row.age + 1)
    )


def _scale(values: Sequence[float]) -> tuple[float, float]:
    """Ends of the shades in steps of a tenth, so that few specifications are built."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    return max(floor(low * 10) / 10, 0.0), max(ceil(high * 10) / 10, 0.1)


def _title(grid: CohortGrid, measure: str) -> str:
    wanted = [row for row in grid.average if row.age in (1, 3, 6, 12) and isinstance(_answer(row, measure), Estimate)]
    if not wanted:
        return _("What is left of each cohort?")
    row = wanted[-1]
    answer = _answer(row, measure)
    share = formats.rate(answer.value) if isinstance(answer, Estimate) else ""
    words = {
        "customers": _("After {age}, {share} of customers are still there"),
        "activity": _("After {age}, {share} of customers buy or use the product"),
        "mrr": _("After {age}, {share} of the first MRR is still there"),
        "net": _("After {age}, customers pay {share} of their first MRR"),
    }
    return words[measure].format(age=lifecycle_words.age(row.age, grid.grain), share=share)


def _told(cells: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """One line per cohort with every other age, so that the table stays readable."""
    found: list[dict[str, str]] = []
    kept = [age for age in (0, *_AGES) if any(cell["age"] == age for cell in cells)]
    for place, row in groupby(cells, key=lambda cell: cell["place"]):
        by_age = {cell["age"]: cell["shown"].split(" · ")[0].split(" (")[0] for cell in row}
        found.append(
            {_("Cohort"): place.split("|", 1)[1], **{str(age): by_age.get(age, formats.NOTHING) for age in kept}}
        )
    return found


def _curves(grid: CohortGrid, shown: Sequence[CohortRow], measure: str) -> Chart:
    complete = [row for row in shown if row.complete]
    names = list(dict.fromkeys(_name(row, grid) for row in complete))
    long = [name for name in names if sum(_name(row, grid) == name for row in complete) > 3] or names
    front = url_state.choice(lifecycle_words.box, _("In front"), "front", names, str, long[-1]) if names else ""
    points = [_point(row, "front" if _name(row, grid) == front else "other", measure, grid) for row in complete]
    points += [_point(row, "average", measure, grid) for row in grid.average if row.age <= SHOWN[grid.grain]]
    known = [point for point in points if point["value"] is not None]
    return Chart(
        title=_("{cohort} beside all others").format(cohort=front),
        spec=curves.retention(current(), lifecycle_words.age_title(grid.grain), _("Share that is left")),
        data={"curves": known},
        alt=_("Curves of the share that is left by age, one per cohort"),
        table=[
            {_("Age"): lifecycle_words.age(point["age"], grid.grain), front: point["shown"]}
            for point in known
            if point["role"] == "front"
        ],
        note=_("The dashed line is the average of all cohorts. Only ages that are complete."),
        picks=_PICKS,
    )


def _point(row: CohortRow, role: str, measure: str, grid: CohortGrid) -> dict[str, Any]:
    name = _("Average") if role == "average" else _name(row, grid)
    return {"role": role, "cohort": name, **_cell(row, "", name, _answer(row, measure), measure, grid)}


def _draw_trend(grid: CohortGrid, measure: str) -> None:
    """The same age of all cohorts over time, which tells whether it is getting better."""
    ages = [str(age) for age in _AGES if len(at_age(grid, age)) >= 3]
    if not ages:
        return
    usual = "3" if "3" in ages else ages[-1]
    names = {age: lifecycle_words.age(int(age), grid.grain) for age in ages}
    age = int(url_state.choice(lifecycle_words.box, _("At the age of"), "age", ages, names.__getitem__, usual))
    rows = at_age(grid, age)[-2 * SHOWN[grid.grain] :]
    leads = _PICKS if measure != "activity" else ()
    click = " " + _("Click a point to see the customers of its cohort.") if leads else ""
    points = [
        {**_trend_point(row, _answer(row, measure), grid.grain, first=i == 0), **(_link(row, grid) if leads else {})}
        for i, row in enumerate(rows)
    ]
    chart = Chart(
        title=_("Is it getting better? What is left after {age}, cohort by cohort").format(age=names[str(age)]),
        spec=rates.spec(current(), _("Share that is left"), base.value_format("rate"), picks=leads),
        data={"rates": [p for p in points if p["value"] is not None], "band": [], "events": []},
        alt=_("Share left at one age, over the cohorts"),
        table=[{_("Cohort"): p["name"], _("Share"): p["shown"]} for p in points],
        note=_("The band is the 95% interval. Each point is another cohort, so points are independent.") + click,
        picks=leads,
    )
    selection = figures.draw(chart, key="same-age")
    if leads:
        drill.follow(selection)


def _trend_point(row: CohortRow, answer: Answer, grain: Grain, *, first: bool) -> dict[str, Any]:
    known = isinstance(answer, Estimate)
    start = row.cohort_start or date.min
    return {
        "at": base.tick(start, grain, first=first),
        "name": formats.period(start, grain),
        "value": answer.value if known else None,
        "low": answer.low if known else None,
        "high": answer.high if known else None,
        "shown": kpi_charts.in_words(answer, "rate"),
        "state": "observed",
        "series": "",
    }


def _flat(row: CohortRow) -> dict[str, Any]:
    money = {"mrr_retention": row.mrr_retention, "net_mrr_retention": row.net_mrr_retention}
    share = row.retention
    known = isinstance(share, Estimate)
    return {
        "group": row.group,
        "cohort_start": row.cohort_start,
        "age": row.age,
        "size": row.size,
        "active": row.active,
        "retention": share.value if known else None,
        "low": share.low if known else None,
        "high": share.high if known else None,
        **{name: answer.value if isinstance(answer, Estimate) else None for name, answer in money.items()},
        "with_activity": row.with_activity,
        "complete": row.complete,
    }


def _columns(grid: CohortGrid) -> list[Column]:
    first = Column("group", _("Group")) if grid.by else Column("cohort_start", _("Cohort"), "day")
    columns = [
        first,
        Column("age", _("Age"), "count"),
        Column("size", _("Size"), "count"),
        Column("active", _("Present"), "count"),
        Column("retention", _("Share"), "rate"),
        Column("low", _("Lower limit"), "rate"),
        Column("high", _("Upper limit"), "rate"),
        Column("mrr_retention", _measure_name("mrr"), "rate"),
        Column("net_mrr_retention", _measure_name("net"), "rate"),
        Column("complete", _("Complete")),
    ]
    if any(row.with_activity is not None for row in grid.rows):
        columns.insert(4, Column("with_activity", _measure_name("activity"), "count"))
    return columns

"""Rates by one dimension as dots with their intervals, by two as a heat map; a click leads to the customers."""

from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.charts.base import Spec, finished, value_axis

if TYPE_CHECKING:
    import altair as alt

_PICKED = ["who", "start", "end", "narrowed"]
_ROW, _HEAD = 38, 60
_WITH_LEGEND = 190
"""Room for the legend above a heat map and the slanting names below it."""


@lru_cache(maxsize=32)
def dots(code: str, axis_title: str, rows: int) -> Spec:
    """The specification.

    Data sets: `cells` (place, name, value, low, high, shown, who, start, end, narrowed), `whole` (value, shown).
    """
    import altair as alt

    cells, whole = (alt.NamedData(name=name) for name in ("cells", "whole"))
    base = alt.Chart(cells).encode(y=alt.Y("place:O", title=None, axis=_named(240)), tooltip=_tip())
    axis = value_axis(code, "~%", 6)
    axis.grid = True
    x = alt.X("value:Q", title=axis_title, axis=axis, scale=alt.Scale(zero=True))
    grey = alt.value("currentColor")
    limits = base.mark_rule(aria=False, strokeWidth=5, opacity=0.28).encode(
        x=alt.X("low:Q", title=axis_title), x2="high:Q", color=grey
    )
    points = base.mark_point(filled=True, size=130, opacity=1, cursor="pointer").encode(x=x).add_params(_pick())
    every = alt.Chart(whole).mark_rule(aria=False, strokeDash=[4, 4], opacity=0.7)
    line = every.encode(x="value:Q", color=grey, tooltip=[alt.Tooltip("shown:N", title=" ")])
    return finished(alt.layer(line, limits, points), code, _ROW * rows + _HEAD)


@lru_cache(maxsize=32)
def heat(code: str, title: str, rows: int) -> Spec:
    """The specification.

    Data set `cells`: place (row), across (column), value (null where not enough), shown, told (in the cell), strong,
    who, start, end, narrowed.
    """
    import altair as alt

    cells = alt.NamedData(name="cells")
    across = alt.X("across:O", title=None, axis=_across(), scale=alt.Scale(paddingInner=0.04))
    down = alt.Y("place:O", title=None, axis=_named(150), scale=alt.Scale(paddingInner=0.06))
    base = alt.Chart(cells).encode(x=across, y=down, tooltip=_tip())
    legend = alt.Legend(format="~%", title=title, gradientLength=140)
    colour = alt.Color("value:Q", legend=legend, scale=alt.Scale(domainMin=0))
    known = base.mark_rect(cursor="pointer").encode(color=colour).transform_filter("datum.value != null")
    few = base.mark_rect(opacity=0.12, cursor="pointer").encode(color=alt.value("currentColor"))
    told = base.encode(text="told:N", color=alt.condition("datum.dark", alt.value("white"), alt.value("currentColor")))
    layers = [
        few.transform_filter("datum.value == null"),
        known.add_params(_pick()),
        told.mark_text(aria=False, fontSize=12).transform_filter("!datum.strong"),
        told.mark_text(aria=False, fontSize=13, fontWeight="bold").transform_filter("datum.strong"),
    ]
    return finished(alt.layer(*layers), code, _ROW * rows + _WITH_LEGEND)


def _pick() -> "alt.Parameter":
    import altair as alt

    return alt.selection_point(name="pick", fields=_PICKED)


def _tip() -> "list[alt.Tooltip]":
    import altair as alt

    return [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]


def _named(limit: int) -> "alt.Axis":
    """Names behind their place; text of data may hold a bar too."""
    import altair as alt

    name = "slice(datum.value, indexof(datum.value, '|') + 1)"
    return alt.Axis(labelExpr=name, labelLimit=limit, labelOverlap=False)


def _across() -> "alt.Axis":
    import altair as alt

    name = "slice(datum.value, indexof(datum.value, '|') + 1)"
    return alt.Axis(labelExpr=name, labelAngle=-30, labelLimit=110, orient="bottom", labelOverlap=False)

"""Effects around zero: a dot with its interval for each name, those beyond chance filled."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, value_axis


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, pattern: str, rows: int) -> Spec:
    """The specification. Data set `effects`: place (number|name), name, value, low, high, shown, sure."""
    import altair as alt

    effects = alt.NamedData(name="effects")
    name = "slice(datum.value, indexof(datum.value, '|') + 1)"
    names = alt.Axis(labelExpr=name, labelLimit=280, labelOverlap=False)
    axis = value_axis(code, pattern, 6)
    axis.grid = True
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    base = alt.Chart(effects).encode(y=alt.Y("place:O", title=None, axis=names), tooltip=tip)
    grey = alt.value("currentColor")
    limits = base.mark_rule(aria=False, strokeWidth=5, opacity=0.28).encode(
        x=alt.X("low:Q", title=axis_title, axis=axis), x2="high:Q", color=grey
    )
    points = base.encode(x="value:Q")
    sure = points.mark_point(filled=True, size=130, opacity=1).transform_filter("datum.sure")
    chance = points.mark_point(filled=False, size=90, opacity=0.8).transform_filter("!datum.sure")
    zero = alt.Chart(effects).mark_rule(aria=False, opacity=0.5).encode(x=alt.datum(0), color=grey)
    return finished(alt.layer(zero, limits, chance, sure), code, 34 * rows + 60)

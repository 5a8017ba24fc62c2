"""Ratios beside each other on a scale of multiples: a dot with its interval, and the line where nothing differs."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, name_axis

_ROW = 30


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, rows: int) -> Spec:
    """The specification.

    Data set `ratios`: place (order|name), name, value, low, high, shown, clear, and for the click who, start, end.
    """
    import altair as alt

    ratios = alt.NamedData(name="ratios")
    y = alt.Y("place:O", title=None, axis=name_axis())
    axis = alt.Axis(format="~g", grid=True, values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20])
    scale = alt.Scale(type="log", nice=False)
    x = alt.X("value:Q", title=axis_title, axis=axis, scale=scale)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    pick = alt.selection_point(name="pick", fields=["who", "start", "end"])
    base = alt.Chart(ratios).encode(y=y)
    grey = alt.value("currentColor")
    even = alt.Chart(ratios).mark_rule(aria=False, opacity=0.6, strokeDash=[4, 3]).encode(x=alt.datum(1), color=grey)
    whiskers = base.mark_rule(aria=False, strokeWidth=5, opacity=0.28).encode(
        x=alt.X("low:Q", title=axis_title, scale=scale), x2="high:Q", color=grey
    )
    dots = (
        base.mark_point(filled=True, size=110)
        .encode(x=x, tooltip=tip, opacity=alt.condition("datum.clear", alt.value(1), alt.value(0.45)))
        .add_params(pick)
    )
    return finished(alt.layer(even, whiskers, dots), code, rows * _ROW + 40)

"""One of several small charts of the same rate, with the whole company in the background."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, time_axis, value_axis


@lru_cache(maxsize=64)
def spec(code: str, axis_title: str, pattern: str, top: float) -> Spec:
    """The specification. Data sets `rates` (at, name, value, low, high, shown) and `whole` (at, value).

    top  Upper end of the value axis, the same for all panels, so that they can be compared.
    """
    import altair as alt

    rates, whole = (alt.NamedData(name=n) for n in ("rates", "whole"))
    x = time_axis()
    scale = alt.Scale(domain=[0, top], clamp=True)
    y = alt.Y("value:Q", title=axis_title, axis=value_axis(code, pattern, 3), scale=scale)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    base = alt.Chart(rates).encode(x=x)
    background = (
        alt.Chart(whole)
        .mark_line(aria=False, opacity=0.35, strokeWidth=1.5)
        .encode(x=x, y=y, color=alt.value("currentColor"))
    )
    band = base.mark_area(aria=False, opacity=0.14).encode(y=alt.Y("low:Q", title=axis_title, scale=scale), y2="high:Q")
    line = base.mark_line(aria=False, strokeWidth=2.25).encode(y=y)
    points = base.mark_point(filled=True, size=30, opacity=1).encode(y=y, tooltip=tip)
    return finished(alt.layer(background, band, line, points), code, 170)

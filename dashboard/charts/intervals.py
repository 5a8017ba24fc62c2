"""Estimates beside each other: a dot with its interval for each of a few names."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, name_axis, value_axis


@lru_cache(maxsize=16)
def spec(code: str, axis_title: str, pattern: str, height: int, *, picks: bool = False) -> Spec:
    """The specification. Data set `estimates`: place (number|name), name, value, low, high, shown.

    picks  A click on a dot selects its `pick`.
    """
    import altair as alt

    estimates = alt.NamedData(name="estimates")
    y = alt.Y("place:O", title=None, axis=name_axis(320))
    axis = value_axis(code, pattern, 6)
    axis.grid = True
    x = alt.X("value:Q", title=axis_title, axis=axis, scale=alt.Scale(zero=True))
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    base = alt.Chart(estimates).encode(y=y, tooltip=tip)
    grey = alt.value("currentColor")
    limits = alt.X("low:Q", title=axis_title)
    whiskers = base.mark_rule(aria=False, strokeWidth=5, opacity=0.28).encode(x=limits, x2="high:Q", color=grey)
    dots = base.mark_point(filled=True, size=110, opacity=1).encode(x=x)
    labels = base.mark_text(aria=False, dy=-13, fontSize=12).encode(
        x=x, text="shown:N", color=alt.value("currentColor")
    )
    if picks:
        dots = dots.add_params(alt.selection_point(name="pick", fields=["pick"]))
    return finished(alt.layer(whiskers, dots, labels), code, height)

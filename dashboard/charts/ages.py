"""Rates of loss by age: a bar for each band of age, with its interval; the highest one stands out."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished


@lru_cache(maxsize=16)
def spec(code: str, age_title: str, rate_title: str) -> Spec:
    """The specification.

    Data set `bands`: place (order|name), name, value, low, high, shown, peak, and for the click who, start, end,
    narrowed.
    """
    import altair as alt

    bands = alt.NamedData(name="bands")
    x = alt.X(
        "place:O",
        title=age_title,
        axis=alt.Axis(labelExpr="split(datum.value, '|')[1]", labelAngle=0, labelOverlap="parity", labelSeparation=4),
    )
    y = alt.Y("value:Q", title=rate_title, axis=alt.Axis(format=".1~%", tickCount=5))
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    pick = alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"])
    base = alt.Chart(bands).encode(x=x)
    bars = (
        base.mark_bar()
        .encode(y=y, tooltip=tip, opacity=alt.condition("datum.peak", alt.value(1), alt.value(0.55)))
        .add_params(pick)
    )
    whiskers = base.mark_rule(aria=False, strokeWidth=1.5, opacity=0.7).encode(
        y=alt.Y("low:Q", title=rate_title), y2="high:Q", color=alt.value("currentColor")
    )
    return finished(alt.layer(bars, whiskers), code)

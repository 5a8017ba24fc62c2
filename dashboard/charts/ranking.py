"""Amounts ranked: one horizontal bar per name, the largest on top; and the curve of what the largest make up."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, name_axis, value_axis


@lru_cache(maxsize=32)
def bars(code: str, axis_title: str, pattern: str, height: int) -> Spec:
    """The specification. Data set `bars`: place (number|name), name, amount, shown, who, start, end, narrowed.

    A click on a bar selects whom it counts: `who`, `start`, `end`, `narrowed`.
    """
    import altair as alt

    found = alt.NamedData(name="bars")
    axis = value_axis(code, pattern)
    base = alt.Chart(found).encode(
        y=alt.Y("place:O", title=None, axis=name_axis(220)),
        x=alt.X("amount:Q", title=axis_title, axis=axis),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")],
    )
    pick = alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"])
    drawn = base.mark_bar(cursor="pointer").add_params(pick)
    labels = base.mark_text(aria=False, align="left", dx=6, fontSize=12).encode(
        text="shown:N", color=alt.value("currentColor")
    )
    return finished(alt.layer(drawn, labels), code, height)


@lru_cache(maxsize=8)
def curve(code: str, x_title: str, y_title: str) -> Spec:
    """What the largest make up together. Data sets: `places` (customers, share, shown), `marks` (the same, text)."""
    import altair as alt

    places, marks = (alt.NamedData(name=name) for name in ("places", "marks"))
    x = alt.X("customers:Q", title=x_title, axis=value_axis(code, "~s", 6))
    y = alt.Y("share:Q", title=y_title, axis=alt.Axis(format="~%", tickCount=5), scale=alt.Scale(domain=[0, 1]))
    line = alt.Chart(places).mark_line(aria=False, strokeWidth=2.5).encode(x=x, y=y)
    area = alt.Chart(places).mark_area(aria=False, opacity=0.12).encode(x=x, y=y)
    points = alt.Chart(marks).encode(x=x, y=y, tooltip=[alt.Tooltip("shown:N", title=" ")])
    dots = points.mark_point(filled=True, size=90, opacity=1)
    words = points.mark_text(aria=False, align="left", dx=10, dy=10, fontSize=12).encode(
        text="shown:N", color=alt.value("currentColor")
    )
    return finished(alt.layer(area, line, dots, words), code)

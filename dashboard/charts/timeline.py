"""Actions over time: a bar from being proposed to being due, and marks where they shipped and are judged."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, long_legend, name_axis


@lru_cache(maxsize=16)
def spec(code: str, kinds: tuple[str, ...], rows: int) -> Spec:
    """The specification; `kinds` are the labels of the marks: shipped, check date, today.

    Data sets: `bars` (place: number|name, name, from, to, shown), `marks` (place, name, on, kind, shown) and `today`
    (on). Days are milliseconds, since what is added to a drawn chart is not read as a day otherwise.
    """
    import altair as alt

    bars, marks, now = (alt.NamedData(name=n) for n in ("bars", "marks", "today"))
    scale = alt.Scale(type="utc")
    axis = alt.Axis(grid=True, tickCount=6, format="%Y-%m-%d" if code == "zh_Hans" else "%b %Y", labelOverlap=True)
    y = alt.Y("place:O", title=None, axis=name_axis(300))
    tip = [alt.Tooltip(f"{field}:N", title=" ") for field in ("name", "shown")]
    spans = (
        alt.Chart(bars)
        .mark_bar(height=12, cornerRadius=3, opacity=0.45)
        .encode(y=y, x=alt.X("from:T", title=None, scale=scale, axis=axis), x2="to:T", tooltip=tip)
    )
    shapes = alt.Shape("kind:N", scale=alt.Scale(domain=list(kinds), range=["triangle-up", "diamond"]), legend=None)
    points = (
        alt.Chart(marks)
        .transform_filter("datum.place != null")
        .mark_point(filled=True, size=110, opacity=1)
        .encode(
            y=y,
            x=alt.X("on:T", scale=scale),
            shape=shapes,
            color=alt.Color("kind:N", scale=alt.Scale(domain=list(kinds)), legend=long_legend()),
            tooltip=tip,
        )
    )
    line = (
        alt.Chart(now)
        .mark_rule(aria=False, strokeDash=[2, 3], opacity=0.6)
        .encode(x=alt.X("on:T", scale=scale), color=alt.value("currentColor"))
    )
    return finished(alt.layer(line, spans, points), code, 34 * rows + 70)

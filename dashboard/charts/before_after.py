"""One number before and after an action: what was seen, what would have been without it, and the comparison."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, time_axis, value_axis


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, pattern: str, names: tuple[str, ...]) -> Spec:
    """The specification; `names` are those of the lines, in the order seen, expected, comparison.

    Data sets: `months` (at, name, line: a label of `names`, value, low, high, shown, phase), `shipped` (at, title) and
    `after` (first and last place of the months that are judged).
    """
    import altair as alt

    months, shipped, after = (alt.NamedData(name=n) for n in ("months", "shipped", "after"))
    grey = alt.value("currentColor")
    y = alt.Y("value:Q", title=axis_title, axis=value_axis(code, pattern), scale=alt.Scale(zero=True))
    legend = alt.Legend(symbolOpacity=1, symbolStrokeWidth=0)
    colour = alt.Color("line:N", scale=alt.Scale(domain=list(names)), legend=legend)
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=list(names), range=[[1, 0], [6, 4], [2, 3]]), legend=None)
    tip = [alt.Tooltip(f"{field}:N", title=" ") for field in ("name", "line", "shown")]
    base = alt.Chart(months).encode(x=time_axis(), color=colour)
    judged = alt.Chart(after).mark_rect(aria=False, opacity=0.07).encode(x=time_axis(), color=grey)
    band = base.mark_area(aria=False, opacity=0.16).encode(y=alt.Y("low:Q", title=axis_title), y2="high:Q")
    lines = base.mark_line(aria=False, strokeWidth=2.25).encode(y=y, strokeDash=dash)
    seen = "datum.phase != 'left-out'"
    points = base.mark_point(filled=True, size=44, opacity=1).encode(y=y, tooltip=tip).transform_filter(seen)
    hollow = base.mark_point(aria=False, size=44, filled=False).encode(y=y, tooltip=tip).transform_filter(f"!({seen})")
    flag = alt.Chart(shipped).encode(x=time_axis(), color=grey, tooltip=[alt.Tooltip("title:N", title=" ")])
    mark = flag.mark_rule(aria=False, strokeDash=[2, 3], opacity=0.7)
    words = flag.mark_text(aria=False, baseline="top", align="left", dx=5, dy=-2, fontSize=11).encode(
        y=alt.value(0), text="title:N"
    )
    return finished(alt.layer(judged, band, mark, lines, hollow, points, words), code)

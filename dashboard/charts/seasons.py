"""The same months of different years over each other."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, value_axis


@lru_cache(maxsize=16)
def spec(code: str, axis_title: str, pattern: str, years: tuple[str, ...]) -> Spec:
    """The specification. Data set `seasons`: month (name), order, year (of `years`, latest first), value, shown."""
    import altair as alt

    seasons = alt.NamedData(name="seasons")
    base = alt.Chart(seasons).encode(
        x=alt.X("month:N", sort=alt.EncodingSortField("order"), title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=axis_title, axis=value_axis(code, pattern)),
        color=alt.Color("year:N", scale=alt.Scale(domain=list(years)), legend=alt.Legend(symbolOpacity=1)),
    )
    lines = base.mark_line(aria=False, strokeWidth=2.5).encode(
        strokeDash=alt.condition(f"datum.year == '{years[0]}'", alt.value([1, 0]), alt.value([5, 4]))
    )
    tip = [alt.Tooltip("month:N", title=" "), alt.Tooltip("year:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    return finished(alt.layer(lines, base.mark_point(filled=True, size=40).encode(tooltip=tip)), code, 260)

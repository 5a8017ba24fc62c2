"""Curves that fall with age: survival with its band per group, and retention per cohort with one of them in front."""

from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.charts.base import HEIGHT, Spec, finished

if TYPE_CHECKING:
    import altair as alt


@lru_cache(maxsize=64)
def survival(code: str, age_title: str, share_title: str, names: tuple[str, ...]) -> Spec:
    """Steps with bands.

    Data set `curves`: age, value, low, high, group (of `names`), name, shown, and for the click who, start, end,
    narrowed.
    """
    import altair as alt

    curves = alt.NamedData(name="curves")
    colour = alt.Color("group:N", scale=alt.Scale(domain=list(names)), legend=_legend(names))
    scale = alt.Scale(domain=[0, 1])
    base = alt.Chart(curves).encode(x=alt.X("age:Q", title=age_title, scale=alt.Scale(nice=False)), color=colour)
    band = base.mark_area(aria=False, opacity=0.16, interpolate="step-after").encode(
        y=alt.Y("low:Q", title=share_title, scale=scale), y2="high:Q"
    )
    y = alt.Y("value:Q", title=share_title, axis=alt.Axis(format=".0%", tickCount=5), scale=scale)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    line = base.mark_line(aria=False, strokeWidth=2.25, interpolate="step-after").encode(y=y)
    pick = alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"])
    # Points are there to be pointed at and clicked; the line shows the course.
    points = base.mark_point(filled=True, size=60, opacity=0.01).encode(y=y, tooltip=tip).add_params(pick)
    return finished(alt.layer(band, line, points), code, HEIGHT + 40)


@lru_cache(maxsize=64)
def retention(code: str, age_title: str, share_title: str) -> Spec:
    """Thin lines with one in front and the average dashed.

    Data set `curves`: age, value, cohort, name, shown, role (other | front | average), and for the click who, start,
    end, narrowed.
    """
    import altair as alt

    curves = alt.NamedData(name="curves")
    x = alt.X("age:Q", title=age_title, axis=alt.Axis(tickMinStep=1), scale=alt.Scale(nice=False))
    y = alt.Y("value:Q", title=share_title, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(zero=False))
    base = alt.Chart(curves).encode(x=x, y=y, detail="cohort:N")
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    others = base.transform_filter("datum.role == 'other'").mark_line(aria=False, strokeWidth=1, opacity=0.35)
    average = base.transform_filter("datum.role == 'average'").mark_line(
        aria=False, strokeWidth=2, strokeDash=[6, 4], opacity=0.8
    )
    front = base.transform_filter("datum.role == 'front'").mark_line(aria=False, strokeWidth=3)
    pick = alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"])
    points = (
        base.transform_filter("datum.role != 'average'")
        .mark_point(filled=True, size=45)
        .encode(tooltip=tip, opacity=alt.condition("datum.role == 'front'", alt.value(1), alt.value(0.01)))
        .add_params(pick)
    )
    grey = alt.value("currentColor")
    return finished(alt.layer(others.encode(color=grey), average.encode(color=grey), front, points), code)


def _legend(names: tuple[str, ...]) -> "alt.Legend | None":
    import altair as alt

    return alt.Legend(symbolType="stroke", symbolOpacity=1) if len(names) > 1 else None

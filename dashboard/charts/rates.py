"""Rates over time: line, interval band, incomplete periods, forecast, benchmark and events."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dashboard.charts.base import Spec, finished, time_axis, value_axis

if TYPE_CHECKING:
    import altair as alt


@lru_cache(maxsize=64)
def spec(
    code: str,
    axis_title: str,
    pattern: str,
    series: tuple[str, ...] = (),
    height: int = 300,
    picks: tuple[str, ...] = (),
) -> Spec:
    """The specification; with `series` one line each, named in this order, with `picks` the fields that a click gives.

    Data sets: `rates` (at, name, value, low, high, shown, state: observed | incomplete | forecast, series),
    `band` (low, high, name), `events` (at, title).
    """
    import altair as alt

    rates, band, events = (alt.NamedData(name=n) for n in ("rates", "band", "events"))
    x, y = (
        time_axis(),
        alt.Y("value:Q", title=axis_title, axis=value_axis(code, pattern), scale=alt.Scale(zero=True)),
    )
    colour = _colour(series)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" "), alt.Tooltip("series:N", title=" ")]
    base = alt.Chart(rates).encode(x=x, color=colour)
    observed = base.transform_filter("datum.state == 'observed'")
    forecast = base.transform_filter("datum.state != 'observed' && datum.state != 'incomplete'")
    grey = alt.value("currentColor")
    published = alt.Chart(band).encode(y=alt.Y("low:Q", title=axis_title), tooltip=[alt.Tooltip("name:N", title=" ")])
    benchmark = published.mark_rect(aria=False, opacity=0.07).encode(y2="high:Q", color=grey)
    edge = published.mark_rule(aria=False, opacity=0.6, strokeDash=[7, 4], strokeWidth=1.5).encode(color=grey)
    marks = (
        alt.Chart(events)
        .mark_rule(aria=False, strokeDash=[2, 3], opacity=0.55)
        .encode(x=x, tooltip=[alt.Tooltip("title:N", title=" ")], color=alt.value("currentColor"))
    )
    flags = (
        alt.Chart(events)
        .mark_text(aria=False, baseline="top", dy=-2, fontSize=11)
        .encode(
            x=x,
            y=alt.value(0),
            text="number:N",
            color=alt.value("currentColor"),
            tooltip=[alt.Tooltip("title:N", title=" ")],
        )
    )
    layers = [
        benchmark,
        edge,
        marks,
        observed.mark_area(aria=False, opacity=0.14, interpolate="linear").encode(
            y=alt.Y("low:Q", title=axis_title), y2="high:Q"
        ),
        forecast.mark_area(aria=False, opacity=0.08).encode(y=alt.Y("low:Q", title=axis_title), y2="high:Q"),
        observed.mark_line(aria=False, strokeWidth=2.5).encode(y=y),
        forecast.mark_line(aria=False, strokeWidth=2, strokeDash=[5, 4]).encode(y=y),
        _seen(base, picks).encode(y=y, tooltip=tip).transform_filter("datum.state == 'observed'"),
        base.mark_point(aria=False, size=60, filled=False, strokeDash=[2, 2], strokeWidth=1.5)
        .encode(y=y, tooltip=tip)
        .transform_filter("datum.state != 'observed'"),
        flags,
    ]
    return finished(alt.layer(*layers), code, height)


def _seen(base: "alt.Chart", picks: tuple[str, ...]) -> "alt.Chart":
    """The points of periods that were seen whole."""
    import altair as alt

    if not picks:
        return base.mark_point(size=46, filled=True, opacity=1)
    points = base.mark_point(size=70, filled=True, opacity=1, cursor="pointer")
    return points.add_params(alt.selection_point(name="pick", fields=list(picks)))


def _colour(series: tuple[str, ...]) -> Any:
    import altair as alt

    if not series:
        return alt.Undefined
    return alt.Color("series:N", scale=alt.Scale(domain=list(series)), legend=alt.Legend(symbolOpacity=1))

"""Shares of the same names in a few kinds, side by side, each with its interval."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, long_legend, name_axis, value_axis


@lru_cache(maxsize=16)
def spec(code: str, axis_title: str, kinds: tuple[str, ...], height: int) -> Spec:
    """The specification. Data set `shares`: place (number|name), name, kind, value, low, high, shown."""
    import altair as alt

    shares = alt.NamedData(name="shares")
    y = alt.Y("place:O", title=None, axis=name_axis())
    offset = alt.YOffset("kind:N", sort=list(kinds), bandPosition=0.5)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("kind:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    axis = value_axis(code, ".0%", 5)
    axis.grid = True
    base = alt.Chart(shares).encode(y=y, yOffset=offset, tooltip=tip)
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(kinds)),
        legend=long_legend(),
    )
    bars = base.mark_bar().encode(x=alt.X("value:Q", title=axis_title, axis=axis), color=colour)
    limits = alt.X("low:Q", title=axis_title)
    whiskers = base.mark_rule(aria=False, opacity=0.6).encode(x=limits, x2="high:Q", color=alt.value("currentColor"))
    return finished(alt.layer(bars, whiskers), code, height)

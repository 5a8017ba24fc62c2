"""How surely effects of several sizes would be seen: one curve per number of customers."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, long_legend, value_axis


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, power_title: str, pattern: str, names: tuple[str, ...]) -> Spec:
    """The specification.

    Data sets `curves` (effect, power, kind of `names`, shown) and `wanted` (effect, power: what the plan asks for).
    """
    import altair as alt

    curves, wanted = (alt.NamedData(name=name) for name in ("curves", "wanted"))
    x = alt.X("effect:Q", title=axis_title, axis=value_axis(code, pattern), scale=alt.Scale(nice=False))
    y = alt.Y("power:Q", title=power_title, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1]))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(names)), legend=long_legend())
    base = alt.Chart(curves).encode(x=x, y=y, color=colour)
    tip = [alt.Tooltip("kind:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    lines = base.mark_line(aria=False, strokeWidth=2.25)
    points = base.mark_point(filled=True, size=50, opacity=0.01).encode(tooltip=tip)
    grey = alt.value("currentColor")
    level = alt.Chart(wanted).mark_rule(aria=False, opacity=0.45, strokeDash=[4, 3]).encode(y="power:Q", color=grey)
    least = alt.Chart(wanted).mark_rule(aria=False, opacity=0.45, strokeDash=[4, 3]).encode(x="effect:Q", color=grey)
    return finished(alt.layer(level, least, lines, points), code, 280)

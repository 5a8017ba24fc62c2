"""Causes by size, the largest on top, with the share that they and all larger ones make up together."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, name_axis, value_axis


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, pattern: str, cumulative_title: str, kinds: tuple[str, ...], height: int) -> Spec:
    """The specification.

    Data set `causes`: place (number|name), name, amount, cumulative (0-1), kind (one of `kinds`), label, shown, pick.
    A click on a bar selects its `pick`.
    """
    import altair as alt

    causes = alt.NamedData(name="causes")
    y = alt.Y("place:O", title=None, axis=name_axis())
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" "), alt.Tooltip("kind:N", title=" ")]
    base = alt.Chart(causes).encode(y=y, tooltip=tip)
    axis = value_axis(code, pattern, 5)
    axis.grid = True
    bars = base.mark_bar().encode(
        x=alt.X("amount:Q", title=axis_title, axis=axis),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(kinds)),
            legend=alt.Legend(symbolOpacity=1),
        ),
    )
    bars = bars.add_params(alt.selection_point(name="pick", fields=["pick"]))
    numbers = base.mark_text(aria=False, align="left", dx=5, fontSize=12).encode(
        x=alt.X("amount:Q", title=axis_title), text="label:N", color=alt.value("currentColor")
    )
    share = alt.X(
        "cumulative:Q",
        title=cumulative_title,
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(orient="top", format=".0%", tickCount=5),
    )
    grey = alt.value("currentColor")
    line = base.mark_line(aria=False, strokeWidth=1.5, opacity=0.7).encode(x=share, color=grey, order="place:O")
    dots = base.mark_point(aria=False, filled=True, size=36, opacity=1).encode(x=share, color=grey)
    layered = alt.layer(alt.layer(bars, numbers), alt.layer(line, dots)).resolve_scale(x="independent")
    return finished(layered, code, height)

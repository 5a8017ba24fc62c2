"""What each segment adds to a change: bars of mix and rate, to the right where they raise it."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, long_legend, name_axis, value_axis


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, kinds: tuple[str, ...], rows: int) -> Spec:
    """The specification.

    Data set `effects`: place (number|name), name, kind (a label of `kinds`), amount (points), shown, who, start, end,
    narrowed. A click selects whom a bar counts.
    """
    import altair as alt

    effects = alt.NamedData(name="effects")
    axis = value_axis(code, "+.1~f", 6)
    axis.grid = True
    base = alt.Chart(effects).encode(
        y=alt.Y("place:O", title=None, axis=name_axis(200), scale=alt.Scale(paddingInner=0.25)),
        yOffset=alt.YOffset("kind:N", scale=alt.Scale(domain=list(kinds))),
        x=alt.X("amount:Q", title=axis_title, axis=axis),
        tooltip=[alt.Tooltip(f"{field}:N", title=" ") for field in ("name", "kind", "shown")],
    )
    pick = alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"])
    bars = base.mark_bar(cursor="pointer").encode(
        color=alt.Color("kind:N", scale=alt.Scale(domain=list(kinds)), legend=long_legend())
    )
    zero = alt.Chart(effects).mark_rule(aria=False, opacity=0.5).encode(x=alt.datum(0), color=alt.value("currentColor"))
    return finished(alt.layer(bars.add_params(pick), zero), code, 44 * rows + 90)

"""Counts or money of several kinds per period: gains above the line, losses below it, or parts of one total."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, time_axis, value_axis


@lru_cache(maxsize=32)
def spec(
    code: str,
    axis_title: str,
    pattern: str,
    kinds: tuple[str, ...],
    *,
    picks: tuple[str, ...] = ("who", "start", "end"),
) -> Spec:
    """The specification.

    Data set `parts`: at, name, kind (a label of `kinds`), amount (signed), shown, complete, rank, and the fields of
    `picks`, which a click on a bar selects: they say whom it counts. Incomplete periods are pale.
    """
    import altair as alt

    parts = alt.NamedData(name="parts")
    bars = (
        alt.Chart(parts)
        .mark_bar()
        .encode(
            x=time_axis(),
            y=alt.Y("amount:Q", title=axis_title, axis=value_axis(code, pattern), stack="zero"),
            color=alt.Color("kind:N", scale=alt.Scale(domain=list(kinds)), legend=alt.Legend(symbolOpacity=1)),
            order=alt.Order("rank:Q"),
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(0.35)),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("kind:N", title=" "),
                alt.Tooltip("shown:N", title=" "),
            ],
        )
    )
    zero = alt.Chart(parts).mark_rule(aria=False, opacity=0.5).encode(y=alt.datum(0), color=alt.value("currentColor"))
    bars = bars.add_params(alt.selection_point(name="pick", fields=list(picks)))
    return finished(alt.layer(bars, zero), code)

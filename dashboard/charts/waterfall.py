"""How an opening balance becomes a closing one: a waterfall of MRR or customers.

Balances are levels, not bars: what moved is small beside them, and a bar that does not start at zero would lie.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

from dashboard.charts.base import Spec, finished, value_axis

if TYPE_CHECKING:
    import altair as alt

#: Below this width names side by side would run into each other; they are written aslant.
_NARROW = 620
_PHONE = 420
#: Kinds of steps in the order of the theme's colours: what stands, what is lost, what is won.
KINDS = ("balance", "loss", "gain")


@lru_cache(maxsize=32)
def spec(code: str, axis_title: str, pattern: str) -> Spec:
    """The specification.

    Data set `steps`: place (number|name), step, low, high, after (level), kind, shown.
    """
    import altair as alt

    steps = alt.NamedData(name="steps")
    x = alt.X("place:O", title=None, axis=_named_axis(), scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15))
    y_axis = value_axis(code, pattern)
    y = alt.Y("low:Q", title=axis_title, axis=y_axis, scale=alt.Scale(zero=False, nice=True, padding=22))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(KINDS)), legend=None)
    tip = [alt.Tooltip("step:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    base = alt.Chart(steps).encode(x=x, tooltip=tip)
    moves = base.mark_bar(minBandSize=2).encode(y=y, y2="high:Q", color=colour)
    levels = base.mark_tick(aria=False, thickness=4, bandSize=64, orient="horizontal").encode(y="after:Q", color=colour)
    named = base.encode(text="shown:N", color=alt.value("currentColor"))
    # Losses are named below their bar, and on a phone every second amount stands higher: side by side at one height
    # they would run into each other.
    raised = alt.ExprRef(f"width < {_PHONE} && +split(datum.place, '|')[0] % 2 == 0 ? -23 : -9")
    above = named.mark_text(aria=False, dy=raised, fontSize=12, fontWeight=500).encode(y="high:Q")
    below = named.mark_text(aria=False, dy=11, fontSize=12, fontWeight=500).encode(y=y)
    layers = [
        moves.transform_filter("datum.kind != 'balance'"),
        levels.transform_filter("datum.kind == 'balance'"),
        above.transform_filter("datum.kind != 'loss'"),
        below.transform_filter("datum.kind == 'loss'"),
    ]
    return finished(alt.layer(*layers), code)


def _named_axis() -> "alt.Axis":
    """Every step is named whatever the width: a move without a name says nothing."""
    import altair as alt

    def by_width(narrow: str, wide: str) -> alt.ExprRef:
        return alt.ExprRef(f"width < {_NARROW} ? {narrow} : {wide}")

    return alt.Axis(
        labelOverlap=False,
        labelAngle=by_width("-40", "0"),
        labelAlign=by_width("'right'", "'center'"),
        labelLimit=110,
        labelExpr="split(datum.value, '|')[1]",
    )

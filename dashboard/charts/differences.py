"""Effects around zero: a dot with its interval for each name, those beyond chance filled."""

from functools import lru_cache

from dashboard.charts.base import Spec, finished, name_axis, value_axis


@lru_cache(maxsize=32)
def spec(
    code: str,
    axis_title: str,
    pattern: str,
    rows: int,
    *,
    picks: bool = False,
    kinds: frozenset[bool] = frozenset({True, False}),
) -> Spec:
    """The specification. Data set `effects`: place (number|name), name, value, low, high, shown, sure.

    picks  Whether a click selects whom a dot stands for; the data have who, start, end and narrowed then.
    kinds  Values of `sure` that the data have: dots of a kind that has none would be a picture without a name.
    """
    import altair as alt

    effects = alt.NamedData(name="effects")
    axis = value_axis(code, pattern, 6)
    axis.grid = True
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    base = alt.Chart(effects).encode(y=alt.Y("place:O", title=None, axis=name_axis(280)), tooltip=tip)
    grey = alt.value("currentColor")
    limits = base.mark_rule(aria=False, strokeWidth=5, opacity=0.28).encode(
        x=alt.X("low:Q", title=axis_title, axis=axis), x2="high:Q", color=grey
    )
    points = base.encode(x="value:Q")
    hand = alt.ExprRef("datum.who ? 'pointer' : 'default'") if picks else "default"
    sure = points.mark_point(filled=True, size=130, opacity=1, cursor=hand).transform_filter("datum.sure")
    chance = points.mark_point(filled=False, size=90, opacity=0.8, cursor=hand).transform_filter("!datum.sure")
    zero = alt.Chart(effects).mark_rule(aria=False, opacity=0.5).encode(x=alt.datum(0), color=grey)
    if picks:
        # Hears the clicks on the filled dots too, which lie in the same view.
        chance = chance.add_params(alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"]))
    dots = [dot for kind, dot in ((False, chance), (True, sure)) if kind in kinds]
    return finished(alt.layer(zero, limits, *dots), code, 34 * rows + 60)

"""What all charts share: axes in the reader's language, one specification per choice, data passed beside it.

A specification is built with Altair once and kept as a plain dictionary: showing the dictionary costs 2 ms, building
the Altair object anew on every run 16 ms. Colours are left to the theme: one specification serves light and dark.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from babel import dates

from dashboard import formats
from dashboard.language import _, current
from data.records import Condition, Grain

if TYPE_CHECKING:
    import altair as alt

Spec = dict[str, Any]
Row = Mapping[str, Any]
HEIGHT = 300


@dataclass(frozen=True)
class Chart:
    """A chart ready to be shown.

    title       The finding or the question.
    spec, data  Vega-Lite specification naming its data sets, and their rows.
    alt         What a screen reader says in place of the picture.
    table       The same numbers in words, for whoever cannot or will not read the picture.
    note        What must be known to read it right.
    unit        What `value` or `amount` of the rows is in: rate (0-1), points, money (whole units), count or number.
    figure      Key of the metric dictionary that `value` of the rows is; "" = none of it.
    only        What narrows the customers of the view to those it shows.
    """

    title: str
    spec: Spec
    data: Mapping[str, Sequence[Row]]
    alt: str
    table: Sequence[Mapping[str, str]] = ()
    note: str = ""
    picks: tuple[str, ...] = field(default=())
    unit: str = "rate"
    figure: str = ""
    only: tuple[Condition, ...] = ()


#: On a phone a legend in one row would run out of the picture.
_IN_ROWS = {"columns": {"expr": "width < 420 ? 2 : 0"}}


def finished(chart: "alt.LayerChart | alt.FacetChart | alt.Chart", code: str, height: int = HEIGHT) -> Spec:
    """The specification of a chart as a dictionary, with the words of a language."""
    spec = chart.properties(height=height, width="container").to_dict()
    spec.pop("datasets", None)
    spec.pop("$schema", None)
    spec["padding"] = {"left": 0, "right": 8, "top": 10, "bottom": 0}
    spec["config"] = {
        "locale": formats.vega_locale(code),
        "view": {"stroke": None},
        "axis": {"grid": False, "domain": False, "ticks": False, "labelPadding": 8, "titlePadding": 12},
        "axisY": {"grid": True, "gridOpacity": 0.6},
        # Ends with the plot: on a phone a centred one would run out of the picture to the right.
        "axisX": {"titleAnchor": "end"},
        "legend": {"orient": "top", "title": None, "symbolType": "square", "labelLimit": 260, "offset": 12, **_IN_ROWS},
    }
    return spec


def enlarged(spec: Spec, times: float = 1.4) -> Spec:
    """The same picture in larger type, for a screen that many look at from afar."""
    config = spec["config"]
    type_ = {"labelFontSize": round(_TYPE * times), "titleFontSize": round(_TYPE * times)}
    axis = {**config["axis"], **type_, "labelLimit": round(_LABEL_LIMIT * times)}
    legend = {**config["legend"], **type_, "labelLimit": round(config["legend"]["labelLimit"] * times)}
    return {**_larger(spec, times), "config": {**config, "axis": axis, "legend": legend}}


#: Type of axes and legends as the theme sets it, and the room of a name on an axis as Vega does.
_TYPE, _LABEL_LIMIT = 12, 180


def _larger(part: Any, times: float) -> Any:
    """A part of a specification with every size of letters multiplied, however deep it stands."""
    if isinstance(part, list):
        return [_larger(each, times) for each in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    fields = cast("dict[str, Any]", part)
    return {k: round(v * times) if k == "fontSize" else _larger(v, times) for k, v in fields.items()}


def tick(start: date, grain: Grain, *, first: bool) -> str:
    """The place of a period on the axis: unique, carrying what to write there, on two lines where a year begins."""
    return _tick(current(), start, grain, begins=first or _begins_year(start, grain))


@lru_cache(maxsize=1024)
def _tick(code: str, start: date, grain: Grain, *, begins: bool) -> str:
    if grain == "year":
        words = [formats.period(start, grain)]
    elif grain == "quarter":
        # Neither language has a skeleton for a quarter without its year.
        words = [dates.get_quarter_names("abbreviated", locale=code)[(start.month + 2) // 3]]
    elif grain == "month":
        words = [dates.format_skeleton("MMM", start, locale=code)]
    else:
        words = [dates.format_skeleton("MMMd", start, locale=code)]
    if grain != "year" and begins:
        words.append(dates.format_skeleton("y", start, locale=code))
    return "|".join([start.isoformat(), *words])


def _begins_year(start: date, grain: Grain) -> bool:
    return start.month == 1 and (grain != "week" or start.day <= 7)


def time_axis() -> "alt.X":
    """The axis of periods: labels come from `tick`, thinned out where they would touch."""
    import altair as alt

    return alt.X(
        "at:O",  # sorted as text: the place of a period starts with its ISO day
        title=None,
        axis=alt.Axis(
            labelAngle=0,
            labelExpr="slice(split(datum.value, '|'), 1)",
            labelOverlap="parity",
            labelSeparation=6,
        ),
        scale=alt.Scale(paddingInner=0.25, paddingOuter=0.1),
    )


def long_legend() -> "alt.Legend":
    """A legend of names as long as a phone is wide."""
    import altair as alt

    return alt.Legend(symbolOpacity=1, columns=alt.ExprRef(expr="width < 420 ? 1 : 0"))


def name_axis(limit: int = 260) -> "alt.Axis":
    """The axis of places written `number|name`, so that they keep their order: names alone, shorter on a phone."""
    import altair as alt

    return alt.Axis(
        labelExpr="slice(datum.value, indexof(datum.value, '|') + 1)",
        labelLimit=alt.ExprRef(expr=f"width < 320 ? 120 : {limit}"),
        labelOverlap=False,
    )


def value_axis(code: str, pattern: str, ticks: int = 5) -> "alt.Axis":
    """An axis of values; Chinese writes large ones in ten thousands, which no d3 pattern does."""
    import altair as alt

    if code == "zh_Hans" and pattern == _SHORT:
        return alt.Axis(labelExpr=_IN_TEN_THOUSANDS, tickCount=ticks)
    return alt.Axis(format=pattern, tickCount=ticks)


_SHORT = "~s"
_IN_TEN_THOUSANDS = (
    "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, '.6~g') + '亿' : "
    "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, '.6~g') + '万' : format(datum.value, ',')"
)


def value_format(unit: str) -> str:
    """The d3 pattern of an axis: percent for rates, short numbers for money and counts."""
    return {"rate": ".1~%", "money": _SHORT, "count": _SHORT}.get(unit, ".2~f")


def unit_title(unit: str, currency: str = "") -> str:
    """What a value axis measures."""
    money = _("MRR in {currency}").format(currency=currency) if currency else _("MRR")
    return {
        "rate": _("Share of customers or MRR at start"),
        "money": money,
        "count": _("Customers"),
    }.get(unit, _("Ratio"))

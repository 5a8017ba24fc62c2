"""Cohorts by age: one cell each, the darker the more is left, with the average over them."""

from functools import lru_cache
from typing import Any, cast

from dashboard.charts.base import Spec, finished

#: From light to dark in both themes, because numbers are written on the cells.
_SHADES = ["#f4f8fc", "#cfe1f2", "#93c4e0", "#4a97c9", "#1b6aa8", "#0b3c75"]
_ROW = 26
_HEAD = 60


@lru_cache(maxsize=64)
def spec(code: str, age_title: str, ages: int, rows: int, low: float, high: float) -> Spec:
    """The specification.

    Data set `cells`: age, place (order|name), value, text, name, shown, complete, and for the click who, start,
    end, narrowed.
    low, high  Ends of the scale of shades; cells that are not complete are grey, and numbers give way on a phone.
    """
    import altair as alt

    cells = alt.NamedData(name="cells")
    x = alt.X("age:O", title=age_title, axis=alt.Axis(orient="top", labelAngle=0, labelOverlap="parity"))
    y = alt.Y(
        "place:O", title=None, axis=alt.Axis(labelExpr="split(datum.value, '|')[1]", labelLimit=140, labelFlush=False)
    )
    shade = alt.Color(
        "value:Q", legend=None, scale=alt.Scale(domain=[low, high], range=_SHADES, clamp=True, interpolate="lab")
    )
    grey: dict[str, Any] = {"condition": {"test": "!datum.complete", "value": "#8a8f9833"}}
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("shown:N", title=" ")]
    base = alt.Chart(cells).encode(x=x, y=y)
    pick = alt.selection_point(name="pick", fields=["who", "start", "end", "narrowed"])
    rects = base.mark_rect(cornerRadius=2, stroke="white", strokeWidth=1, strokeOpacity=0.4).encode(tooltip=tip)
    dark = f"datum.complete && datum.value > {low + (high - low) * 0.65}"
    texts = base.mark_text(aria=False, fontSize=11, opacity={"expr": f"width > {ages * 30} ? 1 : 0"}).encode(
        text="text:N",
        color=alt.when(dark)
        .then(alt.value("#ffffff"))
        .when("datum.complete")
        .then(alt.value("#10233f"))
        .otherwise(alt.value("#7b818c")),
    )
    made = finished(alt.layer(rects.add_params(pick), texts), code, rows * _ROW + _HEAD)
    made["layer"][0]["encoding"]["color"] = grey | cast("dict[str, Any]", shade.to_dict())
    return made

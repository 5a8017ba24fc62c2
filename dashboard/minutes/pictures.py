"""Charts as pictures for documents: the specification of the page, drawn without a browser on a light ground."""

import json
from typing import Any

from dashboard.charts.base import Chart
from dashboard.language import current

#: The light theme of the app (.streamlit/config.toml), which the page gives its charts.
CATEGORIES = ["#2450b8", "#c9481a", "#0c7c6b", "#8146b8", "#8f6400", "#b02f72", "#3e7390", "#5d6472"]
TEXT, GREY, GRID = "#111111", "#5b6270", "#dfe2e9"
#: Chinese signs are in the first of these that the machine has.
FONTS = {"en": "Noto Sans, Helvetica, Arial, sans-serif", "zh_Hans": "Noto Sans CJK SC, Microsoft YaHei, PingFang SC"}
WIDTH = 760
#: A taller chart would be shrunk to the height of a page, and its letters with it.
MOST_HEIGHT = 440


def png(chart: Chart, *, width: int = WIDTH, scale: float = 2) -> bytes:
    """The chart as a PNG, `width` points wide."""
    import vl_convert

    return vl_convert.vegalite_to_png(json.dumps(_drawable(chart, width)), scale=scale)


def svg(chart: Chart, *, width: int = WIDTH) -> str:
    """The chart as an SVG whose text can be searched and read aloud."""
    import vl_convert

    return vl_convert.vegalite_to_svg(json.dumps(_drawable(chart, width)))


def _drawable(chart: Chart, width: int) -> dict[str, Any]:
    """The specification with its data, a width of its own, and the colours that a page inherits."""
    datasets = {name: [dict(row) for row in rows] for name, rows in chart.data.items()}
    spec: dict[str, Any] = json.loads(json.dumps(chart.spec).replace('"currentColor"', f'"{TEXT}"'))
    axis = {"labelColor": GREY, "titleColor": GREY, "gridColor": GRID, "titleFontWeight": "normal"}
    config = spec.get("config", {})
    looks = {
        "background": "#ffffff",
        "font": FONTS.get(current(), FONTS["en"]),
        "range": {"category": CATEGORIES},
        "mark": {"color": CATEGORIES[0]},
        "axis": {**axis, **config.get("axis", {})},
        "legend": {"labelColor": TEXT, **config.get("legend", {})},
    }
    height = min(spec["height"], MOST_HEIGHT)
    return {**spec, "width": width, "height": height, "datasets": datasets, "config": {**config, **looks}}

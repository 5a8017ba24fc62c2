"""A pack of the review on the screen: section by section its figures, charts, tables, and what must be known."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import figures, formats, pack_charts, pack_words, tables
from dashboard.language import _
from dashboard.markup import Safe, element
from dashboard.said import in_this_language

Document = Mapping[str, Any]
#: Rows of a table in sight at once on a shared screen; all of them stand behind a click.
IN_SIGHT = 8
#: Columns that fit beside each other without scrolling.
MOST_COLUMNS = 5


def section_of(pack: Document, key: str) -> Document | None:
    """The section of this key; None when the pack has none."""
    return next((found for found in pack.get("sections", ()) if found["key"] == key), None)


def draw(pack: Document, *, place: str) -> None:
    """The whole pack; `place` tells apart where on the page it stands."""
    for found in pack.get("sections", ()):
        st.header(pack_words.section(found["key"]), anchor=False)
        draw_section(found, pack, place=place)


def draw_section(found: Document, pack: Document, *, place: str, large: bool = False) -> None:
    """One section; `large` for a screen that many look at."""
    key = f"{place}-{found['key']}"
    if found.get("unknown"):
        st.info(formats.plain(in_this_language(found["unknown"])), icon=":material/help:")
    draw_figures(found.get("figures", ()), pack, large=large)
    for number, chart in enumerate(found.get("charts", ())):
        drawn = pack_charts.chart(chart, pack)
        if drawn is not None:
            figures.draw(drawn, key=f"{key}-{number}", keeps=False)
    for one in found.get("tables", ()):
        _draw_table(one, pack, key)
    for note in found.get("notes", ()):
        st.caption(formats.plain(in_this_language(note)))


def draw_figures(found: Sequence[Document], pack: Document, *, large: bool = False) -> None:
    """The figures side by side, each with its interval and what it was before."""
    if found:
        boxes = [_figure(one, pack) for one in found]
        st.html(element("div", *boxes, class_="pack-figures large" if large else "pack-figures"))


def _figure(found: Document, pack: Document) -> Safe:
    currency, unit = pack.get("currency", ""), found["unit"]
    head = element("div", pack_words.figure(found["name"]), class_="kpi-title")
    if found.get("value") is None:
        none = element("div", _("unknown"), class_="pack-none")
        return element(
            "div", head, none, element("div", pack_words.why_unknown(found), class_="kpi-range"), class_="pack-figure"
        )
    value = element("div", pack_words.amount(found["value"], unit, currency), class_="pack-value")
    ends = pack_words.limits(found, unit, currency)
    range_ = element("div", ends, class_="kpi-range")
    return element(
        "div", head, value, range_, element("div", _before(found, pack), class_="kpi-range"), class_="pack-figure"
    )


def _before(found: Document, pack: Document) -> str:
    if found.get("before") is None:
        return ""
    told = _("before: {value}").format(
        value=pack_words.amount(found["before"], found["unit"], pack.get("currency", ""))
    )
    if found.get("p") is None:
        return told
    sure = _("more than chance") if found["p"] < 0.05 else _("within what chance does")
    return f"{told} · {sure}"


def _draw_table(found: Document, pack: Document, key: str) -> None:
    rows = [_worded(row, found, pack) for row in found["rows"]]
    if not rows:
        return
    name = pack_words.table(found["key"])
    st.markdown(f"**{formats.plain(name)}**")
    if len(rows[0]) > MOST_COLUMNS:
        _draw_wide(rows, name)
        return
    tables.plain_table(rows[:IN_SIGHT], alt=name)
    if len(rows) > IN_SIGHT:
        label = _("All {n} rows").format(n=formats.count(len(rows)))
        with st.expander(label, key=f"{key}-{found['key']}-all"):
            tables.plain_table(rows, alt=name)


def _draw_wide(rows: Sequence[Mapping[str, str]], name: str) -> None:
    """A table too wide for a phone or half a screen: one that scrolls, with the keyboard too."""
    st.dataframe(list(rows), hide_index=True, alt=name, height=min(len(rows), 2 * IN_SIGHT) * 35 + 38)


def _worded(row: Document, found: Document, pack: Document) -> dict[str, str]:
    return {pack_words.column(c["name"]): pack_words.cell(row, c, pack) for c in found["columns"]}

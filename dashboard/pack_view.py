"""A pack of the review on the screen: section by section its figures, charts, tables, and what must be known."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import action_new, figures, formats, pack_charts, pack_words, tables
from dashboard.charts.base import enlarged
from dashboard.gateway import actions
from dashboard.language import _
from dashboard.markup import Safe, element
from dashboard.said import in_this_language

Document = Mapping[str, Any]
#: Rows of a table in sight at once on a shared screen; all of them stand behind a click.
IN_SIGHT = 8
#: Columns that fit beside each other without scrolling.
MOST_COLUMNS = 5
#: Columns of the tables too wide for a shared screen that are read from afar; of actions on every screen.
BRIEF: Mapping[str, tuple[str, ...]] = {
    "actions": ("title", "verdict", "effect", "owner"),
    "largest_losses": ("name", "mrr_cents", "lost_on", "stated"),
    "unlike_others": ("attribute", "value", "rate", "lift", "verdict"),
    "groups": ("conditions", "customers", "churned", "rate", "lift_confirmed"),
    "changed": ("attribute", "value", "rate_before", "rate_after"),
    "reasons": ("reason", "kind", "customers", "customers_before"),
    "experiments": ("name", "verdict", "effect", "decision"),
}


def section_of(pack: Document, key: str) -> Document | None:
    """The section of this key; None when the pack has none."""
    return next((found for found in pack.get("sections", ()) if found["key"] == key), None)


def draw(pack: Document, *, place: str) -> None:
    """The whole pack; `place` tells apart where on the page it stands."""
    sections = pack.get("sections", ())
    st.markdown(" · ".join(f"[{pack_words.section(one['key'])}](#{one['key']})" for one in sections))
    for found in sections:
        st.header(pack_words.section(found["key"]), anchor=found["key"])
        draw_section(found, pack, place=place)


def draw_section(found: Document, pack: Document, *, place: str, large: bool = False) -> None:
    """One section; `large` for a screen that many look at."""
    key = f"{place}-{found['key']}"
    if found.get("unknown"):
        st.info(formats.plain(in_this_language(found["unknown"])), icon=":material/help:")
    draw_figures(found.get("figures", ()), pack, large=large)
    table_first = found["key"] in pack_words.TABLE_FIRST
    if table_first:
        _draw_tables(found, pack, key, large=large)
    for number, chart in enumerate(found.get("charts", ())):
        drawn = pack_charts.chart(chart, pack)
        if drawn is not None:
            seen = replace(drawn, spec=enlarged(drawn.spec)) if large else drawn
            figures.draw(seen, key=f"{key}-{number}", keeps=False)
    if not table_first:
        _draw_tables(found, pack, key, large=large)
    for note in found.get("notes", ()):
        st.caption(formats.plain(in_this_language(note)))


def _draw_tables(found: Document, pack: Document, key: str, *, large: bool) -> None:
    for one in found.get("tables", ()):
        if one["rows"]:
            st.markdown(f"**{formats.plain(pack_words.table(one['key']))}**")
            brief = BRIEF.get(one["key"], ()) if large or one["key"] == "actions" else ()
            _draw_table(one, pack, f"{key}-{one['key']}", brief)


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


def _draw_table(found: Document, pack: Document, key: str, brief: Sequence[str]) -> None:
    """The rows in sight; behind a click all of them, with the columns that a brief table leaves out."""
    columns, name = found["columns"], pack_words.table(found["key"])
    first = [c for c in columns if c["field"] in brief] or columns
    if len(first) > MOST_COLUMNS:
        _draw_wide(_worded(found, columns, pack), name)
        return
    links = _proofs() if found["key"] == "actions" else None
    tables.plain_table(_worded(found, first, pack)[:IN_SIGHT], alt=name, links=links)
    whole = _worded(found, columns, pack)
    if len(first) < len(columns):
        with st.expander(_("All rows and columns"), key=f"{key}-all"):
            _draw_wide(whole, name)
    elif len(whole) > IN_SIGHT:
        with st.expander(_("All {n} rows").format(n=formats.count(len(whole))), key=f"{key}-all"):
            tables.plain_table(whole, alt=name)


def _draw_wide(rows: Sequence[Mapping[str, str]], name: str) -> None:
    """A table too wide for a phone or half a screen: one that scrolls, with the keyboard too."""
    st.dataframe(list(rows), hide_index=True, alt=name, height=min(len(rows), 2 * IN_SIGHT) * 35 + 38)


def _worded(found: Document, columns: Sequence[Document], pack: Document) -> list[dict[str, str]]:
    return [{pack_words.column(c["name"]): pack_words.cell(row, c, pack) for c in columns} for row in found["rows"]]


def _proofs() -> dict[str, str]:
    """Where the proof of each action stands, by its title: a pack knows no numbers of ours."""
    known = actions.everything()
    alone = [one for one in known if sum(other.title == one.title for other in known) == 1]
    return {one.title: f"proof?{urlencode(action_new.address(one.id), doseq=True)}" for one in alone}

"""What an import found and did: rows, rejects, what was noticed, what changed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from analysis.imports.load import Loaded
from dashboard import formats, import_words, navigation, tables
from dashboard.gateway import imports
from dashboard.language import N_, _

CHANGES = {
    "customers": N_("Customers known"),
    "customers_active": N_("Customers now"),
    "mrr_cents": N_("MRR"),
    "customers_lost": N_("Lost customers"),
    "spend_cents": N_("Net spend"),
}


def draw(done: Loaded) -> None:
    """Rows read, loaded and rejected, the file of rejects, and what was noticed."""
    rows = [
        {
            _("Table"): name,
            _("Read"): formats.count(counts["read"]),
            _("Can be loaded"): formats.count(counts["loaded"] + counts["unchanged"]),
            _("Rejected"): formats.count(counts["rejected"]),
        }
        for name, counts in done.tables.items()
    ]
    tables.plain_table(rows, alt=_("Rows read, loaded and rejected per table"))
    draw_rejects(str(done.rejects_file or ""), "checked")
    _draw_notes(done)


def draw_rejects(path: str, key: str) -> None:
    """The rejected rows as a file, with row number, column, value and reason."""
    if path:
        st.download_button(
            _("Download the rejected rows"),
            lambda: imports.rejects(path),
            file_name="rejects.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"rejects.{key}",
        )


def _draw_notes(done: Loaded) -> None:
    warnings = [note for note in done.notes if note.severity == "warning"]
    for note in warnings:
        st.warning(formats.plain(import_words.for_page(note.text)), icon=":material/warning:")
    infos = [note for note in done.notes if note.severity != "warning"]
    if infos:
        with st.expander(_("{n} further remarks").format(n=len(infos)), key="remarks"):
            for note in infos:
                st.markdown(f"- {formats.plain(import_words.for_page(note.text))}")


def draw_published(done: Loaded, currency: str) -> None:
    """The new release and what it changed; or that nothing was new."""
    if done.release is None:
        return
    if done.outcome == "unchanged":
        st.info(_("Nothing new: release {n} already holds exactly these files.").format(n=done.release.number))
    else:
        st.success(_("Release {n} is published.").format(n=done.release.number), icon=":material/check_circle:")
        tables.plain_table(changes(done.changes, currency), alt=_("What the release changed"))
    for text in done.said:
        st.warning(formats.plain(import_words.for_page(text)))
    st.page_link(navigation.page("overview"), label=_("To the overview"), icon=":material/arrow_forward:")


def changes(found: Mapping[str, Any], currency: str) -> list[dict[str, str]]:
    """Before, after and difference of the totals of two releases."""
    return [_change(name, pair, currency) for name, pair in found.items() if name in CHANGES]


def _change(name: str, pair: Mapping[str, int | None], currency: str) -> dict[str, str]:
    unit = "money" if name.endswith("_cents") else "count"
    before, after = pair["before"], pair["after"] or 0
    return {
        _("What"): _(CHANGES[name]),
        _("Before"): formats.NOTHING if before is None else _exact(before, unit, currency),
        _("After"): _exact(after, unit, currency),
        _("Change"): formats.NOTHING if before is None else formats.change(after - before, unit, currency),
    }


def _exact(amount: int, unit: str, currency: str) -> str:
    return formats.money(amount, currency) if unit == "money" else formats.count(amount)

"""The releases of the data: which there are, what differs between two, how old each source is, and the import log."""

from collections.abc import Sequence

import streamlit as st

from dashboard import formats, import_outcome, import_words, session, tables, url_state
from dashboard.gateway import imports, releases
from dashboard.language import N_, _
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.records import ImportRun, Release

#: Stands for no release chosen: a list box shows None as a wish to choose.
_LATEST = 0
OUTCOMES = {
    "running": N_("running, or broken off"),
    "published": N_("published"),
    "unchanged": N_("nothing new"),
    "rehearsed": N_("checked only"),
    "refused": N_("refused"),
    "failed": N_("failed"),
}


def draw() -> None:
    """Every release, the comparison of two, and which one the pages look at."""
    known = releases.known()
    if not known:
        st.info(_("There is no release yet. Load files first."))
        return
    tables.plain_table([_row(release) for release in known], alt=_("Releases, newest first"))
    _draw_choice(known)
    if len(known) > 1:
        _draw_comparison(known)


def _row(release: Release) -> dict[str, str]:
    return {
        _("Release"): str(release.number),
        _("Loaded"): formats.moment(release.created_at),
        _("As of"): formats.day(release.as_of),
        _("Rows"): formats.count(sum(release.rows.values())),
        _("Checks"): _("all passed") if all(check.passed for check in release.checks) else _("failed"),
        _("Note"): in_this_language(release.note) or formats.NOTHING,
    }


def _draw_choice(known: Sequence[Release]) -> None:
    """Look at an earlier release on every page; the trust bar says so."""
    numbers = [_LATEST, *(release.number for release in known)]
    session.put("releases.look", url_state.current().release or _LATEST)
    st.selectbox(
        _("Release the pages look at"),
        numbers,
        key="releases.look",
        format_func=lambda n: _("always the latest") if n == _LATEST else str(n),
        on_change=_take_choice,
        width=260,
    )


def _take_choice() -> None:
    url_state.change(release=session.get("releases.look") or None)


def _draw_comparison(known: Sequence[Release]) -> None:
    st.header(_("Compare two releases"), anchor=False)
    numbers = [release.number for release in known]
    with st.container(horizontal=True, key="compared"):
        before = st.selectbox(_("Before"), numbers, index=1, key="releases.before", width=160)
        after = st.selectbox(_("After"), numbers, index=0, key="releases.after", width=160)
    found = releases.compare(before, after)
    currency = releases.chosen(after).options.reporting_currency
    tables.plain_table(import_outcome.changes(found.totals, currency), alt=_("Totals of two releases"))
    told = [
        {_("Table"): name, _("Before"): _count(old), _("After"): _count(new)} for name, (old, new) in found.rows.items()
    ]
    tables.plain_table(told, alt=_("Rows per table of two releases"))
    for name, (old, new) in found.options.items():
        st.caption(formats.plain(f"{name}: {_option(old)} → {_option(new)}"))


def _option(value: object) -> str:
    return formats.NOTHING if value is None or value == "" else str(value)


def _count(n: int | None) -> str:
    return formats.NOTHING if n is None else formats.count(n)


def draw_sources() -> None:
    """How old and how large each source is, and which files it came from."""
    trust = releases.trust(url_state.current().release)
    columns = [
        Column("table", _("Source")),
        Column("rows", _("Rows"), "count"),
        Column("newest", _("Newest day"), "day"),
        Column("age_days", _("Age in days"), "count"),
        Column("files", _("Files")),
        Column("about", _("What")),
    ]
    rows = [
        {**vars(source), "files": ", ".join(source.files), "about": in_this_language(source.about)}
        for source in trust.sources
    ]
    tables.draw(rows, columns, key="sources", alt=_("Age and size of each source"))


def draw_log() -> None:
    """The last imports: what came of each, why one was refused, and its rejected rows."""
    runs = imports.log()
    if not runs:
        st.info(_("Nothing has been imported yet."))
        return
    for run in runs:
        _draw_run(run)


def _draw_run(run: ImportRun) -> None:
    outcome = _(OUTCOMES.get(run.outcome, run.outcome))
    with st.expander(
        formats.plain(f"{run.number} · {formats.moment(run.created_at)} · {outcome}"), key=f"run-{run.number}"
    ):
        st.markdown(formats.plain(", ".join(name.rsplit("/", 1)[-1] for name in run.files)))
        if run.reason:
            st.markdown(formats.plain(import_words.for_page(run.reason)))
        rows = [
            {_("Table"): name, _("Read"): formats.count(c["read"]), _("Rejected"): formats.count(c["rejected"])}
            for name, c in run.tables.items()
        ]
        if rows:
            tables.plain_table(rows, alt=_("Rows read and rejected per table"))
        import_outcome.draw_rejects(run.rejects_file, f"run-{run.number}")

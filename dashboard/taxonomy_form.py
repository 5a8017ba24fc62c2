"""The list of reasons: renamed, split, merged, archived and added to, each as a new version of the list."""

from collections.abc import Callable

import streamlit as st

from analysis.feedback import taxonomy as changes
from dashboard import formats, reason_words, session, tables
from dashboard.gateway import interviews
from dashboard.language import N_, _
from dashboard.said import in_this_language
from data.errors import Busy, ReviewError
from data.records_interviews import Taxonomy

ACTIONS = {
    "add": N_("Add a reason"),
    "rename": N_("Rename"),
    "split": N_("Split into several"),
    "merge": N_("Merge into another"),
    "judge": N_("Say whether it is avoidable"),
    "archive": N_("Archive"),
}
_KEY = "taxonomy"


def draw() -> None:
    """The list as it is, and one change at a time."""
    taxonomy = interviews.taxonomy()
    with st.container(border=True, key="taxonomy"):
        st.header(_("Reasons for leaving"), anchor=False)
        st.caption(
            _("Version {n}. Every change makes a new version; what was answered before keeps its own.").format(
                n=taxonomy.version
            )
        )
        tables.plain_table(
            [_told(taxonomy, reason.code) for reason in taxonomy.choosable], alt=_("Reasons for leaving")
        )
        with st.expander(_("Change the list"), key="taxonomy-change"):
            _draw_change(taxonomy)


def _told(taxonomy: Taxonomy, code: str) -> dict[str, str]:
    found = taxonomy.find(code)
    avoidable = "unclear" if found is None else found.avoidable
    return {
        _("Reason"): reason_words.reason(taxonomy, code),
        _("Usually"): _(reason_words.AVOIDABLE[avoidable]),
        _("Code"): code,
    }


def _draw_change(newest: Taxonomy) -> None:
    # A change is one of the list that was on the screen; the database refuses it when that is no longer the newest.
    submit = f"{_KEY}.submit"
    taxonomy: Taxonomy = session.get(f"{_KEY}.seen", newest) if session.get(submit) else newest
    session.put(f"{_KEY}.seen", newest)
    if told := session.get(f"{_KEY}.told"):
        st.error(formats.plain(in_this_language(told)), icon=":material/error:")
        session.forget(f"{_KEY}.told")
    action = st.selectbox(
        _("Change"), list(ACTIONS), key=f"{_KEY}.action", format_func=lambda code: _(ACTIONS[code]), width=320
    )
    with st.form(f"{_KEY}.form", border=False):
        change = _FORMS[action](taxonomy)
        if st.form_submit_button(_("Save as version {n}").format(n=taxonomy.version + 1), key=submit):
            _save(change)


def _reason_box(taxonomy: Taxonomy, label: str, key: str) -> str:
    codes = [reason.code for reason in taxonomy.choosable]
    return st.selectbox(
        label, codes, key=f"{_KEY}.{key}", format_func=lambda code: reason_words.reason(taxonomy, code), width=420
    )


def _avoidable_box(label: str) -> str:
    names = reason_words.AVOIDABLE
    return st.radio(label, list(names), key=f"{_KEY}.avoidable", format_func=lambda c: _(names[c]), horizontal=True)


Change = Callable[[], Taxonomy]


def _add(taxonomy: Taxonomy) -> Change:
    label, avoidable = st.text_input(_("Name"), key=f"{_KEY}.name", max_chars=80), _avoidable_box(_("Such losses are"))
    return lambda: changes.add(taxonomy, label, avoidable)  # pyright: ignore[reportArgumentType] - one of the three


def _rename(taxonomy: Taxonomy) -> Change:
    code = _reason_box(taxonomy, _("Reason"), "code")
    label = st.text_input(_("New name"), key=f"{_KEY}.name", max_chars=80)
    return lambda: changes.rename(taxonomy, code, label)


def _split(taxonomy: Taxonomy) -> Change:
    code = _reason_box(taxonomy, _("Reason"), "code")
    labels = st.text_area(_("Names of the parts, one per line"), key=f"{_KEY}.names")
    st.caption(_("Old answers stay at the whole until somebody gives each of them its part."))
    return lambda: changes.split(taxonomy, code, [line for line in labels.splitlines() if line.strip()])


def _merge(taxonomy: Taxonomy) -> Change:
    code = _reason_box(taxonomy, _("Reason that goes"), "code")
    into = _reason_box(taxonomy, _("Reason that stays"), "into")
    return lambda: changes.merge(taxonomy, [code], into)


def _judge(taxonomy: Taxonomy) -> Change:
    code, avoidable = _reason_box(taxonomy, _("Reason"), "code"), _avoidable_box(_("Such losses are"))
    return lambda: changes.judge(taxonomy, code, avoidable)  # pyright: ignore[reportArgumentType] - one of the three


def _archive(taxonomy: Taxonomy) -> Change:
    code = _reason_box(taxonomy, _("Reason"), "code")
    return lambda: changes.archive(taxonomy, code)


_FORMS: dict[str, Callable[[Taxonomy], Change]] = {
    "add": _add,
    "rename": _rename,
    "split": _split,
    "merge": _merge,
    "judge": _judge,
    "archive": _archive,
}


def _save(change: Change) -> None:
    try:
        interviews.save_taxonomy(change())
    except Busy as busy:
        # Shown beside the newest list, with what was filled in: whoever still means it presses once more.
        session.put(f"{_KEY}.told", str(busy))
        st.rerun()
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all(f"{_KEY}.")
    st.rerun()

"""Findings: what was seen, by whom, in which data; opened again as it was seen, or made the start of an action."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import action_new, finding_words, formats, navigation, reason_words, refusals, session, tables, who
from dashboard.filters import Look
from dashboard.gateway import actions, findings, interviews
from dashboard.language import _, ngettext
from dashboard.tables import Column
from data.records_improvement import Finding

SHOWN = 12


def draw(look: Look) -> None:
    """The list with its downloads; how one is kept where there is none."""
    found = findings.everything()
    if not found:
        st.info(_("No finding yet. Every chart and table has a button that keeps what it shows."))
        return
    shown: int = session.get("findings.shown", SHOWN)
    resting = _resting()
    for one in found[:shown]:
        _draw_one(one, resting.get(one.id, 0), look)
    if len(found) > shown:
        more = ("findings.shown", shown + SHOWN)
        st.button(_("Show more"), key="findings.more", type="tertiary", on_click=session.put, args=more)
    tables.downloads(lambda: [flat(one) for one in found], columns(), name="findings")


def _resting() -> Mapping[int, int]:
    """How many actions rest on each finding."""
    numbers = [number for one in actions.everything() for number in one.findings]
    return {number: numbers.count(number) for number in numbers}


def _draw_one(one: Finding, resting: int, look: Look) -> None:
    with st.container(border=True, key=f"finding-{one.id}", gap="xsmall"):
        st.markdown(f"**{formats.plain(one.sentence)}**")
        st.caption(formats.plain(" · ".join(told(one, resting, look.currency))))
        with st.container(horizontal=True, key=f"finding-row-{one.id}"):
            draw_link(one)
            if st.button(_("Begin an action"), key=f"finding.{one.id}.begin", type="tertiary", icon=":material/add:"):
                action_new.begin(one.sentence[:200], [one])
            st.button(
                _("Archive"),
                key=f"finding.{one.id}.archive",
                type="tertiary",
                icon=":material/archive:",
                on_click=_archive,
                args=(one,),
            )


def draw_link(one: Finding) -> None:
    """The way back to the view it was seen in, on the release it was seen in."""
    if one.page in navigation.entries():
        params: dict[str, Any] = {**{k: list(v) for k, v in one.params.items()}, "release": str(one.release)}
        st.page_link(
            navigation.page(one.page),
            label=_("See it as it was seen"),
            icon=":material/visibility:",
            query_params=params,
        )


def told(one: Finding, resting: int, currency: str) -> list[str]:
    """What stands below the sentence of a finding."""
    number, page = finding_words.number(one.number, currency), navigation.entries().get(one.page)
    said = [number] if number else []
    said += [_(page.title)] if page else []
    said += [_("release {n}").format(n=one.release)]
    said += [reason_words.reason(interviews.taxonomy(), one.reason)] if one.reason else []
    said += [one.who] if one.who else []
    said += [formats.day(one.at.date())] if one.at else []
    if resting:
        said.append(ngettext("{n} action rests on it", "{n} actions rest on it", resting).format(n=resting))
    return said


def _archive(one: Finding) -> None:
    refusals.press(findings.archive, one, who.you())


def columns() -> list[Column]:
    """Columns of the download."""
    return [
        Column("sentence", _("Finding")),
        Column("metric", _("Number")),
        *tables.limited("value", _("Value"), "number"),
        Column("unit", _("Unit")),
        Column("page", _("Page")),
        Column("release", _("Release"), "count"),
        Column("reason", _("Reason")),
        Column("start", _("First day"), "day"),
        Column("end", _("Day after the last"), "day"),
        Column("who", _("Who")),
    ]


def flat(one: Finding) -> dict[str, Any]:
    """A finding as one row."""
    number = one.number
    names = ("sentence", "page", "release", "reason", "start", "end", "who")
    return {
        **{name: getattr(one, name) for name in names},
        "metric": number.metric if number else "",
        "unit": number.unit if number else "",
        "value": number.value if number else None,
        "value_low": number.low if number else None,
        "value_high": number.high if number else None,
    }

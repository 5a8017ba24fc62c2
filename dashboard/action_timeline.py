"""Actions over time: when each is due, when it reached customers, and when it is judged."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from dashboard import action_words, figures, formats
from dashboard.charts import timeline
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import actions
from dashboard.gateway.clock import today
from dashboard.language import _, current
from data.records_improvement import Action

#: Actions drawn; the table has all of them.
SHOWN = 40


def draw(found: Sequence[Action], look: Look) -> None:
    """The chart, with its numbers as a table."""
    dated = sorted((one for one in found if _days(one)), key=lambda one: min(_days(one)), reverse=True)[:SHOWN]
    if not dated:
        st.info(_("No action has a due date yet."))
        return
    figures.draw(chart(dated), key="action-timeline")


def chart(dated: Sequence[Action]) -> Chart:
    """A line per action."""
    kinds = (_("Reached customers"), _("Judged from"))
    marks = [mark for i, one in enumerate(dated) for mark in _marks(i, one, kinds)]
    return Chart(
        title=_("When is what due, and when do we know?"),
        spec=timeline.spec(current(), kinds, len(dated)),
        data={
            "bars": [_bar(i, one) for i, one in enumerate(dated)],
            "marks": marks or [_nowhere()],
            "today": [{"on": _moment(today())}],
        },
        alt=_("Improvement actions over time"),
        note=_("A bar runs from the proposal to the due date. Dotted: today."),
        table=[_told(one) for one in dated],
    )


def _days(one: Action) -> list[date]:
    """The days a bar lies between: from the first step that is known of an action to the day it is due, or shipped."""
    end = one.due or one.shipped_on
    if end is None:
        return []
    steps = [step.on for step in one.history if step.on] or ([one.at.date()] if one.at else [])
    return [min([*steps, end]), end]


def _bar(i: int, one: Action) -> dict[str, Any]:
    days = _days(one)
    said = action_words.state(one)
    if one.due:
        said += " · " + _("due {day}").format(day=formats.day(one.due))
    return {**_place(i, one), "from": _moment(min(days)), "to": _moment(max(days)), "shown": said}


def _marks(i: int, one: Action, kinds: tuple[str, str]) -> list[dict[str, Any]]:
    days = (one.shipped_on, actions.due_on(one))
    return [
        {**_place(i, one), "on": _moment(day), "kind": kind, "shown": f"{kind}: {formats.day(day)}"}
        for kind, day in zip(kinds, days, strict=True)
        if day is not None
    ]


def _nowhere() -> dict[str, Any]:
    """A row without a place, so that the columns are known where no action has a mark."""
    return {"place": None, "name": "", "on": None, "kind": "", "shown": ""}


def _place(i: int, one: Action) -> dict[str, Any]:
    return {"place": f"{i:03}|{one.title}", "name": one.title}


def _moment(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000


def _told(one: Action) -> dict[str, str]:
    due = actions.due_on(one)
    return {
        _("Action"): one.title,
        _("State"): action_words.state(one),
        _("Due"): formats.day(one.due) if one.due else formats.NOTHING,
        _("Reached customers on"): formats.day(one.shipped_on) if one.shipped_on else formats.NOTHING,
        _("Judged from"): formats.day(due) if due else formats.NOTHING,
    }

"""Watching an experiment: the split first, then how far it is and how fresh the data are; no effect in sight."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st
from babel import dates

from analysis.experiments.watch import SplitBy, Watch
from dashboard import experiment_verdicts, experiment_words, figures, formats, tables
from dashboard.charts import stacks
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import experiment_readings
from dashboard.language import _, current
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.records_experiments import Experiment, LookTaken

#: More days of assignment than this are drawn as weeks.
MOST_DAYS = 70
#: A day whose split has a smaller adjusted p is marked.
UNUSUAL = 0.01


def draw(stored: Experiment, look: Look) -> None:
    """Split, progress, funnel, days, freshness and looks."""
    if stored.state == "draft":
        st.info(_("There is nothing to watch before it was started."))
        return
    found = experiment_readings.watched(stored, look.release.number)
    names = [variant.name for variant in stored.plan.variants]
    experiment_verdicts.draw_split(found.split, names)
    draw_progress(found)
    _draw_funnel(found)
    if found.days:
        figures.draw(days_chart(found.days, names), key="assigned-by-day")
    _draw_fresh(found, look)
    draw_looks(stored, look)


def draw_progress(found: Watch) -> None:
    """How far it is towards the next look."""
    st.subheader(_("How far is it?"), anchor=False)
    allowed = found.allowed
    ready = sum(count.ready for count in found.counts)
    share = min(max(allowed.information, 0.0), 1.0)
    text = _("{share} of the planned customers have reached the day that counts ({n})")
    st.progress(share, text=formats.plain(text.format(share=formats.rate(share, 0), n=formats.count(ready))))
    if allowed.look is not None:
        st.info(_("A look is due: see Result."), icon=":material/visibility:")
    elif allowed.why:
        st.markdown(formats.plain(in_this_language(allowed.why)))
    if found.next_on is not None:
        said = _("At the pace of the last four weeks the next look is due on {day}.")
        st.markdown(formats.plain(said.format(day=formats.day(found.next_on))))


def _draw_funnel(found: Watch) -> None:
    st.subheader(_("From assigned to judged"), anchor=False)
    st.caption(
        _(
            "Judged are customers of the population who paid when they were assigned and whose whole horizon lies in "
            "the data, whether they saw the offer or not."
        )
    )
    rows = [
        {
            _("Variant"): experiment_words.variant(count.variant),
            _("Assigned"): formats.count(count.assigned),
            _("Exposed"): formats.NOTHING if count.exposed is None else formats.count(count.exposed),
            _("In the population"): formats.count(count.inside),
            _("Paying then"): formats.count(count.paying),
            _("Judged so far"): formats.count(count.ready),
        }
        for count in found.counts
    ]
    tables.plain_table(rows, alt=_("Customers per variant, from assigned to judged"))
    columns = [Column("variant", _("Variant"))]
    columns += [Column(name, name, "count") for name in ("assigned", "exposed", "inside", "paying", "ready")]
    tables.downloads(lambda: [vars(count) for count in found.counts], columns, name="experiment-funnel")


def days_chart(days: Sequence[SplitBy], names: Sequence[str]) -> Chart:
    """Assignments per day, or per week when there are many days."""
    weekly = len(days) > MOST_DAYS
    parts = _by_week(days, names) if weekly else _by_day(days, names)
    words = tuple(experiment_words.variant(name) for name in names)
    return Chart(
        title=_("Customers assigned per week") if weekly else _("Customers assigned per day"),
        spec=stacks.spec(current(), _("Customers"), "~s", words, picks=("at",)),
        data={"parts": parts},
        alt=_("Customers assigned over time, per variant"),
        note=_note(days),
        table=[_day_told(one, names) for one in days],
        unit="count",
    )


def _note(days: Sequence[SplitBy]) -> str:
    odd = [one for one in days if one.p_adjusted is not None and one.p_adjusted < UNUSUAL]
    if not odd:
        return _("No single day has an unusual split.")
    named = ", ".join(formats.day(date.fromisoformat(one.what)) for one in odd[:5])
    return _("Unusual split, all days judged together: {days}.").format(days=named)


def _by_day(days: Sequence[SplitBy], names: Sequence[str]) -> list[dict[str, Any]]:
    counts = {
        (date.fromisoformat(one.what), name): n for one in days for name, n in zip(names, one.observed, strict=True)
    }
    return [_bar(day, name, n, names) for (day, name), n in counts.items()]


def _by_week(days: Sequence[SplitBy], names: Sequence[str]) -> list[dict[str, Any]]:
    counts: Counter[tuple[date, str]] = Counter()
    for one in days:
        day = date.fromisoformat(one.what)
        for name, n in zip(names, one.observed, strict=True):
            counts[day - timedelta(days=day.weekday()), name] += n
    return [_bar(day, name, n, names) for (day, name), n in sorted(counts.items())]


def _bar(day: date, name: str, n: int, names: Sequence[str]) -> dict[str, Any]:
    short = dates.format_skeleton("MMMd", day, locale=current())
    return {
        "at": f"{day.isoformat()}|{short}",
        "name": formats.day(day),
        "kind": experiment_words.variant(name),
        "amount": n,
        "shown": formats.count(n),
        "complete": True,
        "rank": names.index(name),
    }


def _day_told(one: SplitBy, names: Sequence[str]) -> dict[str, str]:
    counts = {experiment_words.variant(name): formats.count(n) for name, n in zip(names, one.observed, strict=True)}
    p = experiment_words.probability(one.p_adjusted)
    return {_("Day"): formats.day(date.fromisoformat(one.what)), **counts, _("Adjusted p of the split"): p}


def _draw_fresh(found: Watch, look: Look) -> None:
    st.subheader(_("How fresh are the data?"), anchor=False)
    rows = [
        {
            _("Table"): name,
            _("Newest day"): formats.NOTHING if newest is None else formats.day(newest),
            _("Before the as-of date"): formats.NOTHING
            if newest is None
            else formats.count(max((look.release.as_of - newest).days, 0)),
        }
        for name, newest in found.fresh
    ]
    tables.plain_table(rows, alt=_("Newest day of the tables the measures are counted from"))
    if found.missing:
        said = _("Not measured, because the data lack the tables for it: {measures}.")
        st.warning(formats.plain(said.format(measures=", ".join(found.missing))), icon=":material/warning:")


def draw_looks(stored: Experiment, look: Look) -> None:
    """The looks that are planned, and what was seen at each that was taken."""
    st.subheader(_("Looks"), anchor=False)
    if stored.plan.stopping != "always-valid" and stored.plan.size:
        st.caption(formats.plain(_planned(stored)))
    if not stored.looks:
        st.caption(_("None was taken yet."))
        return
    unit = experiment_words.unit_of_plan(stored.plan)
    tables.plain_table([_taken(one, unit, look) for one in stored.looks], alt=_("Looks that were taken"))
    names = ["number", "kind", "on", "release", "variant", "measure", "customers", "information", "difference"]
    names += ["low", "high", "z", "boundary", "p_value", "verdict", "who"]
    kinds: dict[str, Any] = {"kind": "text", "variant": "text", "measure": "text", "verdict": "text", "who": "text"}
    kinds |= {"on": "day", "information": "rate"}
    columns = [Column(name, name, kinds.get(name, "number")) for name in names]
    tables.downloads(lambda: [vars(one) for one in stored.looks], columns, name="experiment-looks")


def _planned(stored: Experiment) -> str:
    plan = stored.plan
    looks = plan.looks if plan.stopping != "fixed" else 1
    at = [formats.count(-(-plan.size * number // looks)) for number in range(1, looks + 1)]
    return _("{n} planned, when so many customers have reached the day that counts: {customers}.").format(
        n=formats.count(looks), customers=" · ".join(at)
    )


def _taken(one: LookTaken, unit: str, look: Look) -> dict[str, str]:
    kind = _(experiment_words.LOOKS[one.kind])
    return {
        _("Look"): f"{formats.count(one.number)} · {kind} · {formats.day(one.on)}",
        _("Variant"): experiment_words.variant(one.variant),
        _("Customers"): formats.count(one.customers),
        _("Effect"): formats.effect(one.difference, one.low, one.high, unit, look.currency),
        _("z, and its boundary"): _score(one),
        _("Verdict"): experiment_words.outcome(one.verdict),
    }


def _score(one: LookTaken) -> str:
    if one.z is None:
        return formats.NOTHING
    told = experiment_words.number(one.z)
    return told if one.boundary is None else f"{told} / ±{experiment_words.number(one.boundary)}"

"""Every experiment: which are planned, which run, what they found; and those the data know without a plan."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.experiments.library import Entry, Search
from dashboard import experiment_words, formats, navigation, session, shell, tables, url_state
from dashboard.filters import Look
from dashboard.gateway import experiment_readings, experiments
from dashboard.language import _
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.errors import ReviewError

ANY = ""
#: Experiments drawn with a button each, until more are asked for.
SHOWN = 8
#: Customers up to which the list asks how far an experiment is.
LIGHT = 200_000
#: Part an experiment opens with, by its state; any other opens with its plan.
OPENS = {"running": "watch", "ended": "result", "decided": "result"}


def draw(look: Look) -> None:
    """The button for a new one, the search, the list, and what was found in the data."""
    _draw_new()
    planned, unplanned = experiments.number(), experiments.without_plan(look.release.number)
    if planned:
        _draw_listed(look)
    if unplanned:
        _draw_unplanned(unplanned)
    if not planned and not unplanned:
        _draw_empty()


def _draw_empty() -> None:
    with st.container(border=True, key="no-experiments", gap="small"):
        st.header(_("No experiment yet"), anchor=False)
        st.write(
            _(
                "Plan one before the offer goes out: what you expect, who takes part, how large an effect is worth "
                "having. Or load assignments made elsewhere: a file with experiment, customer, variant and day."
            )
        )
        shell.link_to_data()


def _draw_new() -> None:
    with st.popover(_("New experiment"), icon=":material/add:", key="experiment-new"):
        name = st.text_input(
            _("Name"), key="experiment.name", max_chars=120, placeholder=_("Half price for two months")
        )
        if st.button(_("Begin its plan"), key="experiment.begin", type="primary", disabled=not name.strip()):
            begin(name.strip())


def begin(name: str) -> None:
    """A new draft, opened; the reason when it cannot be."""
    try:
        made = experiments.create(name)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget("experiment.name")
    open_experiment(made.key)


def open_experiment(key: str, part: str = "") -> None:
    """Go to the page of one experiment."""
    st.switch_page(navigation.page("experiment"), query_params=_address(key, part))


def _address(key: str, part: str = "") -> dict[str, Any]:
    view: dict[str, Any] = dict(url_state.encode(url_state.current()))
    return {**view, "key": key, **({"part": part} if part else {})}


def _draw_listed(look: Look) -> None:
    wanted = _draw_search(look)
    found = experiments.search(wanted)
    st.caption(
        _("{n} of {all} experiments").format(n=formats.count(len(found)), all=formats.count(experiments.number()))
    )
    shown, labels = session.get("experiments.shown", SHOWN), experiments.labels(look.release.number)
    assigned = {key: row["assigned"] for key, row in experiments.in_data(look.release.number).items()}
    for one in found[:shown]:
        _draw_one(one, assigned.get(one.experiment.key, 0), labels, look)
    if len(found) > shown:
        more = ("experiments.shown", shown + SHOWN)
        st.button(_("Show more"), key="experiments.more", type="tertiary", on_click=session.put, args=more)
    if found:
        rows = [flat(one, assigned.get(one.experiment.key, 0), labels) for one in found]
        tables.downloads(lambda: rows, columns(), name="experiments")


def _draw_search(look: Look) -> Search:
    """What is looked for; a list is offered only where there is something to choose."""
    labels = experiments.labels(look.release.number)
    offered, measures = experiments.choices(), experiments.measures()
    with st.container(horizontal=True, vertical_alignment="bottom", key="experiment-search"):
        text = url_state.words(
            st.text_input,
            _("Search"),
            "find",
            placeholder=_("Name, hypothesis, offer or reason"),
            icon=":material/search:",
            width=300,
        )
        states = {code: _(name) for code, name in experiment_words.STATES.items()}
        named = {key: experiment_words.of_key(key, measures, labels) for key in offered.measures}
        return Search(
            text=text,
            state=_one_of(_("State"), "state", states),
            measure=_one_of(_("Measure"), "measure", named),
            segment=_one_of(_("Population"), "population", {name: name for name in offered.segments}),
            offer=_one_of(_("Offer"), "offer", {name: name for name in offered.offers}),
        )


def _one_of(label: str, key: str, names: Mapping[str, str]) -> str:
    if not names:
        return ANY
    offered = {ANY: _("any"), **names}
    return url_state.choice(_box, label, key, list(offered), offered.__getitem__, ANY)


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=190, **looks)


def _draw_one(one: Entry, assigned: int, labels: Mapping[str, str], look: Look) -> None:
    found, plan = one.experiment, one.experiment.plan
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"listed-{found.key}"):
        with st.container(gap=None):
            state = _(experiment_words.STATES[found.state])
            st.markdown(f"**{formats.plain(plan.name or found.key)}** · {formats.plain(state)}")
            told = [
                experiment_words.measure(plan.primary, labels),
                ", ".join(experiment_words.variant(v.name) for v in plan.variants),
                progress(assigned, plan.size),
                *([_("by {name}").format(name=plan.owner)] if plan.owner else []),
            ]
            st.caption(formats.plain(" · ".join(told)))
            if what := standing(one) or _waits(one, assigned, look):
                st.markdown(formats.plain(what))
        st.page_link(
            navigation.page("experiment"),
            label=_("Open"),
            icon=":material/arrow_forward:",
            query_params=_address(found.key, OPENS.get(found.state, "")),
        )


def progress(assigned: int, needed: int) -> str:
    """Customers assigned, of those the plan needs."""
    if not needed:
        return _("{n} customers so far").format(n=formats.count(assigned))
    return _("{n} customers, {needed} needed").format(n=formats.count(assigned), needed=formats.count(needed))


def standing(one: Entry) -> str:
    """What was decided, else what was last seen of it."""
    if one.decision is not None:
        return f"{_(experiment_words.DECISIONS[one.decision.kind])}. {one.decision.reason}"
    if not one.looks:
        return ""
    last = one.looks[-1]
    word = experiment_words.outcome(last.verdict)
    return _("Look of {day}: {verdict}").format(day=formats.day(last.on), verdict=word)


def _waits(one: Entry, assigned: int, look: Look) -> str:
    """What comes next of an experiment that was started and not looked at; nothing where that would take long."""
    found = one.experiment
    if found.state not in {"running", "ended"} or assigned > LIGHT:
        return ""
    watched = experiment_readings.watched(found, look.release.number)
    if watched.split.state == "broken":
        return _("The split is broken: nothing can be read from it.")
    if watched.allowed.look is not None:
        return _("A look is due.")
    if watched.next_on is not None:
        return _("Next look about {day}").format(day=formats.day(watched.next_on))
    return ""


def columns() -> list[Column]:
    """Columns of the download."""
    return [
        Column("key", _("Key")),
        Column("name", _("Name")),
        Column("state", _("State")),
        Column("hypothesis", _("What we expect, and why")),
        Column("primary", _("Measure")),
        Column("variants", _("Variants")),
        Column("population", _("Population")),
        Column("assigned", _("Assigned"), "count"),
        Column("needed", _("Needed"), "count"),
        Column("started_on", _("Started"), "day"),
        Column("ended_on", _("Ended"), "day"),
        Column("standing", _("Verdict")),
        Column("owner", _("Planned by")),
    ]


def flat(one: Entry, assigned: int, labels: Mapping[str, str]) -> dict[str, Any]:
    """An experiment as one row."""
    found, plan = one.experiment, one.experiment.plan
    return {
        "key": found.key,
        "name": plan.name,
        "state": found.state,
        "hypothesis": plan.hypothesis,
        "primary": experiment_words.measure(plan.primary, labels),
        "variants": ", ".join(v.name for v in plan.variants),
        "population": one.segment,
        "assigned": assigned,
        "needed": plan.size or None,
        "started_on": found.started_on,
        "ended_on": found.ended_on,
        "standing": standing(one),
        "owner": plan.owner,
    }


def _draw_unplanned(unplanned: Sequence[Mapping[str, Any]]) -> None:
    """Experiments that the data know and nobody planned here."""
    st.header(_("Found in the data"), anchor=False)
    st.caption(_("Assignments of these were loaded, and no plan was written here."))
    for row in unplanned:
        key: str = row["key"]
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"found-{key}"):
            with st.container(gap=None):
                st.markdown(f"**{formats.plain(key)}**")
                st.caption(formats.plain(found_words(row)))
            st.page_link(
                navigation.page("experiment"),
                label=_("Read it, or write its plan"),
                icon=":material/arrow_forward:",
                query_params=_address(key),
            )


def found_words(row: Mapping[str, Any]) -> str:
    """What the data know of an experiment, in a line."""
    told = [f"{experiment_words.variant(name)} {formats.count(n)}" for name, n in row["variants"].items()]
    if row["first_on"] is not None:
        told.append(f"{formats.day(row['first_on'])} – {formats.day(row['last_on'])}")
    return " · ".join(told)

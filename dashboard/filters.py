"""The filter bar: period, grain, segment, comparison and definition, each behind one button that says its state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import streamlit as st

from analysis.metrics.outcomes import is_outcome
from dashboard import formats, presets, segment_form, segment_words, session, url_state
from dashboard.gateway import releases
from dashboard.gateway.attributes import Attribute, attributes
from dashboard.language import N_, _
from dashboard.url_state import View
from data.records import FIRST_DAY, Grain, Release, Scope

GRAINS = {"week": N_("Weeks"), "month": N_("Months"), "quarter": N_("Quarters"), "year": N_("Years")}
COMPARISONS = {
    "previous": N_("the previous period"),
    "year": N_("the same period last year"),
    "segment": N_("another segment"),
}
DEFINITIONS = {
    "start-base": N_("Start base"),
    "chartmogul": N_("Without joined-and-left (ChartMogul)"),
    "stripe": N_("30 days, new customers in the base (Stripe)"),
    "baremetrics": N_("30 days ago as the base (Baremetrics)"),
    "renewal": N_("Due for renewal as the base (Gainsight)"),
}
BRIDGES = {"net": N_("Net: start against end"), "activity": N_("Activity: every movement")}
#: Parts a page may ask for, in the order they are drawn.
PARTS = ("period", "segment", "compare", "definition", "bridge")


def draw(known: Sequence[Attribute], as_of: date, parts: Sequence[str] = PARTS) -> View:
    """The bar with the parts a page needs; returns the view that was chosen."""
    view = url_state.current()
    with st.container(horizontal=True, key="filters", gap="xsmall"):
        for part in PARTS:
            if part in parts:
                _draw_part(part, view, known, as_of)
        _draw_link()
        if view != url_state.DEFAULT:
            st.button(
                _("Reset"), key="filters.reset", type="tertiary", on_click=url_state.reset, icon=":material/undo:"
            )
    return view


def _draw_part(part: str, view: View, known: Sequence[Attribute], as_of: date) -> None:
    if part == "period":
        with st.popover(period_name(view), icon=":material/calendar_month:", key="filter-period"):
            _draw_period(view, as_of)
    elif part == "segment":
        name = segment_words.segment(view.segment, known)
        with st.popover(formats.plain(name), icon=":material/filter_alt:", key="filter-segment"):
            segment_form.draw(segment_form.of_view("segment"), known)
    elif part == "compare":
        _draw_compare(view, known)
    elif part == "definition":
        with st.popover(_(DEFINITIONS[view.definition]), icon=":material/rule:", key="filter-definition"):
            _choose(_("Who counts as lost"), "definition", DEFINITIONS, st.radio)
    else:
        with st.popover(_(BRIDGES[view.bridge]), icon=":material/swap_vert:", key="filter-bridge"):
            _choose(_("How customers and money are added up"), "bridge", BRIDGES, st.radio)


def period_name(view: View) -> str:
    """The range and grain in words."""
    if view.period == "custom" and view.start and view.end:
        last = formats.day(view.end - timedelta(days=1))
        name = f"{formats.day(view.start)} – {last}"
    else:
        name = _(presets.NAMES[view.period])
    return f"{name} · {_(GRAINS[view.grain])}"


def _draw_period(view: View, as_of: date) -> None:
    _choose(_("Grain"), "grain", GRAINS, st.segmented_control)
    _choose(_("Range"), "period", presets.NAMES, st.radio)
    if view.period == "custom":
        start, end = view.start, view.end
        with st.container(horizontal=True):
            _draw_day(_("First day"), "start", start, as_of)
            _draw_day(_("Last day"), "end", end - timedelta(days=1) if end else None, as_of)


def _draw_day(label: str, field: str, day: date | None, as_of: date) -> None:
    """One end of an own range. A link may name a day after the data; unasked, Streamlit offers the last ten years."""
    key = f"filters.{field}"
    session.put(key, day)
    st.date_input(
        label,
        value=None,
        key=key,
        min_value=FIRST_DAY,
        max_value=max(as_of, day or as_of),
        format="YYYY-MM-DD",
        on_change=_take_day,
        args=(field,),
        width=150,
    )


def _take_day(field: str) -> None:
    day: date | None = session.get(f"filters.{field}")
    url_state.change(**{field: day + timedelta(days=1) if day and field == "end" else day})


def _draw_compare(view: View, known: Sequence[Attribute]) -> None:
    against = segment_words.segment(view.against, known) if view.compare == "segment" else None
    name = _(COMPARISONS[view.compare]) if against is None else against
    label = _("Against {name}").format(name=formats.plain(name))
    with st.popover(label, icon=":material/compare_arrows:", key="filter-compare"):
        _choose(_("Compare with ..."), "compare", COMPARISONS, st.radio)
        if view.compare == "segment":
            segment_form.draw(segment_form.of_view("against"), known)


def _choose(label: str, field: str, names: dict[str, str], widget: Callable[..., object]) -> None:
    """One choice of the view, drawn by a widget that always shows what the view holds."""
    key = f"filters.{field}"
    session.put(key, getattr(url_state.current(), field))
    widget(label, list(names), key=key, format_func=lambda code: _(names[code]), on_change=_take, args=(field,))


def _take(field: str) -> None:
    chosen = session.get(f"filters.{field}")
    if chosen is not None:  # a second click on a segmented control takes the choice away; the view keeps it
        url_state.change(**{field: chosen})


def _draw_link() -> None:
    with st.popover(_("Link"), icon=":material/link:", type="tertiary", key="filter-link"):
        st.caption(_("Whoever opens this link sees this page with these filters."))
        st.code(url_state.link(), language=None, wrap_lines=True)


@dataclass(frozen=True)
class Look:
    """What a page looks at: the reader's view, and the release, scope and attributes it comes down to."""

    view: View
    release: Release
    scope: Scope
    attributes: tuple[Attribute, ...]

    @property
    def currency(self) -> str:
        """The reporting currency; empty when the data name none."""
        return self.release.options.reporting_currency

    @property
    def grain(self) -> Grain:
        """The grain of the periods."""
        return self.scope.grain


def look(parts: Sequence[str] = PARTS, *, outcomes: bool = False) -> Look:
    """Draw the bar and say what it comes down to; NoData when there is no release.

    outcomes  Whether attributes that are the outcome itself (status, churn flags) are offered: for lists, not rates.
    """
    release = releases.chosen(url_state.current().release)
    known = attributes(release.number)
    offered = known if outcomes else tuple(a for a in known if not is_outcome(a.key))
    view = draw(offered, release.as_of, parts)
    return Look(view, release, presets.scope_of(asked(view, parts), release.as_of), offered)


def asked(view: View, parts: Sequence[str]) -> View:
    """The view as far as a page asks for it: a definition or reading chosen elsewhere changes no number unseen."""
    unseen = {part: getattr(url_state.DEFAULT, part) for part in ("definition", "bridge") if part not in parts}
    return replace(view, **unseen)

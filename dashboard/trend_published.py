"""Published figures beside a rate: which of them, for whom, and the one that is drawn."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.trends.benchmarks import Benchmark, segments_of, yardstick
from dashboard import formats, url_state
from dashboard.gateway import trends
from dashboard.language import N_, _
from dashboard.said import in_this_language
from data.records import Scope

KINDS = {
    "median": N_("median"),
    "average": N_("average"),
    "top": N_("the best firms"),
    "vendor claim": N_("vendor claim"),
}
AGES = {"recent": N_("Published in the last five years, or undated"), "all": N_("Older figures too")}
_YARDSTICKS = {
    "median": N_("Grey: published median of {segment}, {range}, {year}"),
    "average": N_("Grey: published average of {segment}, {range}, {year}"),
}


def choose(figure: str, scope: Scope) -> tuple[Sequence[Benchmark], Benchmark | None]:
    """Let the reader choose the age and the segment of what is published; the figures, and the one to draw."""
    if not trends.published(figure, scope, old_too=True):
        return (), None
    age = url_state.choice(_box, _("Published figures"), "published", list(AGES), lambda code: _(AGES[code]), "recent")
    found = trends.published(figure, scope, old_too=age == "all")
    segments = list(segments_of(found))
    if not segments:
        return found, None
    segment = url_state.choice(_box, _("Compare with firms"), "peers", segments, in_this_language, segments[0])
    return found, yardstick(found, segment)


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=340, **looks)


def band(drawn: Benchmark | None) -> list[dict[str, Any]]:
    """The grey band of one published figure; a dotted line where it is a single value."""
    if drawn is None:
        return []
    firms = in_this_language(drawn.segment)
    name = _(_YARDSTICKS[drawn.kind]).format(segment=firms, range=_range(drawn), year=_year(drawn))
    return [{"low": drawn.low, "high": drawn.high, "name": name}]


def _range(figure: Benchmark) -> str:
    return formats.rate(figure.low) if figure.low == figure.high else formats.interval(figure.low, figure.high, "rate")


def _year(figure: Benchmark) -> str:
    return str(figure.year) if figure.year else _("year not stated")


def draw_list(found: Sequence[Benchmark]) -> None:
    """Every published figure of the same kind with segment, kind, year and source."""
    if not found:
        st.caption(_("Nothing published in the last five years is of the same kind as this rate."))
        return
    with st.expander(_("Published figures of the same kind"), key="published-figures"):
        for b in found:
            firms = in_this_language(b.segment)
            st.markdown(formats.plain(f"{_range(b)} · {firms} · {_(KINDS[b.kind])} · {_year(b)} · {b.source}"))

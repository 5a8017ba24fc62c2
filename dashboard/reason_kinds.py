"""The three reasons side by side, and how often they disagree."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.feedback.losses import KINDS
from analysis.feedback.report import PAIRS, Disagreement, ReasonRow
from analysis.results import NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS
from dashboard import figures, formats, kpi_charts, reason_pareto, reason_words, tables, url_state
from dashboard.charts import side_by_side
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import _, current

#: Disagreements listed, the most frequent first.
SHOWN = 10


def draw(found: Looked, look: Look) -> None:
    """Shares of each reason as stated, diagnosed and suggested; then where two of them part."""
    figures.draw(chart(found), key="kinds")
    st.caption(
        _(
            "Stated: given when cancelling or in a survey. Diagnosed: found in an interview. Suggested: from what was "
            "recorded before the loss; it says what happened, not what caused it."
        )
    )
    tables.downloads(
        lambda: [reason_pareto.loss_row(loss, found) for loss in reasons.everybody(found)],
        reason_pareto.loss_columns(),
        name="three-reasons",
        currency=look.currency,
    )
    _draw_disagreement(found)


def chart(found: Looked) -> Chart:
    """One group of bars per reason."""
    rows = found.report.rows
    codes = list(dict.fromkeys(row.reason for row in sorted(rows, key=lambda row: -row.customers)))
    kinds = [kind for kind in KINDS if any(row.kind == kind for row in rows)]
    names = {kind: _("{kind} (n = {n})").format(kind=_(reason_words.KINDS[kind]), n=_n(rows, kind)) for kind in kinds}
    return Chart(
        title=_("Do customers say what their behaviour says?"),
        spec=side_by_side.spec(
            current(), _("Share of the losses with such a reason"), tuple(names.values()), 46 * max(len(codes), 3) + 90
        ),
        data={"shares": [_bar(row, codes, names, found) for row in rows if _is_enough(row)]},
        alt=_("Share of each reason, by kind"),
        table=[_told(code, rows, found) for code in codes],
        note=_("A kind with fewer than ten reasons has no bars; the table has its counts."),
    )


def _is_enough(row: ReasonRow) -> bool:
    """Below ten losses of a kind a bar would show chance; the table has the counts."""
    return not isinstance(row.share, NotEnoughData) and row.share.n >= MIN_CUSTOMERS


def _n(rows: Sequence[ReasonRow], kind: str) -> str:
    return formats.count(sum(row.customers for row in rows if row.kind == kind))


def _bar(row: ReasonRow, codes: Sequence[str], names: dict[str, str], found: Looked) -> dict[str, Any]:
    name, share = reason_words.reason(found.feedback.taxonomy, row.reason), row.share
    value, low, high = (0, 0, 0) if isinstance(share, NotEnoughData) else (share.value, share.low, share.high)
    place = f"{codes.index(row.reason):02}|{name}"
    shown = kpi_charts.in_words(share, "rate")
    return {
        "place": place,
        "name": name,
        "kind": names[row.kind],
        "value": value,
        "low": low,
        "high": high,
        "shown": shown,
    }


def _told(code: str, rows: Sequence[ReasonRow], found: Looked) -> dict[str, str]:
    told = {_("Reason"): reason_words.reason(found.feedback.taxonomy, code)}
    for kind in KINDS:
        row = next((row for row in rows if row.reason == code and row.kind == kind), None)
        text = "–" if row is None else f"{formats.count(row.customers)} · {kpi_charts.in_words(row.share, 'rate')}"
        told[_(reason_words.KINDS[kind])] = text
    return told


def _draw_disagreement(found: Looked) -> None:
    pairs = {f"{one}-{other}": d for (one, other), d in zip(PAIRS, found.report.disagreements, strict=True)}
    with st.container(border=True, key="disagreement"):
        st.header(_("Where do two reasons part?"), anchor=False)
        chosen = url_state.choice(_pair_box, _("Compare"), "pair", list(pairs), _pair_name, "stated-suggested")
        pair = pairs[chosen]
        st.markdown(formats.plain(_sentence(pair)))
        rows = [_cell(cell, n, pair, found) for cell, n in _parting(pair)]
        if rows:
            tables.plain_table(rows, alt=_("The most frequent disagreements"))


def _pair_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=420, **looks)


def _pair_name(pair: str) -> str:
    return " – ".join(_(reason_words.KINDS[kind]) for kind in pair.split("-"))


def _sentence(pair: Disagreement) -> str:
    both = sum(pair.cells.values())
    if isinstance(pair.share, NotEnoughData):
        return _("Only {n} losses have both reasons: too few to say how often they differ.").format(n=both)
    text = _("The two differ in {share} of the {n} losses that have both.")
    return text.format(share=kpi_charts.in_words(pair.share, "rate"), n=formats.count(both))


def _parting(pair: Disagreement) -> list[tuple[tuple[str, str], int]]:
    apart = [(cell, n) for cell, n in pair.cells.items() if cell[0] != cell[1]]
    return sorted(apart, key=lambda item: (-item[1], item[0]))[:SHOWN]


def _cell(cell: tuple[str, str], n: int, pair: Disagreement, found: Looked) -> dict[str, str]:
    taxonomy = found.feedback.taxonomy
    return {
        _(reason_words.KINDS[pair.one]): reason_words.reason(taxonomy, cell[0]),
        _(reason_words.KINDS[pair.other]): reason_words.reason(taxonomy, cell[1]),
        _("Losses"): formats.count(n),
    }

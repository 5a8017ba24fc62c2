"""The quick calculator: counts that are pasted, or a file with a variant and outcomes, judged as an experiment is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.experiments.calculator import Kind, Quick
from dashboard import (
    experiment_checks,
    experiment_effects,
    experiment_verdicts,
    experiment_words,
    formats,
    sections,
    session,
    tables,
    url_state,
)
from dashboard.gateway import calculator
from dashboard.language import N_, _
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.errors import ReviewError

SECTIONS = {"counts": N_("Paste counts"), "file": N_("Upload a file")}
CONFIDENCES = ("0.9", "0.95", "0.99")
KINDS: dict[str, str] = {
    "": N_("as the values are"),
    "proportion": N_("shares (yes or no)"),
    "mean": N_("means"),
    "ratio": N_("one column divided by another"),
}
_EXAMPLE = "control = 8502 / 44700\ngate_40 = 8279 / 45489"


def draw() -> None:
    """The section the reader chose; the answer stands below."""
    if sections.choose(SECTIONS) == "counts":
        _draw_counts()
    else:
        _draw_file()


def _draw_counts() -> None:
    text = url_state.words(
        st.text_area,
        _("One variant per line: name = customers with the outcome / all customers"),
        "counts",
        height=120,
        placeholder=_EXAMPLE,
        help=_("Three columns copied from a spreadsheet work too: name, customers with the outcome, all customers."),
    )
    if not text.strip():
        st.button(_("Try an example"), key="calculator.example", type="tertiary", on_click=_take_example)
        return
    _answer(lambda: _of_counts(text), {"retained": _("Share with the outcome")})


def _take_example() -> None:
    session.put("counts", _EXAMPLE)


def _of_counts(text: str) -> Quick:
    names = list(calculator.parsed(text))
    control, confidence, effect = _choose(names)
    return calculator.of_counts(text, control, confidence, effect)


def _choose(names: Sequence[str]) -> tuple[str, float, float]:
    """Control, confidence and the smallest difference worth having."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="calculator-choices"):
        usual = calculator.usual_control(names)
        control = url_state.choice(_box, _("Compared with"), "control", names, str, usual)
        sure = url_state.choice(_box, _("Confidence"), "confidence", CONFIDENCES, _percent, "0.95")
        effect: float | None = st.number_input(
            _("Smallest difference worth having, percentage points"),
            key="calculator.effect",
            min_value=0.0,
            max_value=100.0,
            value=None,
            step=0.5,
            persist_state="session",
            help=_("Empty: none is given, and no effect is called too small."),
            width=330,
        )
    return control, float(sure), (effect or 0.0) / 100


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=180, **looks)


def _percent(share: str) -> str:
    return formats.rate(float(share), 0)


def _draw_file() -> None:
    file: Any = st.file_uploader(
        _("A file with one row per customer"), type=["csv", "txt", "tsv", "xlsx", "xls"], key="calculator.file"
    )
    st.caption(_("One column names the variant, others hold outcomes: numbers, or yes and no. Nothing is stored."))
    if file is None:
        return
    content = file.getvalue()
    _answer(lambda: _of_file(content), {})


def _of_file(content: bytes) -> Quick | None:
    columns = calculator.columns_of(content)
    likely = next((c for c in columns if c.casefold() in {"variant", "version", "group", "arm"}), columns[0])
    with st.container(horizontal=True, vertical_alignment="bottom", key="calculator-columns"):
        variant = st.selectbox(
            _("Column of the variant"), columns, index=columns.index(likely), key="calculator.variant", width=220
        )
        others = [column for column in columns if column != variant]
        outcomes = st.multiselect(
            _("Outcomes"),
            others,
            key="calculator.outcomes",
            placeholder=_("Choose columns …"),
            select_all=False,
            width=420,
        )
        kind: Any = st.selectbox(
            _("Compared as"), list(KINDS), format_func=lambda code: _(KINDS[code]), key="calculator.kind", width=260
        )
        per = ""
        if kind == "ratio":
            rest = [column for column in others if column not in outcomes]
            per = st.selectbox(_("Divided by"), rest, key="calculator.per", width=220) if rest else ""
    if not outcomes:
        st.info(_("Choose at least one outcome."))
        return None
    names = calculator.variants_of(content, variant, (*outcomes, *([per] if per else [])))
    control, confidence, effect = _choose(names)
    chosen: Kind | None = kind or None
    return calculator.of_file(content, variant, tuple(outcomes), chosen, per, control, confidence, effect)


def _answer(judged: Callable[[], Quick | None], labels: Mapping[str, str]) -> None:
    """The reading, or what is wrong with what was given."""
    try:
        found = judged()
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    if found is not None:
        draw_reading(found, labels)


def draw_reading(found: Quick, labels: Mapping[str, str]) -> None:
    """Split, verdicts, effects, and what stands behind them."""
    if found.split.state != "fine":
        experiment_verdicts.draw_split(found.split, [arm.variant for arm in found.arms])
    experiment_verdicts.draw(found.verdicts)
    corrected = _("Adjusted p: for all comparisons of this table together (Holm). n is the number of customers judged.")
    experiment_effects.draw(found.effects, labels, "", corrected)
    _draw_arms(found)
    if found.split.state == "fine":
        experiment_verdicts.draw_split(found.split, [arm.variant for arm in found.arms])
    experiment_checks.draw(found, labels, "")


def _draw_arms(found: Quick) -> None:
    st.subheader(_("Variants"), anchor=False)
    rows = [
        {
            _("Variant"): experiment_words.variant(arm.variant),
            _("Customers"): formats.count(arm.assigned),
            _("Judged"): formats.count(arm.eligible),
            _("With the outcome"): formats.NOTHING if arm.retained is None else formats.count(arm.retained),
        }
        for arm in found.arms
    ]
    tables.plain_table(rows, alt=_("Customers of each variant"))
    columns = [Column("variant", _("Variant")), Column("assigned", _("Customers"), "count")]
    columns += [Column("eligible", _("Judged"), "count"), Column("retained", _("With the outcome"), "count")]
    tables.downloads(lambda: [vars(arm) for arm in found.arms], columns, name="calculator-variants")

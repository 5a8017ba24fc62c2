"""The verdict on each variant, what it rests on and what would turn it; before it, whether the split holds."""

from collections.abc import Sequence

import streamlit as st

from analysis.experiments.results import Split, Verdict
from dashboard import experiment_words, formats
from dashboard.language import _
from dashboard.markup import Safe, element
from dashboard.said import in_this_language


def draw(verdicts: Sequence[Verdict]) -> None:
    """One block per variant."""
    for i, verdict in enumerate(verdicts):
        with st.container(border=True, key=f"verdict-{i}", gap="small"):
            st.html(markup(verdict))


def markup(verdict: Verdict) -> Safe:
    """A verdict as HTML; every text in it is escaped."""
    tone = experiment_words.TONES[verdict.outcome]
    mark = element("span", _(experiment_words.OUTCOMES[verdict.outcome]), class_=f"verdict-mark {tone}")
    who = element("span", experiment_words.variant(verdict.variant), class_="verdict-who")
    said = element("h2", in_this_language(verdict.said), class_="verdict-said")
    parts = [element("div", mark, who, class_="verdict-head"), said, _listed(verdict.because)]
    if verdict.would_change:
        parts += [element("h3", _("What would change this")), _listed(verdict.would_change)]
    return element("div", *parts, class_="verdict")


def _listed(sentences: Sequence[str]) -> Safe:
    return element("ul", *(element("li", in_this_language(text)) for text in sentences))


def draw_split(split: Split, variants: Sequence[str]) -> None:
    """Whether the variants have the customers they should: before anything else, and large where they do not."""
    if split.state == "unknown" or split.p_value is None:
        st.info(_("Nobody is assigned yet, so there is no split to check."), icon=":material/balance:")
        return
    told = _counted(split, variants)
    p = experiment_words.probability(split.p_value)
    if split.state == "broken":
        said = _("The split is broken (p {p}). Nothing can be read from this experiment.")
        st.error(f"**{formats.plain(said.format(p=p))}**  \n{formats.plain(told)}", icon=":material/block:")
    elif split.state == "warning":
        said = _("The split is unusual (p {p}). Look for the cause before you trust the result.")
        st.warning(f"**{formats.plain(said.format(p=p))}**  \n{formats.plain(told)}", icon=":material/warning:")
    else:
        said = _("The split is as planned (p {p}).")
        st.success(f"**{formats.plain(said.format(p=p))}**  \n{formats.plain(told)}", icon=":material/check_circle:")


def _counted(split: Split, variants: Sequence[str]) -> str:
    one = _("{variant}: {seen} assigned, {expected} expected")
    pairs = zip(variants, split.observed, split.expected, strict=False)
    return " · ".join(
        one.format(variant=experiment_words.variant(v), seen=formats.count(o), expected=experiment_words.number(e))
        for v, o, e in pairs
    )

"""What the data say of an action: the verdict, what it rests on, and the course before and after."""

from collections.abc import Sequence

import streamlit as st

from dashboard import action_words, experiment_words, figures, formats, proof_chart, refusals, tables, who
from dashboard.gateway import actions, proof
from dashboard.language import _
from dashboard.markup import Safe, element
from dashboard.said import in_this_language
from data.records_improvement import Action, Assumption, Verdict


def draw(stored: Action) -> None:
    """The newest verdict of this round with everything behind it; before one, when it comes; then earlier ones."""
    mine = [one for one in stored.verdicts if one.round == stored.round]
    if stored.state in {"shipped", "verifying"}:
        _draw_waiting(stored)
    elif not mine:
        st.info(_("There is nothing to judge before it has reached customers."))
    if mine:
        _draw_one(stored, mine[-1])
    earlier = [one for one in stored.verdicts if one is not (mine[-1] if mine else None)]
    if earlier:
        _draw_earlier(earlier)


def _draw_waiting(stored: Action) -> None:
    """When it can be judged, and the button that does it once it can."""
    if proof.is_due(stored):
        st.info(_("The data reach its check date. The daily run judges it, or you do it now."))
        st.button(
            _("Judge it"),
            key="proof.judge",
            type="primary",
            icon=":material/gavel:",
            on_click=_judge,
            args=(stored,),
        )
        return
    due = actions.due_on(stored)
    if due is not None:
        said = _(
            "It is judged on data that reach {day}; they reach {now}. Looking earlier makes chance look like success."
        )
        told = said.format(day=formats.day(due), now=formats.day(proof.known_to()))
        st.info(formats.plain(told), icon=":material/hourglass_top:")


def _judge(stored: Action) -> None:
    refusals.press(proof.judge, stored, who.you())


def _draw_one(stored: Action, found: Verdict) -> None:
    with st.container(border=True, key="proof-verdict", gap="small"):
        st.html(markup(found))
    tables.plain_table(numbers(found), alt=_("The verdict in numbers"))
    if found.months:
        figures.draw(proof_chart.chart(found.months, found.metric, stored.shipped_on), key="before-after")
    if found.assumptions:
        st.subheader(_("What was checked"), anchor=False)
        tables.plain_table([_checked(one) for one in found.assumptions], alt=_("Assumptions of the verdict"))
    st.caption(formats.plain(stands_on(found)))


def markup(found: Verdict) -> Safe:
    """The verdict as HTML; every text in it is escaped."""
    mark = element("span", _(action_words.STATES[found.word]), class_=f"verdict-mark {action_words.TONES[found.word]}")
    method = element("span", _(action_words.METHODS[found.method]), class_="verdict-who")
    said = [in_this_language(text) for text in found.said] or [action_words.effect(found)]
    rest = element("ul", *(element("li", text) for text in said[1:]))
    head = element("div", mark, method, class_="verdict-head")
    return element("div", head, element("h2", said[0], class_="verdict-said"), rest, class_="verdict")


def numbers(found: Verdict) -> list[dict[str, str]]:
    """The effect with its interval and what it stands between, line by line."""
    metric = found.metric
    rows = [(_("Number"), action_words.metric(metric))]
    rows += [(_("Before"), action_words.value(found.before, metric))]
    rows += [(_("After"), action_words.value(found.after, metric))]
    rows += [(_("Effect"), action_words.effect(found))]
    rows += [(_("Effect, relative"), action_words.relative(found))] if found.relative is not None else []
    rows += [(_("p-value"), experiment_words.probability(found.p_value))] if found.p_value is not None else []
    counts = f"{formats.count(found.n_before)} / {formats.count(found.n_after)}"
    rows += [(_("Customers counted, before / after"), counts)]
    if found.word == "cannot-tell":
        more = _("no number of months that can be told") if not found.months_more else ""
        rows += [(_("How much longer"), more or action_words.months(found.months_more or 0))]
    return [{_("Of the verdict"): name, _("Value"): value} for name, value in rows if value]


def stands_on(found: Verdict) -> str:
    """The release and version of the code a verdict follows from: they give the same one again."""
    said = _("Data release {release}, as of {day}; code {code}; digest {digest}.")
    return said.format(
        release=found.release,
        day=formats.day(found.as_of),
        code=found.code,
        digest=found.digest[:12] or formats.NOTHING,
    )


def _checked(one: Assumption) -> dict[str, str]:
    return {
        _("Assumption"): action_words.assumption(one),
        _("Result"): action_words.passed(one),
        _("What was found"): in_this_language(one.said),
    }


def _draw_earlier(found: Sequence[Verdict]) -> None:
    with st.expander(_("Earlier verdicts"), key="proof-earlier"):
        rows = [
            {
                _("When"): formats.moment(one.at) if one.at else formats.NOTHING,
                _("Round"): str(one.round),
                _("Verdict"): _(action_words.STATES[one.word]),
                _("Effect"): action_words.effect(one),
                _("Release"): str(one.release),
                _("Code"): one.code,
            }
            for one in found[::-1]
        ]
        tables.plain_table(rows, alt=_("Earlier verdicts, newest first"))

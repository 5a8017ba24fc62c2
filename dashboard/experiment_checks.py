"""What stands behind a verdict: other ways to compute it, a second opinion, what was checked, and whom it is about."""

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.experiments.calculator import Quick
from analysis.experiments.results import Balance, BalanceRow, Checked, Judgement, Second
from analysis.results import NotEnoughData
from dashboard import experiment_times, experiment_words, formats, tables
from dashboard.language import N_, _, ngettext
from dashboard.said import in_this_language
from dashboard.tables import Column

_HOLDS = {True: N_("holds"), False: N_("does not hold"), None: N_("cannot be checked")}
#: Figures known before the assignment.
_KNOWN = {
    "age_days": N_("Days as a customer"),
    "mrr_cents": N_("Monthly revenue"),
    "core_actions_28": N_("Core actions in 28 days"),
    "tickets_60": N_("Tickets in 60 days"),
}
#: A standardised difference from which on two groups are called unlike.
UNLIKE = 0.1


def draw(found: Judgement | Quick, labels: Mapping[str, str], currency: str) -> None:
    """Everything behind the verdict, each part behind a click."""
    if isinstance(found, Judgement):
        draw_checked(found.checked)
    _draw_sensitivity(found, labels, currency)
    _draw_second(found, currency)
    if isinstance(found, Judgement):
        experiment_times.draw(found)
        if found.balance.rows:
            with st.expander(_("Were the variants alike before?"), key="balance"):
                draw_balance(found.balance, labels, currency)
    for note in found.notes:
        st.caption(formats.plain(in_this_language(note)))


def draw_checked(checked: Sequence[Checked]) -> None:
    """Each assumption, and whether it holds."""
    if not checked:
        return
    broken = sum(one.holds is False for one in checked)
    title = _("What was checked")
    if broken:
        said = ngettext("What was checked: {n} does not hold", "What was checked: {n} do not hold", broken)
        title = said.format(n=formats.count(broken))
    with st.expander(title, expanded=broken > 0, key="checked"):
        rows = [{_("Checked"): in_this_language(one.said), _("Result"): _(_HOLDS[one.holds])} for one in checked]
        tables.plain_table(rows, alt=_("Assumptions of the verdict"))


def _draw_sensitivity(found: Judgement | Quick, labels: Mapping[str, str], currency: str) -> None:
    if not found.sensitivity:
        return
    units = {e.measure: experiment_words.unit_of(e) for e in found.effects}
    with st.expander(_("Computed in other ways"), key="sensitivity"):
        st.caption(_("The same effect by other methods. Where they disagree, trust the verdict less."))
        rows = [
            {
                _("Measure"): experiment_words.measure(one.measure, labels),
                _("Variant"): experiment_words.variant(one.variant),
                _("How"): in_this_language(one.what),
                _("Difference"): experiment_words.difference(
                    one.difference, units.get(one.measure, "number"), currency
                ),
                _("p"): formats.NOTHING
                if isinstance(one.difference, NotEnoughData)
                else experiment_words.probability(one.difference.p_value),
            }
            for one in found.sensitivity
        ]
        tables.plain_table(rows, alt=_("The effect computed in other ways"))


def _draw_second(found: Judgement | Quick, currency: str) -> None:
    if not found.second:
        return
    with st.expander(_("Second opinion (Bayesian)"), key="second"):
        st.caption(_("The same data read in another way: no further evidence."))
        primary = next((e for e in found.effects if e.role == "primary"), None)
        unit = "number" if primary is None else experiment_words.unit_of(primary)
        tables.plain_table([_opinion(one, unit, currency) for one in found.second], alt=_("The Bayesian reading"))


def _opinion(one: Second, unit: str, currency: str) -> dict[str, str]:
    losses = [formats.signed(loss, unit, currency) for loss in (one.loss_if_shipped, one.loss_if_stopped)]
    return {
        _("Variant"): experiment_words.variant(one.variant),
        _("Chance that it is better"): formats.rate(one.better),
        _("Effect"): formats.limits(one.low, one.high, unit, currency),
        _("Expected loss if shipped"): losses[0].lstrip("+−"),
        _("Expected loss if stopped"): losses[1].lstrip("+−"),
        _("Assumed before"): in_this_language(one.prior),
    }


def draw_balance(balance: Balance, labels: Mapping[str, str], currency: str) -> None:
    """Whether the variants were alike before: what chance makes small, and a broken assignment does not."""
    if balance.p_value is not None:
        said = _("All rows together: p {p}. Below 0.001 the variants were not made by chance alone.")
        st.caption(formats.plain(said.format(p=experiment_words.probability(balance.p_value))))
    st.caption(_("▲ marks what lies more than a tenth of a standard deviation apart."))
    rows = [_alike(row, labels, currency) for row in balance.rows]
    tables.plain_table(rows, alt=_("What was known before the assignment"))
    columns = [Column("what", _("Before the assignment")), Column("variant", _("Variant"))]
    columns += [Column(name, name, "number") for name in ("base", "value", "standardised", "p_value")]
    tables.downloads(lambda: [vars(row) for row in balance.rows], columns, name="experiment-balance")


def _alike(row: BalanceRow, labels: Mapping[str, str], currency: str) -> dict[str, str]:
    name, unit = _before(row.what, labels)
    return {
        _("Before the assignment"): name,
        _("Variant"): experiment_words.variant(row.variant),
        _("Control value"): experiment_words.amount(row.base, unit, currency),
        _("Variant value"): experiment_words.amount(row.value, unit, currency),
        _("Standardised difference"): experiment_words.number(row.standardised)
        + (" ▲" if abs(row.standardised) > UNLIKE else ""),
        _("p"): experiment_words.probability(row.p_value),
    }


def _before(what: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """What something known before is called, and how its values are written: `plan=Team` is a share."""
    attribute, equals, value = what.partition("=")
    if equals:
        shown = value or _("(none)")
        return f"{labels.get(attribute, attribute)}: {shown}", "rate"
    return (_(_KNOWN[what]) if what in _KNOWN else what), "money" if what == "mrr_cents" else "number"

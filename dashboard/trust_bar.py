"""The slim line on every page that says what its numbers stand on; it opens the details."""

import streamlit as st

from dashboard import formats, tables
from dashboard.gateway.releases import Source, Trust
from dashboard.language import N_, _
from dashboard.said import in_this_language
from data.records import Check

#: Days after which a source counts as old.
OLD_AFTER_DAYS = 45
CHECKS = {
    "mrr_reconciles": N_("Revenue adds up"),
    "customers_balance": N_("Customers add up"),
    "movements_chain": N_("Movements follow on each other"),
    "months_balance": N_("Every month adds up"),
    "sums_match": N_("Stored sums are right"),
}


def draw(trust: Trust) -> None:
    """The line, and behind it the checks and the age of every source."""
    with st.container(key="trust"), st.popover(summary(trust), type="tertiary", icon=_icon(trust)):
        st.markdown(_("**What these numbers stand on**"))
        st.caption(_release_line(trust))
        _draw_checks(trust.release.checks)
        st.markdown(_("**Sources**"))
        tables.plain_table([_source_row(source) for source in trust.sources], alt=_("Age and size of each source"))


def summary(trust: Trust) -> str:
    """The line itself."""
    parts = [
        _("Data release {number}").format(number=trust.release.number),
        _("as of {day}").format(day=formats.day(trust.release.as_of)),
        _("reconciled") if trust.reconciled else _("checks failed"),
        _("{loaded} of {all} sources").format(loaded=trust.loaded, all=len(trust.sources)),
    ]
    if trust.release.number != trust.latest:
        parts.insert(1, _("not the latest, which is {number}").format(number=trust.latest))
    return " · ".join(parts)


def _icon(trust: Trust) -> str:
    if not trust.reconciled:
        return ":material/error:"
    return ":material/history:" if trust.age_days > OLD_AFTER_DAYS else ":material/verified:"


def _release_line(trust: Trust) -> str:
    loaded = formats.moment(trust.release.created_at)
    return _("Loaded {at}; the data end on {day}, {age}.").format(
        at=loaded, day=formats.day(trust.release.as_of), age=formats.days_ago(trust.age_days)
    )


def _draw_checks(checks: tuple[Check, ...]) -> None:
    for check in checks:
        mark = ":material/check_circle:" if check.passed else ":material/cancel:"
        st.markdown(f"{mark} {_named(check)}: {formats.plain(in_this_language(check.detail))}")


def _named(check: Check) -> str:
    return _(CHECKS[check.name]) if check.name in CHECKS else formats.plain(check.name)


def _source_row(source: Source) -> dict[str, str]:
    return {
        _("Source"): source.table,
        _("Rows"): _("not loaded") if source.rows is None else formats.count(source.rows),
        _("Newest day"): formats.NOTHING if source.newest is None else formats.day(source.newest),
        _("Age"): formats.NOTHING if source.age_days is None else formats.days_ago(source.age_days),
    }

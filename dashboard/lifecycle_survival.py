"""Survival on the page: curves with bands, numbers at risk, medians and means, and the test in words."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.lifecycle.ratios import RiskRatio
from analysis.lifecycle.risk import unit_of_shape
from analysis.lifecycle.survival import GroupSurvival, SurvivalPoint, SurvivalReport, points
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS
from analysis.statistics.survival import RestrictedMean, SurvivalCurve, number_at_risk
from dashboard import drill, figures, formats, kpi_charts, lifecycle_words, persona_words, remarks, tables
from dashboard.charts import curves
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import lifecycle, personas
from dashboard.language import _, current
from dashboard.tables import Column
from data.records import Scope

#: Points drawn per curve; the downloads have every age.
_POINTS = 160
_TICKS = {"day": (0, 30, 90, 180, 365, 545, 730, 1095, 1460, 1825, 3650), "month": (0, 1, 3, 6, 12, 24, 36, 48, 60, 72)}
START_YEAR = "start_year"


def draw(look: Look, scope: Scope) -> None:
    """Choices, curves, numbers at risk, what the groups' lives come down to, the test."""
    with st.container(horizontal=True, key="survival-choices"):
        early = personas.behaviours(look.release.number, of_period=True)
        more = {START_YEAR: _("Year of the start"), **{key: persona_words.behaviour(key) for key in early}}
        by = lifecycle_words.attribute(look, _("Groups by"), "group-by", _("all together"), more=more)
        within = lifecycle_words.attribute(look, _("Test within"), "within", _("no strata")) if by else None
    asked = tuple(name for name in (by, within) if name)
    remarks.draw(look, asked)
    found = lifecycle.by_age(scope, asked, unit_of_shape(look.release.shape))
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    if found.test is not None:
        st.markdown(formats.plain(in_words(found, look)))
    drill.follow(figures.draw(_chart(found, look), key="survival"))
    _draw_at_risk(found)
    _draw_lives(found, lifecycle.risk_ratios(scope, asked, found.unit) if len(found.groups) > 1 else {})
    tables.downloads(lambda: [vars(point) for point in points(found)], _columns(found), name="survival")


def in_words(found: SurvivalReport, look: Look) -> str:
    """What the log-rank test says, in one sentence."""
    test = found.test
    if test is None or isinstance(test, NotEnoughData):
        return _("Whether the groups differ cannot be said: {reason}.").format(
            reason=_(test.reason) if test else _("there is one group only")
        )
    p = formats.probability(test.p_value)
    labels = {attribute.key: attribute.label for attribute in look.attributes}
    if len(found.by) > 1:
        said = (
            _("Compared within the same {strata} only, the groups leave at different rates (log-rank, p {p}).")
            if test.p_value < 0.05
            else _(
                "Compared within the same {strata} only, the groups differ by no more than chance (log-rank, p {p})."
            )
        )
        return said.format(strata=labels.get(found.by[1], found.by[1]), p=p)
    if test.p_value < 0.05:
        return _("The groups leave at different rates, by more than chance (log-rank, p {p}).").format(p=p)
    return _("The groups differ by no more than chance would make them (log-rank, p {p}).").format(p=p)


def _chart(found: SurvivalReport, look: Look) -> Chart:
    groups = [group for group in found.groups if isinstance(group.curve, SurvivalCurve)]
    names = tuple(_name(group, found) for group in groups)
    drawn = [point for group in groups for point in _thinned(group, found)]
    return Chart(
        title=_title(found),
        spec=curves.survival(current(), lifecycle_words.age_title(found.unit), _("Share still there"), names),
        data={"curves": [_mark(point, found, look) for point in drawn]},
        alt=_("Survival curves with their 95% bands"),
        table=[_told(point, found) for group in groups for point in _at_round_ages(group, found)],
        note=" ".join(_notes(found)),
        picks=("who", "start", "end", "narrowed"),
    )


def _name(group: GroupSurvival, found: SurvivalReport) -> str:
    return lifecycle_words.group(group.group) if found.by else _("All customers")


def _title(found: SurvivalReport) -> str:
    first = found.groups[0]
    if len(found.groups) == 1 and first.median is not None and first.median.value is not None:
        age = lifecycle_words.age(first.median.value, found.unit)
        return _("Half of all customers leave within {age}").format(age=age)
    if len(found.groups) == 1:
        return _("More than half of all customers are still there")
    return _("Who stays how long?")


def _notes(found: SurvivalReport) -> list[str]:
    notes = [_("Bands are 95% intervals. Click a point to see who of the group was lost up to that age.")]
    small = [_name(group, found) for group in found.groups if isinstance(group.curve, NotEnoughData)]
    if small:
        notes.append(_("Fewer than 10 customers, no curve: {groups}.").format(groups=", ".join(small)))
    if found.landmark:
        known = _(
            "The behaviour is known only after the first {age}: who was lost before is left out, and the others are at "
            "risk from then on."
        )
        notes.append(known.format(age=lifecycle_words.age(found.landmark, found.unit)))
    notes += [_begun(group, found) for group in found.groups if group.begins > found.landmark]
    if found.since is not None:
        said = _(
            "The data begin on {day}, when many customers had signed before: their age counts from their signing, and "
            "they are at risk from that day on only."
        )
        notes.append(said.format(day=formats.day(found.since)))
    return notes


def _begun(group: GroupSurvival, found: SurvivalReport) -> str:
    return _(
        "{group}: fewer than 10 customers are known at an age below {age}; the curve begins there and tells of those "
        "who had reached it."
    ).format(group=_name(group, found), age=lifecycle_words.age(group.begins, found.unit))


def _at_round_ages(group: GroupSurvival, found: SurvivalReport) -> list[SurvivalPoint]:
    """What is left at round ages: what the last age before at which anything happened left."""
    curve = group.curve
    if isinstance(curve, NotEnoughData):
        return []
    mine = [point for point in points(found) if point.group == group.group]
    left = [SurvivalPoint(group.group, int(group.begins), group.customers, 0, 1.0, None, None), *mine]
    ages = [age for age in _TICKS[found.unit] if group.begins <= age <= mine[-1].day]
    last = {age: max((point for point in left if point.day <= age), key=lambda point: point.day) for age in ages}
    return [replace(last[age], day=age, at_risk=number_at_risk(curve, age)) for age in ages]


def _thinned(group: GroupSurvival, found: SurvivalReport) -> list[SurvivalPoint]:
    """The start, then the last point of every few ages."""
    mine = [point for point in points(found) if point.group == group.group]
    start = SurvivalPoint(group.group, int(group.begins), group.customers, 0, 1.0, None, None)
    step = max(1, -(-mine[-1].day // _POINTS))
    kept = {-(-point.day // step): point for point in mine}
    return [*([start] if mine[0].day > start.day else []), *kept.values()]


def _mark(point: SurvivalPoint, found: SurvivalReport, look: Look) -> dict[str, Any]:
    by = found.by[0] if found.by else None
    of_group = lifecycle_words.of_group(by, point.group, [group.group for group in found.groups])
    lost = (lifecycle_words.lost_by(point.day, found.unit, look.release.as_of),)
    return {
        "group": lifecycle_words.group(point.group) if found.by else _("All customers"),
        "name": lifecycle_words.age(point.day, found.unit),
        "age": point.day,
        "value": point.survival,
        "low": point.low,
        "high": point.high,
        "shown": _shown(point),
        **lifecycle_words.leads_to("all", (*of_group, *lost), look.release.as_of, look.release.as_of),
    }


def _shown(point: SurvivalPoint) -> str:
    share = formats.rate(point.survival)
    if point.low is not None and point.high is not None:
        share += f" ({formats.interval(point.low, point.high, 'rate')})"
    return _("{share} still there, {n} at risk").format(share=share, n=formats.count(point.at_risk))


def _told(point: SurvivalPoint, found: SurvivalReport) -> dict[str, str]:
    return {
        _("Group"): lifecycle_words.group(point.group) if found.by else _("All customers"),
        _("Age"): lifecycle_words.age(point.day, found.unit),
        _("Share still there"): _shown(point),
    }


def _draw_at_risk(found: SurvivalReport) -> None:
    """Numbers at risk: how many customers each part of a curve rests on."""
    known = [(group, group.curve) for group in found.groups if isinstance(group.curve, SurvivalCurve)]
    ages = [age for age in _TICKS[found.unit] if any(number_at_risk(curve, age) >= MIN_CUSTOMERS for _, curve in known)]
    st.caption(_("Customers at risk (still there and followed so far)"))
    rows = [
        {
            lifecycle_words.age_title(found.unit): _name(group, found),
            **{formats.count(age): formats.count(number_at_risk(curve, age)) for age in ages},
        }
        for group, curve in known
    ]
    tables.plain_table(rows, alt=_("Customers at risk by age"))


def _draw_lives(found: SurvivalReport, ratios: Mapping[str, RiskRatio] | NotEnoughData) -> None:
    """Median and mean of each group, and how it differs from the largest."""
    said = _("The mean is the time spent within the first {age}; beyond, too few customers of a group were followed.")
    said = said.format(age=lifecycle_words.age(found.horizon, found.unit))
    if found.reached > found.landmark:
        of_those = _("It is that of customers who had reached {age}.")
        said += " " + of_those.format(age=lifecycle_words.age(found.reached, found.unit))
    st.caption(said)
    tables.plain_table([_life(group, found, ratios) for group in found.groups], alt=_("Median and mean time per group"))


def _life(
    group: GroupSurvival, found: SurvivalReport, ratios: Mapping[str, RiskRatio] | NotEnoughData
) -> dict[str, str]:
    row = {
        _("Group"): _name(group, found),
        _("Customers"): formats.count(group.customers),
        _("Lost"): formats.count(group.lost),
        _("Median"): _median(group, found.unit),
        _("Mean time"): _mean(group.mean, found.unit),
    }
    if len(found.groups) > 1:
        row[_("Against the largest group")] = _difference(found.differences.get(group.group), found.unit)
        known = {} if isinstance(ratios, NotEnoughData) else ratios
        row[_("Risk against it")] = _ratio(known.get(group.group))
    return row


def _median(group: GroupSurvival, unit: str) -> str:
    if group.median is None:
        return _("not enough data")
    if group.median.value is None:
        return _("not reached")
    limits = [_("not reached") if x is None else formats.count(x) for x in (group.median.low, group.median.high)]
    return f"{lifecycle_words.age(group.median.value, unit)} ({limits[0]} – {limits[1]})"


def _mean(mean: RestrictedMean | NotEnoughData, unit: str) -> str:
    if isinstance(mean, NotEnoughData):
        return _("not enough data")
    return f"{lifecycle_words.age(mean.value, unit)} ({formats.count(mean.low)} – {formats.count(mean.high)})"


def _ratio(found: RiskRatio | None) -> str:
    if found is None:
        return formats.NOTHING
    return f"{formats.ratio(found.value)} ({formats.ratio(found.low)} – {formats.ratio(found.high)})"


def _difference(found: Comparison | NotEnoughData | None, unit: str) -> str:
    if not isinstance(found, Comparison) or found.low is None or found.high is None:
        return formats.NOTHING
    low, high = (formats.change(limit, "count") for limit in (found.low, found.high))
    sign = "−" if found.difference < 0 else "+"
    return f"{sign}{lifecycle_words.age(abs(found.difference), unit)} ({low} – {high})"


def _columns(found: SurvivalReport) -> Sequence[Column]:
    return [
        Column("group", _("Group")),
        Column("day", lifecycle_words.age_title(found.unit), "count"),
        Column("at_risk", _("At risk"), "count"),
        Column("events", _("Lost"), "count"),
        Column("survival", _("Share still there"), "rate"),
        Column("low", _("Lower limit"), "rate"),
        Column("high", _("Upper limit"), "rate"),
    ]

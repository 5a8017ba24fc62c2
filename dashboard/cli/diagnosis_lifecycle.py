"""`report cohorts`, `survival`, `risk` and `journey`: when in their life customers leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from data.errors import ReviewError

if TYPE_CHECKING:
    from analysis.lifecycle.cohorts import CohortGrid
    from analysis.lifecycle.journey import Moment
    from analysis.lifecycle.survival import GroupSurvival, SurvivalReport
    from analysis.statistics.survival import RestrictedMean
    from dashboard.cli.reports import Asked, Told
    from data.engine import Engine


def cohorts(engine: Engine, asked: Asked) -> Told:
    """Retention of each cohort at each age."""
    from analysis.lifecycle.cohorts import cohorts as use_case
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    if len(asked.by) > 1:
        raise ReviewError("Cohorts are split by one attribute. Give --by once, or not at all.")
    by = asked.by[0] if asked.by else None
    found = use_case(engine, asked.scope, asked.cohort_grain, by)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    return Told([_cohort(row) for row in found.rows], [*_averages(found), *remarks(asked, asked.by)])


def _cohort(row: Any) -> dict[str, Any]:
    kept = dict(vars(row))
    if row.cohort_start is not None:
        del kept["group"]
    if row.with_activity is None:
        del kept["with_activity"]
    return kept


def _averages(found: CohortGrid) -> list[str]:
    from analysis.results import Estimate

    known = [f"{r.age}: {r.retention.value:.4f}" for r in found.average if isinstance(r.retention, Estimate)]
    notes = (
        [f"average by age over the cohorts old enough for it, weighted by size: {', '.join(known)}"] if known else []
    )
    if any(row.with_activity is not None for row in found.rows):
        notes.append(
            "active counts customers within the activity window of their last purchase at the end of the period; "
            "with_activity those that bought (or used the product) in it."
        )
    if found.since is not None:
        notes.append(
            f"The data begin on {found.since}, when many customers had signed before: they are in no cohort and no "
            "average, because those of them who left earlier are not in the data."
        )
    return notes


def survival(engine: Engine, asked: Asked) -> Told:
    """The share still there at each age, per value of an attribute."""
    from analysis.lifecycle.knowable import landmark_notes
    from analysis.lifecycle.survival import points
    from analysis.lifecycle.survival import survival as use_case
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    if len(asked.by) > 2:
        raise ReviewError("Survival takes --by once for the groups, and once more for the strata of the test.")
    found = use_case(engine, asked.scope, asked.by, unit=asked.unit, horizon=asked.horizon)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    notes = [*(_group(group, found.unit) for group in found.groups), *_test(found), *_since(found)]
    notes += _ratios(engine, asked) if len(asked.by) > 1 else []
    notes += landmark_notes(found.landmark, found.unit)
    return Told(points(found, asked.horizon), [*notes, *remarks(asked, asked.by)])


def _group(group: GroupSurvival, unit: str) -> str:
    from analysis.results import NotEnoughData

    name = f"{group.group or 'all'}: {group.customers} customers, {group.lost} lost"
    if isinstance(group.curve, NotEnoughData) or group.median is None:
        return f"{name}; fewer than 10 customers, no curve"
    reached = "not reached" if group.median.value is None else f"{group.median.value:g} {unit}s"
    limits = " to ".join("not reached" if x is None else f"{x:g}" for x in (group.median.low, group.median.high))
    begun = f"; of those who had reached {group.begins:g} {unit}s, from where 10 are known" if group.begins else ""
    return f"{name}; median {reached} ({limits}); {_mean(group.mean, unit)}{begun}"


def _mean(mean: RestrictedMean | Any, unit: str) -> str:
    from analysis.results import NotEnoughData

    if isinstance(mean, NotEnoughData):
        return f"restricted mean unknown: {mean.reason}"
    return f"restricted mean to {mean.horizon:g} {unit}s {mean.value:.6f} ({mean.low:.6f} to {mean.high:.6f})"


def _test(found: SurvivalReport) -> Sequence[str]:
    from analysis.results import NotEnoughData

    if found.test is None:
        return []
    if isinstance(found.test, NotEnoughData):
        return [f"no log-rank test: {found.test.reason}"]
    within = f" within {found.by[1]}" if len(found.by) > 1 else ""
    return [f"log-rank{within}: chi2 {found.test.chi2:.6f} on {found.test.df} df, p {found.test.p_value:.3g}"]


def _ratios(engine: Engine, asked: Asked) -> list[str]:
    """Risk of each group against the largest, among customers alike in the second attribute."""
    from analysis.lifecycle.ratios import risk_ratios
    from analysis.results import NotEnoughData

    found = risk_ratios(engine, asked.scope, asked.by, unit=asked.unit)
    if isinstance(found, NotEnoughData):
        return [f"no risk ratios: {found.reason}"]
    told = [f"{name or '(none)'} {r.value:.4f} ({r.low:.4f} to {r.high:.4f})" for name, r in found.items()]
    return [f"risk against the largest group within {asked.by[1]}: {', '.join(told)}"]


def _since(found: SurvivalReport) -> list[str]:
    if found.since is None:
        return []
    said = [
        f"The data begin on {found.since}, when many customers had signed before: their age counts from their signing, "
        "and they are at risk from that day on only."
    ]
    if found.reached > found.landmark:
        said.append(f"Means are those of customers who had reached {found.reached:g} {found.unit}s.")
    return said


def risk(engine: Engine, asked: Asked) -> Told:
    """Losses over time at risk by age, and by stage of life."""
    from analysis.lifecycle.risk import risk_by_age, rows_of
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    found = risk_by_age(engine, asked.scope)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    notes = [f"ages in {found.unit}s, each band without its first and with its last; rates per month"]
    if isinstance(found.peak, NotEnoughData):
        notes.append(f"no peak: {found.peak.reason}")
    else:
        band, p = found.peak.band, found.peak.p_adjusted
        said = "stands out" if found.peak.clear else "does not stand out"
        notes.append(f"the highest rate, at {band.start:g} to {band.end:g}, {said} (adjusted p {p:.3g})")
    return Told(rows_of(found), [*notes, *remarks(asked)])


def journey(engine: Engine, asked: Asked) -> Told:
    """Losses in the days after each moment against those at other times."""
    from analysis.lifecycle.journey import WINDOWS
    from analysis.lifecycle.journey import journey as use_case
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    found = use_case(engine, asked.scope, asked.horizon or WINDOWS[-1])
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    rows = [_moment(moment) for moment in found]
    notes = [
        "An association, not an effect: whatever else happened in those days is in it.",
        "Events are held against what customers of the same age and billing interval lose at other dates (expected), "
        "and against how much windows of that length differ there.",
    ]
    return Told(rows, [*notes, *remarks(asked)])


def _moment(moment: Moment) -> dict[str, Any]:
    from analysis.results import NotEnoughData

    kept = {name: value for name, value in vars(moment).items() if name != "ratio"}
    ratio = None if isinstance(moment.ratio, NotEnoughData) else moment.ratio
    limits = {name: None if ratio is None else getattr(ratio, name) for name in ("value", "low", "high")}
    return {**kept, "ratio": limits["value"], "low": limits["low"], "high": limits["high"]}

"""What a verdict takes for granted, checked as far as the data allow; and which failures could fake an effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import sqrt
from typing import Literal

import numpy as np

from analysis.proof.checks import BASELINE_MONTHS, WINDOW_MONTHS
from analysis.proof.estimate import CONFIDENCE, Found, Series
from analysis.proof.series import COMPARISON, MIN_UNITS, TREATED, Case, Monthly, monthly
from analysis.proof.window import left_out, months_later, season_known, years_before
from analysis.proof.words import amount, level, ranging
from analysis.results import NotEnoughData
from analysis.statistics.decomposition import kitagawa
from analysis.statistics.difference_in_differences import slope_of
from analysis.statistics.interrupted_series import level_change
from analysis.statistics.regression_to_the_mean import expected_return
from data.records_improvement import Assumption, ProofMonth

FAKING = frozenset({"pre-trend", "placebo", "units", "autocorrelation", "seasonality", "mix"})
"""Checks whose failure means that something other than the action may have moved the figure, or kept it from moving."""
SEASON = "seasonality"
DRIFTS = 0.3
"""p-value of no drift below which the effect must be more than that drift going on: few months hardly show one."""
UNUSUAL = 0.05
SAME_AS_LAST_YEAR = 1 / 3
"""With less than this part of the effect left beside the same months a year before, the season may be all of it."""
EVENTS_NAMED = 3


@dataclass(frozen=True)
class Checked:
    """An effect and what it is checked against.

    parts    Per attribute the months split by its values.  events: what else happened, by day.
    nothing  What is checked is that there is no effect worth having; else that there is the effect which was found.
    """

    case: Case
    found: Found
    parts: Mapping[str, Sequence[ProofMonth]] = field(default_factory=dict[str, Sequence[ProofMonth]])
    events: Sequence[tuple[date, str]] = ()
    nothing: bool = False

    @property
    def series(self) -> Series:
        """The figure per month."""
        return self.found.series

    @property
    def sign(self) -> float:
        """Direction in which something else would have to push to make what was found."""
        worse = 1.0 if self.case.plan.metric.lower_is_better else -1.0
        return worse if self.nothing else 1.0 if self.found.effect > 0 else -1.0

    @property
    def any(self) -> bool:
        """Whether anything was found that something else could have made."""
        return self.nothing or self.stands(self.found.effect, self.found.half)

    def stands(self, effect: float, half: float) -> bool:
        """Whether what was found still is so with an effect that was found another way."""
        return half - effect * self.sign < self.case.plan.smallest_effect if self.nothing else self.moved(effect, half)

    def moved(self, effect: float, half: float) -> bool:
        """Whether this is more than chance in the direction that makes what was found."""
        return effect * self.sign > half


def assumptions(checked: Checked) -> tuple[Assumption, ...]:
    """Every assumption with what was found, those that can fake an effect first."""
    return tuple(one for check in _CHECKS for one in check(checked))


def holding(found: Sequence[Assumption], *, alone: bool) -> tuple[Assumption, ...]:
    """The checks that hold a verdict back: those by which something else may have made what was found.

    alone  The population is compared with nothing but itself: then a season must be known not to have made it.
    """
    return tuple(
        one
        for one in found
        if (one.passed is False and one.name in FAKING) or (alone and one.passed is None and one.name == SEASON)
    )


def _pre_trend(checked: Checked) -> list[Assumption]:
    """Whether the months before were already on their way, and whether the effect is more than that way going on."""
    series, case, name = checked.series, checked.case, "pre-trend"
    slope = slope_of(series.times.tolist(), series.y.tolist())
    if isinstance(slope, NotEnoughData):
        return [Assumption(name, None, f"With {slope.have} months before, no drift can be seen.")]
    steps = amount(case.plan.metric, slope.value)
    if slope.p_value is None or slope.p_value >= DRIFTS:
        if case.compared is not None:
            return [
                Assumption(name, True, f"Before, both groups moved alike: apart by {steps} a month, within chance.")
            ]
        return [Assumption(name, True, f"Before, there was no clear drift: {steps} a month, within chance.")]
    if slope.value * checked.sign < 0:
        return [Assumption(name, True, f"Before, it drifted the other way, by {steps} a month.")]
    said = (
        f"Before, it already drifted the wrong way, by {steps} a month"
        if checked.nothing
        else f"Before, it already drifted this way, by {steps} a month"
    )
    going_on = series.foreseen(drift=True)
    if isinstance(going_on, NotEnoughData):
        return [Assumption(name, False, f"{said}; with too few months to tell the effect from that.")]
    still = checked.stands(series.seen() - going_on.value, going_on.half(CONFIDENCE))
    if checked.nothing:
        return [
            Assumption(name, True, f"{said}; even beside that going on an effect worth having would have shown.")
            if still
            else Assumption(name, False, f"{said}; that going on may hide an effect worth having.")
        ]
    return [
        Assumption(name, True, f"{said}; the effect is more than that going on.")
        if still
        else Assumption(name, False, f"{said}; that going on may be all there is.")
    ]


def _placebo_date(checked: Checked) -> list[Assumption]:
    """Whether the same method finds an effect where nothing was shipped, three months earlier."""
    series, name, needed = checked.series, "placebo", BASELINE_MONTHS + WINDOW_MONTHS
    have = len(series.y)
    if have < needed:
        return [Assumption(name, None, f"A trial without the action needs {needed} months before; there are {have}.")]
    earlier = series.placebo(WINDOW_MONTHS)
    found = earlier.foreseen()
    if isinstance(found, NotEnoughData):
        return [Assumption(name, None, f"A trial without the action cannot be made: {found.reason}.")]
    effect, half = earlier.seen() - found.value, found.half(CONFIDENCE)
    said = ranging(checked.case.plan.metric, effect, effect - half, effect + half)
    if checked.moved(effect, half):
        if checked.nothing:
            return [
                Assumption(name, False, f"Three months earlier, without the action, it moved the wrong way: {said}.")
            ]
        return [Assumption(name, False, f"Three months earlier, without the action, the same is found: {said}.")]
    return [Assumption(name, True, f"Three months earlier, without the action, no such effect is found: {said}.")]


def _placebo_units(checked: Checked) -> list[Assumption]:
    """Whether the gap of the population stands out among those of groups that the action did not reach."""
    placebo, name = checked.found.placebo, "units"
    if placebo is None:
        few = f"Fewer than {MIN_UNITS} other groups have customers in every month: they are compared with as one group."
        return [Assumption(name, None, few)] if checked.case.plan.comparison == "units" else []
    least = 1 / placebo.units
    said = (
        f"Among {placebo.units} groups its gap ranks {placebo.rank}, p = {placebo.p_value:.2g}; "
        f"the smallest p that so many can give is {least:.2g}."
    )
    stands_out = placebo.p_value <= max(UNUSUAL, least)
    return [Assumption(name, stands_out or checked.nothing or not checked.any, said)]


def _autocorrelation(checked: Checked) -> list[Assumption]:
    """How months go together, and whether the textbook's robust error says the same."""
    series, name = checked.series, "autocorrelation"
    found = level_change(np.concatenate([series.y, series.after]).tolist(), len(series.y))
    if isinstance(found, NotEnoughData) or found.p_value is None:
        return [Assumption(name, None, "Too few months to see whether neighbouring ones go together.")]
    lag, (low, high) = _lag(series.y), found.limits
    said = (
        f"Neighbouring months correlate by {lag:+.2f}; mean after less mean before, with the error of Newey and West: "
        f"{ranging(checked.case.plan.metric, found.difference, low, high)}."
    )
    agrees = checked.stands(found.difference, (high - low) / 2)
    return [Assumption(name, agrees or not checked.any, said)]


def _lag(y: np.ndarray) -> float:
    """Correlation of each month with the next."""
    left = y - y.mean()
    square = float(left @ left)
    return float(left[1:] @ left[:-1]) / square if square else 0.0


def _seasonality(checked: Checked) -> list[Assumption]:
    """Whether the same months a year before were as different already."""
    beside = _beside_last_year(checked)
    if beside is None:
        said = "The same months a year before are not compared with: a season cannot be told from an effect."
        shared = "The same months a year before are not compared with; a season of both groups falls out beside them."
        return [Assumption(SEASON, None, said if checked.case.compared is None else shared)]
    said = f"Beside the same months a year before it moved by {amount(checked.case.plan.metric, beside)}"
    if checked.nothing and -beside * checked.sign >= checked.case.plan.smallest_effect:
        return [Assumption(SEASON, False, f"{said}: the season may hide an effect worth having.")]
    left = beside * checked.sign >= SAME_AS_LAST_YEAR * abs(checked.found.effect)
    if checked.any and not checked.nothing and not left:
        return [Assumption(SEASON, False, f"{said} only: the season may be all there is.")]
    if checked.series.wave:
        return [Assumption(SEASON, True, f"{said}; a yearly wave is taken off.")]
    return [Assumption(SEASON, True, f"{said}; with less than two years before, no yearly wave can be taken off.")]


def _beside_last_year(checked: Checked) -> float | None:
    """Mean of the months after less the same months of the years before; None where fewer than half are known."""
    case, series = checked.case, checked.series
    known = dict(zip(case.before.starts, series.y.tolist(), strict=True))
    if not season_known(case.after.starts, known):
        return None
    years = [[known[day] for day in years_before(start, known)] for start in case.after.starts]
    kept = np.array([bool(past) for past in years])
    moved = np.array([seen - float(np.mean(past)) for seen, past in zip(series.after, years, strict=True) if past])
    return float(np.average(moved, weights=series.share[kept]))


def _mix(checked: Checked) -> list[Assumption]:
    """Whether other customers, not the same ones differently, make the effect: Kitagawa's mix, by each attribute."""
    moved = {name: _mix_of(rows, checked.case) for name, rows in checked.parts.items()}
    known = {name: value for name, value in moved.items() if value is not None}
    if not known:
        return [Assumption("mix", None, "No attribute is known by which the mix of customers could be looked at.")]
    found = checked.found
    most = max(sorted(known), key=lambda name: known[name] * checked.sign)
    value = amount(checked.case.plan.metric, known[most])
    if checked.stands(found.effect - known[most], found.half) or not checked.any:
        return [Assumption("mix", True, f"Another mix of customers makes {value} of the change at most ({most}).")]
    if checked.nothing:
        hides = f"Another mix of customers makes {value} of the change ({most}) and may hide an effect worth having."
        return [Assumption("mix", False, hides)]
    return [
        Assumption(
            "mix", False, f"Another mix of customers makes {value} of the change ({most}): the rest may be chance."
        )
    ]


def _mix_of(rows: Sequence[ProofMonth], case: Case) -> float | None:
    """What the change of the mix accounts for: in the population, less in the comparison."""
    mine = _mix_within([row for row in rows if row.group == TREATED], case)
    if mine is None or case.compared is None or case.plan.comparison == "units":
        return mine
    other = _mix_within([row for row in rows if row.group == COMPARISON], case)
    return None if other is None else mine - other


def _mix_within(rows: Sequence[ProofMonth], case: Case) -> float | None:
    names = sorted({row.part for row in rows})
    split = [monthly([row for row in rows if row.part == name]) for name in names]
    before, after = ([part.only(side.starts) for part in split] for side in (case.before, case.after))
    sizes = [[float(part.customers) for part in side] for side in (before, after)]
    if len(names) < 2 or not all(sum(side) for side in sizes):
        return None
    rates = [[part.mean if part.starts else None for part in side] for side in (before, after)]
    return kitagawa(sizes[0], rates[0], sizes[1], rates[1]).mix


def _regression(checked: Checked) -> list[Assumption]:
    """How far the figures that made one act would have moved back by themselves; they are no part of the baseline."""
    case, name = checked.case, "regression-to-the-mean"
    if case.plan.chosen_from is None:
        said = "By which figures the action was chosen is not on record; what was picked for being extreme moves back."
        return [Assumption(name, None, said)]
    said = "The months by which the action was chosen are not compared with"
    chosen = case.whole.only([day for day in case.whole.starts if left_out(case.plan, day)])
    back = _expected_back(case.before, chosen) if chosen.starts else None
    if back is None:
        return [Assumption(name, True, f"{said}.")]
    metric = case.plan.metric
    extreme, normal, moved = level(metric, chosen.mean), level(metric, case.before.mean), amount(metric, back)
    return [
        Assumption(name, True, f"{said}: from {extreme} (others before: {normal}) {moved} come back by themselves.")
    ]


def _expected_back(before: Monthly, chosen: Monthly) -> float | None:
    """Barnett's expected move, of a mean over as many months as were chosen, in its direction."""
    spread = float(before.rates.std(ddof=1)) / sqrt(len(chosen.starts)) if len(before.starts) > 2 else 0.0
    if spread <= 0:
        return None
    side: Literal["less", "greater"] = "greater" if chosen.mean > before.mean else "less"
    lasting = min(max(_lag(before.rates), 0.0), 1.0)
    back = expected_return(before.mean, spread, chosen.mean, lasting, selected=side)
    return -back if side == "greater" else back


def _dispersion(checked: Checked) -> list[Assumption]:
    found = checked.found.dispersion
    if found is None:
        return []
    said = f"Months vary {found:.1f} times as much as the chance of their customers; the interval allows for it."
    return [Assumption("overdispersion", True, said)]


def _followed(checked: Checked) -> list[Assumption]:
    """Customers signed shortly before shipping, whose first days the action may have reached."""
    metric, shipped = checked.case.plan.metric, checked.case.shipped_on
    if not metric.by_signing or months_later(checked.case.before.starts[-1], 1) + timedelta(metric.days) <= shipped:
        return []
    said = f"Customers signed in the {metric.days} days before shipping were followed past it: if it reached them too, "
    return [Assumption("followed", None, said + "the effect is larger than said.")]


def _population(checked: Checked) -> list[Assumption]:
    """Who is counted in past months goes by attributes as they are known now, or were at the loss."""
    plan = checked.case.plan
    groups = (plan.population, *((plan.against,) if plan.comparison == "segment" else ()))
    chosen = {c.attribute for group in groups for c in (*group.conditions, *group.without)}
    chosen |= {plan.units} if plan.comparison == "units" else set()
    if not chosen:
        return []
    names = ", ".join(sorted(chosen))
    said = f"Who is counted goes by {names} as known today, or when a customer left: who changed since moves along."
    return [Assumption("population", None, said)]


def _other_events(checked: Checked) -> list[Assumption]:
    """What else happened around shipping: whether it had a part cannot be checked, and it holds nothing back.

    What the log names on the very day of shipping is the action's own entry.
    """
    shipped, name = checked.case.shipped_on, "other-events"
    near = [(day, title) for day, title in checked.events if day >= months_later(shipped, -1)]
    own = "; ".join(title for day, title in near if day == shipped)
    taken = [Assumption(name, None, f"On the day it shipped the log names {own}: taken for the action.")] if own else []
    found = [f"{title} ({day})" for day, title in near if day != shipped]
    if not found:
        return [*taken, Assumption(name, True, "No other event is on record from a month before shipping on.")]
    shown, more = "; ".join(found[:EVENTS_NAMED]), len(found) - EVENTS_NAMED
    if more > 0:
        said = f"Other events that may have had a part, which holds nothing back: {shown}; and {more} more."
    else:
        said = f"Other events that may have had a part, which holds nothing back: {shown}."
    return [*taken, Assumption(name, None, said)]


_CHECKS: tuple[Callable[[Checked], list[Assumption]], ...] = (
    _pre_trend,
    _placebo_date,
    _placebo_units,
    _autocorrelation,
    _seasonality,
    _mix,
    _regression,
    _dispersion,
    _followed,
    _population,
    _other_events,
)

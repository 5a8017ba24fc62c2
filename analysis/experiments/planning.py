"""How many customers a plan needs, how long that takes, and what can be shown with those there will be.

Everything is computed from the company's own rates: the measure among those who could take part, as if they had been
assigned one horizon ago, and how many new ones come each month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING

from analysis.experiments.checks import AFTERWARDS, computable, is_share
from analysis.results import NotEnoughData
from analysis.statistics import power as of
from analysis.statistics.means import BEFORE, PER, VALUE, ratio_variance, variance_of
from analysis.statistics.sequential import inflation
from data.queries.measured import DAYS_A_MONTH
from data.queries.own_rates import flow, own_rates
from data.records import Segment
from data.records_experiments import Moments, Plan, Variant

if TYPE_CHECKING:
    from data.engine import Engine

LEAST = 10
"""Customers, or groups, below which a rate is not taken as the company's own; groups a variant needs at least."""

HORIZONS = (3, 6, 12, 14)
"""Months for which is said what could be shown."""

STEPS = 20


@dataclass(frozen=True)
class Own:
    """What the company's own data tell a plan.

    customers  The primary measure of each customer who could have taken part. groups: of each group that would be
               assigned together, as sums with the number of customers in `per`; None where each is assigned alone.
    there      Customers who could take part now; per_month: who come anew in a month.
    counted    Share of them (or of their groups) that the measure can be judged by: of renewals those that fall due.
    """

    customers: Moments
    groups: Moments | None
    there: int
    per_month: float
    counted: float = 1.0


@dataclass(frozen=True)
class Need:
    """What a plan needs to find its smallest effect with its power.

    size           Units over all variants: customers, or groups. by_variant: of each, in their order.
    customers      As many as belong to these units.
    baseline       Of the primary measure without an offer; spread: its standard deviation per unit, None for a share;
                   of money and use what is left of it when the same figure before is taken into account, as it will be.
    times          How many times the size of a plan that is looked at once, because of its looks.
    comparisons    Variants compared with the control; each may err with alpha over their number.
    design_effect  How many times as many customers as if each were assigned alone; None without groups.
    months         Until so many can be assigned; None where too few ever come. wait: months of the horizon after that.
    """

    size: int
    by_variant: tuple[tuple[str, int], ...]
    customers: int
    baseline: float
    spread: float | None
    times: float
    comparisons: int
    design_effect: float | None
    months: float | None
    wait: float


@dataclass(frozen=True)
class PowerRow:
    """How likely an effect of this size is found with the customers planned."""

    effect: float
    power: float


@dataclass(frozen=True)
class Reach:
    """What the population shows after some months: customers (or groups) there are by then, and the smallest effect."""

    months: int
    units: int
    effect: float | NotEnoughData


@dataclass(frozen=True)
class _Basis:
    """What sizes are computed from: mean and standard deviation of one unit, and customers per unit."""

    baseline: float
    spread: float | None
    per_unit: float
    design_effect: float | None


def own(engine: Engine, plan: Plan) -> Own:
    """The company's own rates and numbers for a plan, from the data of a release."""
    there, per_month = flow(engine, plan.eligible)
    then = _known_then(plan.eligible)
    groups = own_rates(engine, then, plan.primary, plan.unit) if plan.unit else None
    customers, counted = own_rates(engine, then, plan.primary), 1.0
    if plan.primary.kind == "renewed":
        everybody = own_rates(engine, then, replace(plan.primary, kind="retained"), plan.unit).n
        counted = (groups or customers).n / everybody if everybody else 1.0
    return Own(customers, groups, there, per_month, counted or 1.0)


def _known_then(eligible: Segment) -> Segment:
    """The segment as far as it could be told a horizon ago: who is active now has not left since."""
    kept = tuple(condition for condition in eligible.conditions if condition.attribute not in AFTERWARDS)
    whole = all(condition.attribute not in AFTERWARDS for condition in eligible.without)
    return Segment(kept, eligible.without if whole else ())


def with_own_rates(plan: Plan, known: Own) -> Plan | NotEnoughData:
    """The plan with baseline, spread and size as the company's own rates give them; what it says itself stays."""
    found = need(plan, known)
    if isinstance(found, NotEnoughData):
        return found
    return replace(plan, baseline=found.baseline, spread=plan.spread or _plain_spread(plan, known), size=found.size)


def need(plan: Plan, known: Own) -> Need | NotEnoughData:
    """The size a plan needs, and how long it takes to have so many.

    Several variants are compared with the control at alpha over their number each (the first step of Holm's rule,
    which all of them have to pass in the worst case).

    NotEnoughData where the data give no rate, or the effect is not possible.

    Source    Holm (1979), Scandinavian Journal of Statistics 6:65-70; Donner & Klar (2000), Design and Analysis of
              Cluster Randomization Trials, 5.2, for groups, whose ratio is judged by the delta method; Deng et al.
              (2013), WSDM, 123-132, for what was known before.
    """
    basis = _basis(plan, known)
    if isinstance(basis, NotEnoughData):
        return basis
    if basis.spread is None and not 0 <= basis.baseline + _signed(plan, plan.smallest_effect) <= 1:
        return NotEnoughData("an effect of this size is not possible", 0, 1)
    times = _times(plan)
    units = max(_units_of(plan, basis, variant) / plan.control.share for variant in _compared(plan)) * times
    units /= known.counted
    by_variant = tuple((v.name, max(ceil(units * v.share - 1e-9), _least(plan, v))) for v in plan.variants)
    size = sum(n for _name, n in by_variant)
    return Need(
        size=size,
        by_variant=by_variant,
        customers=ceil(size * basis.per_unit - 1e-9),
        baseline=basis.baseline,
        spread=basis.spread,
        times=times,
        comparisons=len(_compared(plan)),
        design_effect=basis.design_effect,
        months=months_until(plan, known, size),
        wait=plan.primary.days / DAYS_A_MONTH,
    )


def power_curve(plan: Plan, known: Own, size: int | None = None) -> tuple[PowerRow, ...] | NotEnoughData:
    """Power by effect, up to twice the smallest one worth having, with the planned size or another one."""
    basis = _basis(plan, known)
    units = size or plan.size
    if isinstance(basis, NotEnoughData):
        return basis
    if not units:
        return NotEnoughData("no customers are planned", 0, 1)
    most = min(2 * plan.smallest_effect, _room(plan, basis))
    effects = [most * step / STEPS for step in range(1, STEPS + 1)]
    judged = units * known.counted
    return tuple(PowerRow(effect, _power(plan, basis, judged, effect)) for effect in effects)


def reach(plan: Plan, known: Own, months: Iterable[int] = HORIZONS) -> tuple[Reach, ...]:
    """The smallest effect the population can show after some months, by the power of the plan."""
    return tuple(Reach(m, population(plan, known, m), smallest_effect(plan, known, m)) for m in months)


def smallest_effect(plan: Plan, known: Own, months: int) -> float | NotEnoughData:
    """The smallest effect that everybody who can be assigned within some months shows."""
    basis = _basis(plan, known)
    if isinstance(basis, NotEnoughData):
        return basis
    units = population(plan, known, months)
    few = min(int(units * v.share) for v in (plan.control, *_compared(plan)))
    if plan.unit and few < LEAST:
        return NotEnoughData("too few groups in a variant to compare", few, LEAST)
    n = units * known.counted * plan.control.share / _times(plan)
    found = [_smallest(plan, basis, n, variant) for variant in _compared(plan)]
    effects = [effect for effect in found if not isinstance(effect, NotEnoughData)]
    return max(effects) if len(effects) == len(found) else next(e for e in found if isinstance(e, NotEnoughData))


def population(plan: Plan, known: Own, months: float) -> int:
    """Customers (or groups) that can be assigned within some months, without the holdout."""
    there = (known.there + known.per_month * months) * (1 - plan.holdout)
    return floor(there / _per_unit(known) + 1e-9)


def months_until(plan: Plan, known: Own, size: int) -> float | None:
    """Months until so many customers (or groups) can be assigned; 0 = there are enough, None = never."""
    missing = size * _per_unit(known) / (1 - plan.holdout) - known.there
    if missing <= 0:
        return 0.0
    return missing / known.per_month if known.per_month > 0 else None


def _basis(plan: Plan, known: Own) -> _Basis | NotEnoughData:
    if not computable(plan):
        return NotEnoughData("the plan holds numbers that no size can be computed from", 0, 1)
    if plan.unit:
        return _of_groups(known)
    spread = None if is_share(plan) else plan.spread
    if plan.baseline is not None and (is_share(plan) or spread is not None):
        return _Basis(plan.baseline, spread, 1.0, None)
    one = _one(known.customers)
    if one is None:
        return NotEnoughData("too few customers to take a rate from", known.customers.n, LEAST)
    baseline = one.mean if plan.baseline is None else plan.baseline
    if is_share(plan):
        return _Basis(baseline, None, 1.0, None)
    spread = spread or _left(known, one)
    return _Basis(baseline, spread, 1.0, None) if spread else NotEnoughData("all customers have the same value", 0, 1)


def _of_groups(known: Own) -> _Basis | NotEnoughData:
    groups = known.groups or Moments(0, {})
    one, alone = _one(groups), _one(known.customers)
    if one is None:
        return NotEnoughData("too few groups to take a rate from", groups.n, LEAST)
    if not one.spread:
        return NotEnoughData("all groups have the same value", groups.n, groups.n + 1)
    size = groups.mean[PER]
    if alone is None or not alone.spread:
        return _Basis(one.mean, one.spread, size, None)
    # Groups whose customers seem less alike than chance makes them are so by chance.
    effect = max(one.spread**2 * size / alone.spread**2, 1.0)
    return _Basis(one.mean, alone.spread * sqrt(effect / size), size, effect)


@dataclass(frozen=True)
class _One:
    """Mean and standard deviation of one customer, or of one group's part in a ratio."""

    mean: float
    spread: float


def _one(moments: Moments) -> _One | None:
    """None where there are too few; a ratio by the delta method."""
    if moments.n < LEAST:
        return None
    if PER not in moments.mean:
        return _One(moments.mean[VALUE], sqrt(variance_of(moments)))
    if moments.mean[PER] <= 0:
        return None
    return _One(moments.mean[VALUE] / moments.mean[PER], sqrt(ratio_variance(moments)))


def _left(known: Own, one: _One) -> float:
    """The standard deviation that is left when what was known before is taken into account."""
    return one.spread * sqrt(1 - _explained(known.customers))


def _explained(moments: Moments) -> float:
    """Share of the variance (0-1) that the same figure before the assignment explains: CUPED takes it out."""
    if BEFORE not in moments.mean:
        return 0.0
    both = variance_of(moments, BEFORE) * variance_of(moments)
    return min(moments.covariance[BEFORE, VALUE] ** 2 / both, 1.0) if both else 0.0


def _plain_spread(plan: Plan, known: Own) -> float | None:
    """Standard deviation of one customer's value; none for a share, which its baseline gives."""
    one = _one(known.customers)
    return None if is_share(plan) or one is None else _left(known, one) or None


def _units_of(plan: Plan, basis: _Basis, variant: Variant) -> float:
    """Units in the control that the comparison with one variant needs, looked at once."""
    effect, level = _signed(plan, plan.smallest_effect), _level(plan)
    if basis.spread is None:
        return of.size_for_proportions(
            basis.baseline, effect, power=plan.power, alpha=level, shares=_pair(plan, variant)
        )
    return of.size_for_means(basis.spread, effect, power=plan.power, alpha=level, shares=_pair(plan, variant))


def _power(plan: Plan, basis: _Basis, units: float, effect: float) -> float:
    """Power of the comparison that has the least."""
    n, level = units * plan.control.share / _times(plan), _level(plan)
    if basis.spread is None:
        signed = _signed(plan, effect)
        found = (
            of.power_of_proportions(n, basis.baseline, signed, alpha=level, shares=_pair(plan, variant))
            for variant in _compared(plan)
        )
    else:
        spread = basis.spread
        found = (
            of.power_of_means(n, spread, effect, alpha=level, shares=_pair(plan, variant))
            for variant in _compared(plan)
        )
    return min(found)


def _smallest(plan: Plan, basis: _Basis, n: float, variant: Variant) -> float | NotEnoughData:
    level, pair = _level(plan), _pair(plan, variant)
    if basis.spread is not None:
        return of.smallest_effect_of_means(n, basis.spread, power=plan.power, alpha=level, shares=pair)
    way = "decrease" if plan.primary.better_lower else "increase"
    return of.smallest_effect_of_proportions(
        n, basis.baseline, power=plan.power, alpha=level, shares=pair, direction=way
    )


def _room(plan: Plan, basis: _Basis) -> float:
    """The largest effect that is possible."""
    if basis.spread is not None:
        return float("inf")
    return basis.baseline if plan.primary.better_lower else 1 - basis.baseline


def _signed(plan: Plan, effect: float) -> float:
    return -effect if plan.primary.better_lower else effect


def _compared(plan: Plan) -> list[Variant]:
    return [variant for variant in plan.variants[1:] if variant.share > 0]


def _pair(plan: Plan, variant: Variant) -> tuple[float, float]:
    return plan.control.share, variant.share


def _level(plan: Plan) -> float:
    return plan.alpha / max(len(_compared(plan)), 1)


def _least(plan: Plan, variant: Variant) -> int:
    """Groups a variant needs in any case: of fewer, nobody knows how they differ."""
    return LEAST if plan.unit and variant.share > 0 else 0


def _times(plan: Plan) -> float:
    return inflation(plan.looks, plan.stopping, _level(plan), plan.power)


def _per_unit(known: Own) -> float:
    return known.groups.mean["per"] if known.groups is not None and known.groups.n else 1.0

"""After the verdict: does the effect last, does it fade, do segments differ? Explored, not proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.experiments import compare
from analysis.experiments.compare import Level
from analysis.experiments.judge import costs
from analysis.experiments.watch import counted, reading_of
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.proportions import z_value
from data.queries import experiments as counts
from data.queries.experiments import Counts
from data.records_experiments import Experiment, Measure, Moments, Reading

if TYPE_CHECKING:
    from data.engine import Engine

LATER = (30, 60, 90, 180, 365)
"""Days after the assignment at which the effect is looked at again."""
FEW = 20
"""Customers of a segment, over control and variant, below which no effect is shown."""


@dataclass(frozen=True)
class SegmentEffect:
    """The effect within one value of an attribute; q_value: over all values that were looked at."""

    value: str
    variant: str
    control_n: int
    variant_n: int
    difference: Comparison | NotEnoughData
    q_value: float | None


@dataclass(frozen=True)
class Segments:
    """Effects within the values of an attribute.

    differ  p-value that the effect is the same in all (Cochran's Q); None where fewer than two can be compared.
    """

    attribute: str
    rows: tuple[SegmentEffect, ...]
    differ: float | None


@dataclass(frozen=True)
class Lasting:
    """The effect so many days after the assignment, on the customers that can be followed so far."""

    days: int
    variant: str
    customers: int
    difference: Comparison | NotEnoughData


@dataclass(frozen=True)
class Novelty:
    """The effect on the first half of those assigned against that on the second; None where it cannot be told.

    difference  Second less first: an effect that wears off is smaller later.
    """

    variant: str
    first: Comparison | NotEnoughData
    second: Comparison | NotEnoughData
    difference: Comparison | None


def segments(engine: Engine, experiment: Experiment, attribute: str) -> Segments:
    """The effect on the primary measure within each value of an attribute, as an exploration.

    Source of the test that all are equal: Cochran (1954), Biometrics 10:101-129.
    """
    plan = experiment.plan
    reading = replace(reading_of(experiment), measures=(plan.primary,))
    found = _net(engine, experiment, counts.moments(engine, reading, by=attribute).get(plan.primary.key, {}))
    rows = [
        _segment(value, variant.name, found, experiment)
        for variant in plan.variants[1:]
        for value in sorted({value for _variant, value in found})
    ]
    q_values = benjamini_hochberg([_p(row.difference) for row in rows])
    judged = tuple(replace(row, q_value=q) for row, q in zip(rows, q_values, strict=True))
    first = plan.variants[1].name
    return Segments(attribute, judged, cochran_q([row.difference for row in judged if row.variant == first]))


def _net(engine: Engine, experiment: Experiment, found: Counts) -> Counts:
    """Money net of what the offer costs, as the verdict counts it; any other measure as it is."""
    plan = experiment.plan
    if plan.primary.kind != "revenue":
        return found
    cost = costs(plan, counted(engine, experiment))
    return {key: compare.net_of_cost(arm, cost.get(key[0], 0.0)) if arm.n else arm for key, arm in found.items()}


def _segment(value: str, variant: str, found: dict[tuple[str, str], Moments], experiment: Experiment) -> SegmentEffect:
    plan, nobody = experiment.plan, Moments(0, {"value": 0.0})
    base, treated = (found.get((name, value), nobody) for name in (plan.control.name, variant))
    n = base.n + treated.n
    difference = (
        NotEnoughData("too few customers in this segment", n, FEW)
        if n < FEW
        else compare.difference(base, treated, Level(plan.alpha), share=compare.is_share(plan.primary, base, treated))
    )
    return SegmentEffect(value, variant, base.n, treated.n, difference, None)


def cochran_q(found: Sequence[Comparison | NotEnoughData]) -> float | None:
    """p-value that several independent differences are the same, from their intervals; None for fewer than two."""
    known = [(c.difference, _error(c)) for c in found if isinstance(c, Comparison)]
    weighted = [(difference, 1 / error**2) for difference, error in known if error]
    if len(weighted) < 2:
        return None
    from scipy.stats import chi2

    whole = sum(weight for _difference, weight in weighted)
    mean = sum(difference * weight for difference, weight in weighted) / whole
    q = sum(weight * (difference - mean) ** 2 for difference, weight in weighted)
    return float(chi2.sf(q, len(weighted) - 1))


def lasting(engine: Engine, experiment: Experiment) -> tuple[Lasting, ...]:
    """The primary measure at 30, 60, 90, 180 and 365 days; () where it has no horizon to move."""
    plan = experiment.plan
    if plan.primary.kind == "outcome":
        return ()
    measures = tuple(replace(plan.primary, days=days) for days in sorted({*LATER, plan.primary.days}))
    found = counts.moments(engine, replace(reading_of(experiment), measures=measures))
    return tuple(
        _lasting(measure, variant.name, _net(engine, experiment, found.get(measure.key, {})), experiment)
        for variant in plan.variants[1:]
        for measure in measures
    )


def _lasting(measure: Measure, variant: str, found: dict[tuple[str, str], Moments], experiment: Experiment) -> Lasting:
    base, treated = (compare.arms_of(found, name) for name in (experiment.plan.control.name, variant))
    n = base.n + treated.n
    if min(base.n, treated.n) < compare.LEAST:
        return Lasting(measure.days, variant, n, NotEnoughData("nobody can be followed so far yet", n, FEW))
    share = compare.is_share(measure, base, treated)
    difference = compare.difference(base, treated, Level(experiment.plan.alpha), share=share)
    return Lasting(measure.days, variant, n, difference)


def novelty(engine: Engine, experiment: Experiment) -> tuple[Novelty, ...]:
    """Whether the effect is another one on those assigned late than on those assigned early."""
    plan = experiment.plan
    reading: Reading = replace(reading_of(experiment), measures=(plan.primary,))
    halves = _net(engine, experiment, counts.moments_by_half(engine, reading).get(plan.primary.key, {}))
    return tuple(_novelty(variant.name, halves, experiment) for variant in plan.variants[1:])


def _novelty(variant: str, halves: dict[tuple[str, str], Moments], experiment: Experiment) -> Novelty:
    first, second = (_segment(half, variant, halves, experiment).difference for half in ("first", "second"))
    if isinstance(first, NotEnoughData) or isinstance(second, NotEnoughData):
        return Novelty(variant, first, second, None)
    errors = _error(first), _error(second)
    if None in errors:
        return Novelty(variant, first, second, None)
    from math import erfc, hypot, sqrt

    error = hypot(*(e for e in errors if e is not None))
    difference, half = second.difference - first.difference, z_value(first.confidence) * error
    p_value = erfc(abs(difference) / error / sqrt(2)) if error else None
    between = Comparison(difference, difference - half, difference + half, p_value, "normal", first.confidence)
    return Novelty(variant, first, second, between)


def _error(found: Comparison) -> float | None:
    if found.low is None or found.high is None:
        return None
    return (found.high - found.low) / 2 / z_value(found.confidence)


def _p(found: Comparison | NotEnoughData) -> float | None:
    return None if isinstance(found, NotEnoughData) else found.p_value

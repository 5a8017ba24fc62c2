"""Why did the churn rate change: more customers of kinds that leave often, or customers who leave more often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from analysis.metrics.churn import customer_churn_rate
from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import add_months, floor, previous, range_of, refuse_unseen, shift
from analysis.personas.behaviour import conditions_of_landmarks, refuse_in_periods
from analysis.personas.crosstab import FINDING, MOST_VALUES, values_of
from analysis.personas.dimensions import Value, dimension
from analysis.results import Answer, Comparison, NotEnoughData
from analysis.statistics.decomposition import MixAndRate, kitagawa, mix_against_the_mean
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.proportions import MIN_CUSTOMERS, newcombe_difference, two_proportions_test
from data.errors import ReviewError
from data.queries.crosstab import crosstab_counts
from data.records import Condition, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

Counts = tuple[int, int]
"""Customers at start and those of them lost."""


@dataclass(frozen=True)
class Effect:
    """What one segment adds to the change of the rate.

    share_before, share_after  Of the customers at start; 0 where the segment was not there.
    mix_effect, rate_effect    In points of the rate of everybody (0.01 is one percentage point); mix against the mean.
    rate_low, rate_high        Interval of the rate effect at the shares there were; None without a rate in both.
    p_adjusted                 That the segment's own rate did not change, judged together with those of the others.
    """

    segment: str
    conditions: tuple[Condition, ...]
    before: Counts
    after: Counts
    share_before: float
    share_after: float
    rate_before: Answer
    rate_after: Answer
    mix_effect: float
    rate_effect: float
    rate_low: float | None = None
    rate_high: float | None = None
    p_adjusted: float | None = None

    @property
    def more_than_chance(self) -> bool:
        """Whether the segment's own rate changed beyond chance."""
        return self.p_adjusted is not None and self.p_adjusted < FINDING


@dataclass(frozen=True)
class Change:
    """The change of the churn rate from one period to another, and its parts, which add up to it exactly.

    conditions  What everybody of the later period has in common: that the behaviour asked for was known at its start.
    """

    attribute: str
    before: Period
    after: Period
    rate_before: Answer
    rate_after: Answer
    difference: Comparison | NotEnoughData
    parts: MixAndRate
    effects: tuple[Effect, ...]
    conditions: tuple[Condition, ...] = ()


def change(
    engine: Engine, scope: Scope, attribute: str, against: str = "", *, most: int = MOST_VALUES
) -> Change | NotEnoughData:
    """Mix and rate effects per value of an attribute, between two periods.

    The later period is the range of the scope, else the last complete one of its grain. `against` is the earlier one:
    `previous` (also ''), the same a `year` before, or FROM..TO.
    """
    refuse_outcomes(scope.segment, [attribute])
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    if release.shape == "snapshot":
        raise ReviewError("A snapshot says that customers left, not when: there are no two periods to compare.")
    after = range_of(scope) or last_complete(scope, release.as_of)
    before = earlier(after, scope, against)
    for period in (before, after):
        refuse_unseen(engine, period)
    refuse_in_periods([attribute], after)
    one = dimension(engine, attribute)
    rows = [crosstab_counts(engine, scope.segment, [one], period) for period in (before, after)]
    if not all(sum(row["customers"] for row in found) for found in rows):
        return NotEnoughData("one of the two periods had no customers at its start", 0, 1)
    named = values_of([*rows[0], *rows[1]], 0, one, most)
    found = taken_apart(attribute, named, rows, before, after)
    also = conditions_of_landmarks([attribute], after)
    effects = tuple(replace(e, conditions=(*e.conditions, *also)) for e in found.effects)
    return replace(found, effects=effects, conditions=also)


def last_complete(scope: Scope, as_of: date) -> Period:
    """The last whole period of the grain that the data cover."""
    end = floor(as_of + timedelta(days=1), scope.grain)
    return Period(shift(end, scope.grain, -1), end)


def earlier(after: Period, scope: Scope, against: str) -> Period:
    """The period that a change is counted from."""
    if against == "year":
        return Period(add_months(after.start, -12), add_months(after.end, -12))
    if ".." in against:
        return _named(against)
    if against not in {"", "previous"}:
        raise ReviewError(f"--against {against} is no period. Write previous, year, or FROM..TO with days.")
    if Period(floor(after.start, scope.grain), shift(floor(after.start, scope.grain), scope.grain, 1)) == after:
        return previous(after, scope.grain)
    months = (after.end.year - after.start.year) * 12 + after.end.month - after.start.month
    if after.start.day == after.end.day == 1:
        return Period(add_months(after.start, -months), after.start)
    return Period(after.start - (after.end - after.start), after.start)


def _named(against: str) -> Period:
    start, _, end = against.partition("..")
    try:
        found = Period(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError as wrong:
        raise ReviewError(f"--against {against} is no range of days. Write it as 2026-01-01..2026-04-01.") from wrong
    if found.start >= found.end:
        raise ReviewError(f"The range from {start} to {end} is empty. Choose a start before the end.")
    return found


def taken_apart(
    attribute: str,
    named: Mapping[str, Value],
    rows: Sequence[Sequence[Mapping[str, Any]]],
    before: Period,
    after: Period,
) -> Change:
    """The change from customers counted already: `rows` of the earlier and the later period, by the stored value."""
    values = tuple(dict.fromkeys(named.values()))
    then, now = (_counts(named, found) for found in rows)
    counted = (*_weights_and_rates(values, then), *_weights_and_rates(values, now))
    parts = kitagawa(*counted)
    effects = [_effect(value, then.get(value, (0, 0)), now.get(value, (0, 0)), then, now) for value in values]
    filled = zip(effects, mix_against_the_mean(*counted), parts.rate_by_segment, strict=True)
    effects = [_with_interval(replace(one, mix_effect=mix, rate_effect=rate)) for one, mix, rate in filled]
    (n1, lost1), (n2, lost2) = _whole(then), _whole(now)
    return Change(
        attribute,
        before,
        after,
        _rate((n1, lost1)),
        _rate((n2, lost2)),
        newcombe_difference(lost1, n1, lost2, n2),
        parts,
        _judged(effects),
    )


def _counts(named: Mapping[str, Value], rows: Sequence[Mapping[str, Any]]) -> dict[Value, Counts]:
    found: dict[Value, Counts] = {}
    for row in rows:
        value = named[row["v0"]]
        n, lost = found.get(value, (0, 0))
        found[value] = (n + row["customers"], lost + row["churned"])
    return found


def _weights_and_rates(
    values: Sequence[Value], counts: Mapping[Value, Counts]
) -> tuple[list[float], list[float | None]]:
    pairs = [counts.get(value, (0, 0)) for value in values]
    return [float(n) for n, _ in pairs], [lost / n if n else None for n, lost in pairs]


def _whole(counts: Mapping[Value, Counts]) -> Counts:
    return sum(n for n, _ in counts.values()), sum(lost for _, lost in counts.values())


def _effect(
    value: Value, before: Counts, after: Counts, then: Mapping[Value, Counts], now: Mapping[Value, Counts]
) -> Effect:
    return Effect(
        segment=value.name,
        conditions=value.conditions,
        before=before,
        after=after,
        share_before=before[0] / _whole(then)[0],
        share_after=after[0] / _whole(now)[0],
        rate_before=_rate(before),
        rate_after=_rate(after),
        mix_effect=0.0,
        rate_effect=0.0,
    )


def _rate(counts: Counts) -> Answer:
    n, lost = counts
    if n < MIN_CUSTOMERS:
        return NotEnoughData("fewer customers than a rate needs", n, MIN_CUSTOMERS)
    return customer_churn_rate(lost, n)


def _with_interval(effect: Effect) -> Effect:
    """The interval of the change of the segment's own rate, times its mean share."""
    if not effect.before[0] or not effect.after[0]:
        return effect
    (n1, lost1), (n2, lost2) = effect.before, effect.after
    found = newcombe_difference(lost1, n1, lost2, n2)
    if isinstance(found, NotEnoughData) or found.low is None or found.high is None:
        return effect
    share = (effect.share_before + effect.share_after) / 2
    return replace(effect, rate_low=share * found.low, rate_high=share * found.high)


def _judged(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    q_values = benjamini_hochberg([_p_value(effect) for effect in effects])
    return tuple(replace(effect, p_adjusted=q) for effect, q in zip(effects, q_values, strict=True))


def _p_value(effect: Effect) -> float | None:
    """That the rates of both periods differ by chance; None for small segments and where nobody, or everybody, left."""
    (n1, lost1), (n2, lost2) = effect.before, effect.after
    if min(n1, n2) < MIN_CUSTOMERS or lost1 + lost2 in {0, n1 + n2}:
        return None
    return two_proportions_test(lost1, n1, lost2, n2)

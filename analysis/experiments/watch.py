"""Watching an experiment without reading it: the split first, then how far it is, and whether a look is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from analysis.experiments.results import SPLIT_REFUSES, SPLIT_WARNS, Allowed, Found, Split
from analysis.results import NotEnoughData
from analysis.statistics.multiplicity import holm
from analysis.statistics.proportions import two_proportions_test
from analysis.statistics.sample_ratio import sample_ratio_test
from analysis.statistics.sequential import Spending, spending_bounds
from data.queries import experiments as counts
from data.queries.measured import can_be_measured, table_of
from data.records import EVERYBODY
from data.records_experiments import HOLDOUT, Experiment, Plan, Reading, VariantCount

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class SplitBy:
    """The split of the customers of one day, or of one segment; p_adjusted: among all that stand beside it (Holm)."""

    what: str
    observed: tuple[int, ...]
    split: Split
    p_adjusted: float | None


@dataclass(frozen=True)
class Watch:
    """How far an experiment is; no effect is in it.

    counts      Per variant from assigned down to ready. days: the split of each day of assignment.
    fresh       (table, newest day in it) of what the measures are counted from.
    next_on     When the next look is expected at the pace of the last four weeks; None where that says nothing.
    missing     Measures whose table the release does not hold.
    """

    counts: tuple[VariantCount, ...]
    split: Split
    days: tuple[SplitBy, ...]
    allowed: Allowed
    fresh: tuple[tuple[str, date | None], ...]
    next_on: date | None
    missing: tuple[str, ...] = ()


def reading_of(experiment: Experiment) -> Reading:
    """What is to be counted of an experiment.

    Who was assigned here was eligible then, and stays in whatever changed since: an active customer who left would
    otherwise be no longer one of those who were to be kept.
    """
    plan = plan_of(experiment)
    segment = EVERYBODY if plan.assigned == "here" else plan.eligible
    return Reading(experiment.key, tuple(v.name for v in plan.variants), plan.measures, segment, plan.unit)


def plan_of(experiment: Experiment) -> Plan:
    """The plan in force."""
    return experiment.plan


def watch(engine: Engine, experiment: Experiment) -> Watch:
    """Counts, split and progress of an experiment on a release."""
    plan = plan_of(experiment)
    found = counted(engine, experiment)
    days = counts.assigned_by_day(engine, experiment.key) if engine.has("assignments") else []
    assigned, ready = units_of(engine, experiment, found)
    allowed = allowed_now(experiment, ready, everybody_ready(engine, experiment, found))
    return Watch(
        counts=found,
        split=split_of(plan, assigned),
        # Of groups all customers come on the same day: a single day says nothing of chance.
        days=() if plan.unit else splits_by_day(plan, days),
        allowed=allowed,
        fresh=_fresh(engine, plan),
        next_on=_expected(engine, allowed, ready, days, plan),
        missing=_missing(engine, plan),
    )


def counted(engine: Engine, experiment: Experiment, moments: Found | None = None) -> tuple[VariantCount, ...]:
    """Customers of the variants that are compared; by an outcome of a file those are ready that have a value.

    moments  Of the outcome, where they are known already.
    """
    plan, reading = plan_of(experiment), reading_of(experiment)
    if not engine.has("assignments"):
        return tuple(VariantCount(name, 0, None, 0, 0, 0) for name in reading.variants)
    if plan.primary.kind != "outcome":
        found = {count.variant: count for count in counts.funnel(engine, reading, plan.primary.days)}
        return tuple(found[name] for name in reading.variants)
    if moments is None:
        moments = counts.moments(engine, replace(reading, measures=(plan.primary,)))
    mine = moments.get(plan.primary.key, {})
    known = {name: mine[name, ""].n for name in reading.variants if (name, "") in mine}
    rows = {row["variant"]: row for row in counts.assigned_counts(engine, experiment.key)}
    exposed = any(row["exposed"] for row in rows.values())
    return tuple(_with_values(name, rows.get(name, {}), known.get(name, 0), exposed) for name in reading.variants)


def _with_values(name: str, row: Mapping[str, int], n: int, exposed: bool) -> VariantCount:
    assigned = row.get("assigned", 0)
    return VariantCount(name, assigned, row.get("exposed", 0) if exposed else None, assigned, n, n)


def units_of(
    engine: Engine, experiment: Experiment, found: Sequence[VariantCount], moments: Found | None = None
) -> tuple[tuple[int, ...], int]:
    """Units assigned per variant, and how many of all can be judged: customers, or the groups they were assigned in.

    moments  Of the primary measure, where they are known already.
    """
    plan, reading = plan_of(experiment), reading_of(experiment)
    if not plan.unit or not engine.has("assignments"):
        return tuple(count.assigned for count in found), sum(count.ready for count in found)
    groups = counts.assigned_by(engine, experiment.key, plan.unit)
    # Who belongs to no group was assigned alone.
    many = {
        name: sum(r["n"] if not r["value"] else 1 for r in groups if r["variant"] == name) for name in reading.variants
    }
    if moments is None:
        moments = counts.moments(engine, replace(reading, measures=(plan.primary,)))
    mine = moments.get(plan.primary.key, {})
    return tuple(many.values()), sum(m.n for (name, _by), m in mine.items() if name in many)


def split_of(plan: Plan, observed: Sequence[int]) -> Split:
    """Whether as many customers are in each variant as its share says."""
    shares = [variant.share for variant in plan.variants]
    found = sample_ratio_test(observed, shares)
    if isinstance(found, NotEnoughData):
        return Split("unknown", None, tuple(observed), ())
    return Split(_state(found.p_value), found.p_value, tuple(observed), tuple(found.expected), found.method)


def unevenly_counted(variants: Sequence[tuple[int, int]]) -> bool:
    """Whether of some variants (assigned, of them counted; the control first) a larger part counts than of others.

    A split as planned is worth nothing where the offer decides who is judged: by an outcome that only some have, or by
    a segment that the offer moves customers into. Judged together (Holm), and as strictly as the split.

    Source    Kohavi, Tang & Xu (2020), Trustworthy Online Controlled Experiments, ch. 21 (triggered, filtered users).
    """
    (n, counted), *others = variants
    if not n or not all(assigned for assigned, _ in others):
        return False
    p_values = holm([two_proportions_test(counted, n, some, assigned) for assigned, some in others])
    return any(p is not None and p < SPLIT_REFUSES for p in p_values)


def _state(p_value: float) -> Any:
    if p_value < SPLIT_REFUSES:
        return "broken"
    return "warning" if p_value < SPLIT_WARNS else "fine"


def splits_by_day(plan: Plan, rows: Sequence[dict[str, Any]]) -> tuple[SplitBy, ...]:
    """The split of each day (rows: day, variant, n), judged together."""
    return _splits(plan, [(str(row["day"]), row["variant"], row["n"]) for row in rows])


def splits_by(engine: Engine, experiment: Experiment, attribute: str) -> tuple[SplitBy, ...]:
    """The split within each value of an attribute, judged together."""
    rows = counts.assigned_by(engine, experiment.key, attribute)
    return _splits(plan_of(experiment), [(row["value"], row["variant"], row["n"]) for row in rows])


def _splits(plan: Plan, rows: Sequence[tuple[str, str, int]]) -> tuple[SplitBy, ...]:
    place = {variant.name: i for i, variant in enumerate(plan.variants)}
    found: dict[str, list[int]] = {}
    for what, variant, customers in rows:
        if variant in place:
            found.setdefault(what, [0] * len(place))[place[variant]] += customers
    splits = {what: split_of(plan, observed) for what, observed in found.items()}
    adjusted = holm([split.p_value for split in splits.values()])
    return tuple(
        SplitBy(what, split.observed, split, p) for (what, split), p in zip(splits.items(), adjusted, strict=True)
    )


def everybody_ready(engine: Engine, experiment: Experiment, found: Sequence[VariantCount]) -> bool:
    """Whether nobody is assigned any more and the horizon of everybody lies within the data."""
    if experiment.state in {"ended", "decided"}:
        return sum(count.ready for count in found) == sum(count.paying for count in found)
    ends_on = plan_of(experiment).ends_on
    if engine.release is None or ends_on is None:
        return False
    return engine.release.as_of >= ends_on + timedelta(days=plan_of(experiment).primary.days)


def allowed_now(experiment: Experiment, ready: int, over: bool) -> Allowed:
    """What the stopping plan lets one see with so many customers ready; `over`: no more will come.

    Customers ready are compared with the planned size. A look is due when its share of that size is reached, the last
    one when all of it is, or when nobody can come any more: then it may spend all of the error that is left.
    """
    plan = plan_of(experiment)
    alpha = plan.alpha
    taken = [look for look in experiment.looks if look.kind in {"planned", "final"}]
    share = ready / plan.size if plan.size else (1.0 if over else 0.0)
    if plan.stopping == "always-valid":
        number = 1 + max((look.number for look in experiment.looks if look.kind == "any-time"), default=0)
        return Allowed(number, "any-time", alpha, None, min(share, 1.0))
    if any(look.kind == "final" for look in taken):
        last = taken[-1]
        level = _shared(plan, last.boundary) if last.boundary else alpha
        return Allowed(None, "final", level, last.boundary, 1.0, "The last planned look was taken.")
    final = over or (plan.size > 0 and ready >= plan.size)
    looks = max(plan.looks, 1) if plan.stopping != "fixed" else 1
    reached = looks if final else max((n for n in range(1, looks) if share >= n / looks), default=0)
    last_number = max((look.number for look in taken), default=0)
    if reached <= last_number:
        needed = _needed(plan.size, last_number + 1, looks)
        return Allowed(None, "planned", alpha, None, share, _why(needed, ready, last_number + 1, looks), needed)
    level, boundary = _level(plan, taken, ready, final=final)
    return Allowed(reached, "final" if final else "planned", level, boundary, 1.0 if final else share)


def _needed(size: int, look: int, looks: int) -> int:
    return -(-size * look // looks)


def _why(needed: int, ready: int, look: int, looks: int) -> str:
    if not needed:
        return "The plan has no size: the result is looked at when everybody has reached the horizon."
    return (
        f"Look {look} of {looks} waits for {needed} customers that have reached the horizon; there are {ready}. "
        "Until then only progress is shown: a result looked at whenever one likes is significant far too often."
    )


def _level(plan: Plan, taken: Sequence[Any], ready: int, *, final: bool) -> tuple[float, float | None]:
    """Two-sided level of the look that is due, and its |z|."""
    if plan.stopping not in {"obrien-fleming", "pocock"}:
        return plan.alpha, None
    kind: Spending = "pocock" if plan.stopping == "pocock" else "obrien-fleming"
    # Looks hold who was judged then; of a renewal fewer are judged than are ready.
    before = list(dict.fromkeys(look.information * plan.size for look in taken))
    spent = [min(size / plan.size, 1.0) for size in before] + [1.0 if final else ready / plan.size]
    sizes = [*before, ready]
    bounds = spending_bounds(sizes, spent=spent, alpha=plan.alpha / _comparisons(plan), kind=kind)
    return _shared(plan, bounds.z[-1]), bounds.z[-1]


def _shared(plan: Plan, boundary: float) -> float:
    """Level over all variants of a look at which each of them has its part of the plan's alpha, spent on its own.

    Dividing the level of each look instead would raise false alarms to 1.05 to 1.15 times what was promised.
    """
    return level_of(boundary) * _comparisons(plan)


def _comparisons(plan: Plan) -> int:
    return max(len(plan.variants) - 1, 1)


SMALLEST_LEVEL = 1e-13


def level_of(z: float) -> float:
    """Two-sided probability of a normal value at least so far out."""
    from math import erfc, sqrt

    # A very early look has a bound of 10 and more; 1 less its level would be 1, of which there is no interval.
    return max(erfc(z / sqrt(2)), SMALLEST_LEVEL)


def _missing(engine: Engine, plan: Plan) -> tuple[str, ...]:
    columns = engine.table("assignments").columns if engine.has("assignments") else ()
    known = can_be_measured(engine, plan.measures, columns)
    return tuple(measure.key for measure in plan.measures if measure not in known)


def _fresh(engine: Engine, plan: Plan) -> tuple[tuple[str, date | None], ...]:
    if engine.release is None:
        return ()
    needed = dict.fromkeys(["assignments", *(table_of(m) for m in plan.measures)])
    sources = engine.release.sources
    as_of = engine.release.as_of
    # What was derived reaches as far as the release.
    return tuple((name, _day(sources[name].get("newest")) if name in sources else as_of) for name in needed)


def _day(found: Any) -> date | None:
    return date.fromisoformat(found) if isinstance(found, str) else found


def _expected(engine: Engine, allowed: Allowed, ready: int, days: Sequence[dict[str, Any]], plan: Plan) -> date | None:
    """When as many are ready as the next look needs: those assigned already become ready with time."""
    if allowed.look is not None or not allowed.needed or engine.release is None:
        return None
    as_of, horizon = engine.release.as_of, timedelta(days=plan.primary.days)
    coming = sorted(
        (row["day"] + horizon, row["n"]) for row in days if row["variant"] != HOLDOUT and row["day"] + horizon > as_of
    )
    for day, customers in coming:
        ready += customers
        if ready >= allowed.needed:
            return day
    recent = sum(r["n"] for r in days if as_of - timedelta(days=28) < r["day"] <= as_of)
    if not recent:
        return None
    wait = (allowed.needed - ready) / recent * 28
    return as_of + timedelta(days=round(wait)) + horizon if wait < 3650 else None

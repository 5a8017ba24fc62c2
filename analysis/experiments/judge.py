"""Judging an experiment on one release: refuse what cannot be read, wait until a look is due, then say what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from analysis.experiments import compare
from analysis.experiments.assumptions import agreeing, assumptions, balance_of, followed, ordered
from analysis.experiments.compare import Level
from analysis.experiments.results import (
    Allowed,
    Arm,
    Balance,
    Effect,
    Found,
    Judgement,
    Role,
    Second,
    Split,
    TimeToLoss,
    Verdict,
)
from analysis.experiments.sensitivity import FromEngine, sensitivity
from analysis.experiments.verdict import Facts, refused, verdict, waiting
from analysis.experiments.watch import (
    allowed_now,
    counted,
    everybody_ready,
    plan_of,
    reading_of,
    split_of,
    unevenly_counted,
    units_of,
)
from analysis.results import NotEnoughData
from analysis.statistics.bayesian import beta_binomial, gaussian_effect
from analysis.statistics.log_rank import log_rank
from analysis.statistics.means import MeanDifference
from analysis.statistics.multiplicity import benjamini_hochberg, holm
from analysis.statistics.survival import LifeCounts, kaplan_meier, restricted_mean_difference
from data.queries import experiments as counts
from data.records_experiments import Experiment, Measure, Moments, Plan, VariantCount

if TYPE_CHECKING:
    from data.engine import Engine

BALANCE_REFUSES = 0.001
COMPARE_INSTEAD = (
    "Compare before and after in an improvement action instead: it says what may be concluded without chance deciding."
)
NOT_ALL_COUNT = (
    "Of one variant far more can be judged than of another: who counts depends on what was offered.",
    "Give everybody assigned an outcome, 0 where nothing happened, and choose who takes part by what was known before.",
)


def judge(engine: Engine, experiment: Experiment, *, early: bool = False) -> Judgement:
    """Everything that may be said of an experiment on the release of the engine.

    early  Read it as if a look were due, for an experiment that never had a plan.

    The split is checked first: where it is broken, or customers were not assigned by chance, no effect is computed.
    Without a due look only counts are given, unless the plan is always-valid.
    """
    if engine.release is None:
        raise ValueError("an experiment is judged on a recorded release")
    plan, reading = plan_of(experiment), reading_of(experiment)
    # An outcome that was measured elsewhere says itself who can be judged, and so do groups.
    early_known = engine.has("assignments") and (plan.primary.kind == "outcome" or bool(plan.unit))
    found = counts.moments(engine, reading) if early_known else None
    funnel = counted(engine, experiment, found)
    assigned, ready = units_of(engine, experiment, funnel, found)
    split = split_of(plan, assigned)
    balance = balance_of(engine, reading)
    allowed = allowed_now(experiment, ready, everybody_ready(engine, experiment, funnel))
    if early:
        allowed = Allowed(1, "final", plan.alpha, None, 1.0)
    said = Judgement(
        experiment=experiment,
        release=engine.release.number,
        as_of=engine.release.as_of,
        planned=_planned(engine, experiment),
        arms=_bare(funnel, allowed),
        split=split,
        allowed=allowed,
        balance=balance,
        effects=(),
        verdicts=_barred(plan, split, balance, allowed, funnel, seen=early or _seen(experiment)),
    )
    if said.verdicts:
        return replace(said, checked=assumptions(said, {}))
    return _read(said, counts.moments(engine, reading) if found is None else found, funnel)


def in_full(engine: Engine, experiment: Experiment, *, early: bool = False) -> Judgement:
    """A judgement with the effects computed in other ways, and how long customers stayed."""
    said = judge(engine, experiment, early=early)
    if not said.effects:
        return said
    plan, source = plan_of(experiment), FromEngine(engine, reading_of(experiment))
    others = sensitivity(source, plan, said.effects, said.found)
    times = _times(engine, experiment, [variant.name for variant in plan.variants[1:]])
    checked = ordered([*said.checked, *agreeing(said.effects, others), *followed(engine, experiment)])
    return replace(said, sensitivity=others, times=times, checked=checked)


def _planned(engine: Engine, experiment: Experiment) -> bool:
    """Whether the plan was frozen before anybody had reached its horizon: until then no effect could be seen."""
    if experiment.frozen is None or experiment.started_on is None or not engine.has("assignments"):
        return experiment.frozen is not None
    first = counts.first_day(engine, experiment.key)
    return first is None or experiment.started_on <= first + timedelta(days=experiment.frozen.primary.days)


def _seen(experiment: Experiment) -> bool:
    """Whether the last planned look was taken: from then on nothing is hidden."""
    return any(look.kind == "final" for look in experiment.looks)


def _bare(funnel: Sequence[VariantCount], allowed: Allowed) -> tuple[Arm, ...]:
    unknown = NotEnoughData(allowed.why or "no effect is read", sum(c.ready for c in funnel), allowed.needed)
    return tuple(Arm(c.variant, c.assigned, c.exposed, c.ready, None, unknown) for c in funnel)


def _barred(
    plan: Plan, split: Split, balance: Balance, allowed: Allowed, funnel: Sequence[VariantCount], *, seen: bool
) -> tuple[Verdict, ...]:
    """Verdicts where nothing may be read; () when the experiment can be judged."""
    treated = [variant.name for variant in plan.variants[1:]]
    if not any(count.assigned for count in funnel):
        return refused(
            treated, "Nobody is assigned in these data.", "Assign customers, or load assignments made elsewhere."
        )
    if plan.assigned == "not-by-chance":
        return refused(
            treated, "Customers were not assigned by chance: who got the offer differs in more.", COMPARE_INSTEAD
        )
    if split.state == "broken":
        return refused(
            treated,
            f"The variants do not have the customers they should ({_counted(split)}): somebody is missing, and not by "
            "chance.",
            "Find out where customers are lost between assignment and record, repair it, and run it again.",
        )
    # Customers of one group are alike: their number says nothing of chance.
    if not plan.unit and unevenly_counted([(count.assigned, count.paying) for count in funnel]):
        return refused(treated, *NOT_ALL_COUNT)
    if balance.p_value is not None and balance.p_value < BALANCE_REFUSES:
        return refused(
            treated,
            "The variants were not alike before the offer: chance did not decide who got it.",
            COMPARE_INSTEAD,
        )
    return () if allowed.look is not None or seen else waiting(treated, allowed)


def _counted(split: Split) -> str:
    pairs = zip(split.observed, split.expected, strict=False)
    return ", ".join(f"{seen} for {round(expected, 1):g}" for seen, expected in pairs)


def _read(said: Judgement, found: Found, funnel: Sequence[VariantCount]) -> Judgement:
    plan, level = plan_of(said.experiment), level_of(said)
    cost = costs(plan, funnel)
    effects = effects_of(plan, found, level, cost)
    arms = tuple(_arm(plan, count, found) for count in funnel)
    read = replace(said, arms=arms, effects=effects, found=found)
    treated = [variant.name for variant in plan.variants[1:]]
    read = replace(
        read,
        verdicts=tuple(verdict(facts_of(plan, effects, found, said.allowed, name)) for name in treated),
        second=tuple(s for v in treated if (s := second_opinion(plan, found, v, cost)) is not None),
    )
    return replace(read, checked=assumptions(read, found), notes=_notes(read, found))


def level_of(said: Judgement) -> Level:
    """The level of the primary measure: shared by its variants, and by the looks of the plan."""
    plan = plan_of(said.experiment)
    if plan.stopping == "always-valid":
        return Level(said.allowed.level / max(len(plan.variants) - 1, 1), plan.size or 2)
    return Level(said.allowed.level / max(len(plan.variants) - 1, 1))


def costs(plan: Plan, funnel: Sequence[VariantCount]) -> dict[str, float]:
    """What the offer costs per customer assigned, in cents: only those shown it cost something."""
    shares = {c.variant: 1.0 if c.exposed is None or not c.assigned else c.exposed / c.assigned for c in funnel}
    return {v.name: v.cost_cents * shares.get(v.name, 1.0) for v in plan.variants}


def effects_of(
    plan: Plan, found: Found, level: Level, cost: Mapping[str, float], *, as_means: bool = False
) -> tuple[Effect, ...]:
    """Every measure of every variant against the control, primary first, judged together.

    cost      Cents per customer, by variant. as_means: yes and no are compared as the numbers 1 and 0.
    """
    roles: dict[Measure, Role] = {plan.primary: "primary"}
    roles |= {m: "secondary" for m in plan.secondary if m not in roles}
    roles |= {m: "guardrail" for m in plan.guardrails if m not in roles}
    usual = replace(level, alpha=plan.alpha)
    effects = [
        replace(
            _effect(measure, variant.name, _arms(plan, measure, variant.name, found, cost), lv, as_means), role=role
        )
        for measure, role in roles.items()
        if measure.key in found
        for lv in [level if role == "primary" else usual]
        for variant in plan.variants[1:]
    ]
    return _judged_together(effects)


def _arms(
    plan: Plan, measure: Measure, variant: str, found: Found, cost: Mapping[str, float]
) -> tuple[Moments, Moments]:
    """Control and variant on a measure, money net of cost."""
    names = plan.control.name, variant
    base, value = (compare.arms_of(found[measure.key], name) for name in names)
    if measure.kind == "revenue" and min(base.n, value.n):
        base, value = (compare.net_of_cost(a, cost[n]) for a, n in zip((base, value), names, strict=True))
    return base, value


def _effect(measure: Measure, variant: str, arms: tuple[Moments, Moments], level: Level, as_means: bool) -> Effect:
    share = not as_means and compare.is_share(measure, *arms)
    base, value = (compare.value_of(measure, arm, share=share) for arm in arms)
    difference = compare.difference(*arms, level, share=share)
    known = not isinstance(difference, NotEnoughData)
    # An effect that was adjusted for the time before is no part of the plain mean beside it.
    plain = known and difference.method != "cuped"
    relative = compare.relative(*arms, level, share=share) if plain else None
    return Effect(measure, variant, "primary", value, base, difference, relative=relative)


def _judged_together(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """p-values for as many comparisons as were made: Holm over primary ones, Benjamini-Hochberg over the others."""
    judged: list[Effect] = []
    for primary, way in ((True, holm), (False, benjamini_hochberg)):
        group = [e for e in effects if (e.role == "primary") == primary]
        adjusted = way([_p(effect) for effect in group])
        judged += [replace(e, p_adjusted=p) for e, p in zip(group, adjusted, strict=True)]
    return tuple(judged)


def _p(effect: Effect) -> float | None:
    return None if isinstance(effect.difference, NotEnoughData) else effect.difference.p_value


def _arm(plan: Plan, count: VariantCount, found: Found) -> Arm:
    arm = compare.arms_of(found.get(plan.primary.key, {}), count.variant)
    share = compare.is_share(plan.primary, arm)
    rate = compare.value_of(plan.primary, arm, share=share)
    return Arm(count.variant, count.assigned, count.exposed, arm.n, compare.yes(arm) if share else None, rate)


def facts_of(
    plan: Plan, effects: Sequence[Effect], found: Found, allowed: Allowed, variant: str, *, as_means: bool = False
) -> Facts:
    """What the verdict on a variant rests on."""
    mine = [effect for effect in effects if effect.variant == variant]
    nothing = NotEnoughData("the data hold nothing it could be counted from")
    unmeasured = Effect(plan.primary, variant, "primary", nothing, nothing, nothing)
    base, value = (compare.arms_of(found.get(plan.primary.key, {}), name) for name in (plan.control.name, variant))
    return Facts(
        plan=plan,
        variant=variant,
        primary=next((e for e in mine if e.role == "primary"), unmeasured),
        money=next((e for e in mine if e.measure.kind == "revenue" and e.role != "primary"), None),
        guardrails=tuple(e for e in mine if e.role == "guardrail"),
        arms=(base, value),
        share=not as_means and compare.is_share(plan.primary, base, value),
        level=allowed.level,
        allowed=allowed,
    )


def second_opinion(plan: Plan, found: Found, variant: str, cost: Mapping[str, float]) -> Second | None:
    """The Bayesian reading of the primary measure, money net of cost; None where there is nothing to read."""
    if plan.primary.key not in found:
        return None
    base, value = _arms(plan, plan.primary, variant, found, cost)
    if min(base.n, value.n) < compare.LEAST:
        return None
    lower = plan.primary.better_lower
    if compare.is_share(plan.primary, base, value):
        read = beta_binomial(compare.yes(base), base.n, compare.yes(value), value.n)
        prior = "every share equally likely beforehand"
    else:
        difference = compare.difference(base, value, Level(), share=False)
        if not isinstance(difference, MeanDifference):
            return None
        read = gaussian_effect(difference.difference, difference.error)
        prior = "every difference equally likely beforehand"
    if isinstance(read, NotEnoughData):
        return None
    better = 1 - read.better if lower else read.better
    shipped, stopped = read.loss_if_treatment, read.loss_if_control
    return Second(variant, better, *((stopped, shipped) if lower else (shipped, stopped)), read.low, read.high, prior)


def _times(engine: Engine, experiment: Experiment, treated: Sequence[str]) -> tuple[TimeToLoss, ...]:
    """How long customers stay within the horizon; censored ones included, so that nobody who left is waited for."""
    plan = plan_of(experiment)
    if plan.primary.kind == "outcome" or plan.unit:
        return ()
    days = plan.primary.days
    lives = counts.lives_after(engine, reading_of(experiment), days)
    found = {variant: _lives(*rows) for variant, rows in lives.items() if len(rows[0])}
    control = found.get(plan.control.name)
    if control is None:
        return ()
    return tuple(_time(variant, control, found[variant], days) for variant in treated if variant in found)


def _lives(day: np.ndarray, lost: np.ndarray, censored: np.ndarray) -> LifeCounts:
    return LifeCounts(day.astype(float), lost, censored, np.zeros(len(day), dtype=np.int64))


def _time(variant: str, control: LifeCounts, treated: LifeCounts, days: int) -> TimeToLoss:
    ranks = log_rank([control, treated])
    curves = [kaplan_meier(lives) for lives in (control, treated)]
    known = [curve for curve in curves if not isinstance(curve, NotEnoughData)]
    if len(known) < len(curves):
        return TimeToLoss(variant, NotEnoughData("too few customers"), None)
    difference = restricted_mean_difference(known[0], known[1], days)
    return TimeToLoss(variant, difference, None if isinstance(ranks, NotEnoughData) else ranks.p_value)


def _notes(said: Judgement, found: Found) -> tuple[str, ...]:
    plan = plan_of(said.experiment)
    missing = [m.key for m in plan.measures if m.key not in found]
    notes = (
        [f"Not measured, because the data hold nothing it is counted from: {', '.join(missing)}."] if missing else []
    )
    if len(plan.variants) < 2:
        notes.append("There is one variant alone: nothing to compare it with.")
    if not said.planned:
        notes.append("No plan was frozen before these data came in: read it as a question for the next experiment.")
    return tuple(notes)

"""The verdict on a variant in plain words: ship, stop, cannot tell yet and how many more, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, erfc, sqrt

from analysis.experiments.compare import better, yes
from analysis.experiments.results import Allowed, Effect, Verdict
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.always_valid import critical_z
from analysis.statistics.means import MeanDifference
from analysis.statistics.power import size_for_means, size_for_proportions
from analysis.statistics.proportions import two_proportions_test
from data.records_experiments import SHARES, Measure, Moments, Plan

BROKEN = 0.05
MOST_MOVED = 10_000
"""More customers than this with another outcome are not counted one by one."""
SMALLER = "A smaller effect that counts as worth having."
STEPS = 20
"""Sizes that are tried until size and |z| of an always-valid plan agree."""


@dataclass(frozen=True)
class Facts:
    """What a verdict on one variant rests on.

    primary       Effect on the primary measure; money: on revenue net of cost, None where it is not measured.
    guardrails    Effects that must not get worse, with their p-values over all of them.
    arms          Moments of control and variant on the primary measure; share: it is a share.
    level         Two-sided level of the test now.
    """

    plan: Plan
    variant: str
    primary: Effect
    money: Effect | None
    guardrails: tuple[Effect, ...]
    arms: tuple[Moments, Moments]
    share: bool
    level: float
    allowed: Allowed

    @property
    def each(self) -> float:
        """The level of one variant: all of them share it."""
        return self.level / max(len(self.plan.variants) - 1, 1)

    @property
    def in_points(self) -> bool:
        """Whether effects are said in percentage points: those of shares, also where groups were assigned together."""
        return self.share or self.primary.measure.kind in SHARES


def verdict(facts: Facts) -> Verdict:
    """What follows for a variant; a look that is not the last can end an experiment, or let it go on."""
    found = facts.primary.difference
    if isinstance(found, NotEnoughData) or found.low is None or found.high is None:
        return _cannot_tell(facts, ())
    _value, low, high = better(facts.primary.measure, found)
    if high < 0 and _significant(facts):
        return _worse(facts)
    if low > 0 and _significant(facts):
        return _works(facts)
    if 0 < high < facts.plan.smallest_effect:
        return _not_worth_it(facts)
    if facts.allowed.kind == "planned":
        return _too_early(facts)
    return _cannot_tell(facts, (_between(facts, low, high),))


def _significant(facts: Facts) -> bool:
    """Whether the test over all variants agrees with the interval; a test and its interval differ at the very edge."""
    p_value = facts.primary.p_adjusted
    return p_value is not None and p_value < facts.level


def _works(facts: Facts) -> Verdict:
    hurt = [effect for effect in facts.guardrails if _hurts(effect)]
    if hurt:
        said = f"Stop “{facts.variant}”: it works, but what must not get worse did."
        because = tuple(_hurt(effect) for effect in hurt)
        return Verdict(facts.variant, "stop", said, because, _fragile(facts))
    money = _money(facts)
    if money is not None and money[1] < 0:
        said = f"Stop “{facts.variant}”: it works, but it costs more than it brings."
        return Verdict(facts.variant, "stop", said, (_money_range(facts),), _fragile(facts))
    small = _small(facts)
    if small and (money is None or money[0] <= 0):
        said = f"Stop “{facts.variant}”: it works, but less than would be worth having."
        return Verdict(facts.variant, "stop", said, (small,), (SMALLER,))
    said = f"Ship “{facts.variant}”: the effect is real, and in the right direction."
    because = [_effect_range(facts), *filter(None, [small])]
    if money is not None:
        because.append(_money_range(facts))
    if money is not None and money[0] < 0:
        because.append("Whether it pays is not told: net of cost the money may be less than without the offer.")
    return Verdict(facts.variant, "ship", said, tuple(because), _fragile(facts))


def _hurt(effect: Effect) -> str:
    value, low, high = _numbers(effect)
    return f"{measure_name(effect.measure)}: {value} [{low}, {high}]."


def _worse(facts: Facts) -> Verdict:
    said = f"Stop “{facts.variant}”: customers do worse with it than without."
    return Verdict(facts.variant, "stop", said, (_effect_range(facts),), _fragile(facts))


def _not_worth_it(facts: Facts) -> Verdict:
    said = f"Stop “{facts.variant}”: an effect worth having would have shown."
    return Verdict(facts.variant, "stop", said, (_small(facts),), (SMALLER,))


def _small(facts: Facts) -> str:
    """Where even the best that agrees with the data is less than would be worth having: that; "" otherwise."""
    assert isinstance(facts.primary.difference, Comparison)
    high = better(facts.primary.measure, facts.primary.difference)[2]
    if high >= facts.plan.smallest_effect:
        return ""
    smallest = amount(facts.primary.measure, facts.plan.smallest_effect, share=facts.in_points)
    most = amount(facts.primary.measure, high, share=facts.in_points)
    if facts.in_points:
        return f"At best it is {most} points, less than the {smallest} points that would be worth having."
    return f"At best it is {most}, less than the {smallest} that would be worth having."


def _too_early(facts: Facts) -> Verdict:
    said = f"Go on with “{facts.variant}”: this look does not end the experiment."
    because = (_effect_range(facts),)
    return Verdict(facts.variant, "too-early", said, because, (), needed_more(facts))


def _cannot_tell(facts: Facts, because: tuple[str, ...]) -> Verdict:
    more = needed_more(facts)
    said = f"Cannot tell about “{facts.variant}” yet."
    if isinstance(facts.primary.difference, NotEnoughData):
        because = (f"No test can be made: {facts.primary.difference.reason}.",)
    if more:
        because = (*because, f"{more:,} customers more would likely tell.")
    return Verdict(facts.variant, "cannot-tell", said, because, _fragile(facts), more)


def _between(facts: Facts, low: float, high: float) -> str:
    least, most = (amount(facts.primary.measure, x, share=facts.in_points) for x in (low, high))
    if not facts.plan.smallest_effect:
        return f"No effect at all agrees with the data, and everything else from {least} to {most}."
    if facts.in_points:
        return f"Everything from {least} to {most} points agrees with the data: no effect, and one worth having."
    return f"Everything from {least} to {most} agrees with the data: no effect, and one worth having."


def needed_more(facts: Facts) -> int | None:
    """Customers more, over control and variant, until the smallest effect worth having shows at the planned power.

    Where as many are there already, as many as make the interval shorter than that effect: it can then no longer hold
    both that effect and none.
    """
    control, treatment = facts.arms
    n, effect = control.n + treatment.n, facts.plan.smallest_effect or _seen(facts)
    if min(control.n, treatment.n) < 1 or effect <= 0:
        return None
    sign = -1.0 if facts.primary.measure.better_lower else 1.0
    size = _size(facts, sign * effect)
    if size is None:
        return None
    if size <= n:
        found = facts.primary.difference
        if isinstance(found, NotEnoughData) or found.low is None or found.high is None:
            return None
        size = n * ((found.high - found.low) / effect) ** 2
    return max(ceil(size - n), 0) or None


def _seen(facts: Facts) -> float:
    """Where nobody said what is worth having: the effect there seems to be."""
    found = facts.primary.difference
    return 0.0 if isinstance(found, NotEnoughData) else abs(found.difference)


def _size(facts: Facts, effect: float) -> float | None:
    """Customers over both arms, in the proportion they have now, by the test that the plan makes at its end."""
    early = facts.allowed.kind == "planned"
    alpha = facts.plan.alpha / max(len(facts.plan.variants) - 1, 1) if early else facts.each
    size = _size_at(facts, effect, alpha)
    if size is None or facts.allowed.kind != "any-time":
        return size
    tuned_at = max(facts.plan.size, 2)
    for _ in range(STEPS):
        # The |z| that is needed at any time depends on the customers there are then.
        size = _size_at(facts, effect, erfc(critical_z(size, alpha=alpha, tuned_at=tuned_at) / sqrt(2))) or size
    return size


def _size_at(facts: Facts, effect: float, alpha: float) -> float | None:
    """The same by a test made once at a level."""
    control, treatment = facts.arms
    n = control.n + treatment.n
    shares = (control.n / n, treatment.n / n)
    power = facts.plan.power
    if facts.share:
        # Of 0 or all the rate itself says nothing of the spread: one customer more with, and one without.
        base = (yes(control) + 1) / (control.n + 2)
        if not 0 < base + effect < 1:
            return None
        per_control = size_for_proportions(base, effect, power=power, alpha=alpha, shares=shares)
    else:
        spread = _spread(facts)
        if not spread:
            return None
        per_control = size_for_means(spread, effect, power=power, alpha=alpha, shares=shares)
    return per_control / shares[0]


def _spread(facts: Facts) -> float:
    """Standard deviation that explains the error of the difference, whatever made it (CUPED, ratio, groups)."""
    found = facts.primary.difference
    if not isinstance(found, MeanDifference):
        return 0.0
    control, treatment = facts.arms
    return found.error / (1 / control.n + 1 / treatment.n) ** 0.5


def _hurts(effect: Effect) -> bool:
    found = effect.difference
    if isinstance(found, NotEnoughData) or effect.p_adjusted is None or effect.p_adjusted >= BROKEN:
        return False
    return (found.difference > 0) == effect.measure.better_lower


def _money(facts: Facts) -> tuple[float, float] | None:
    if facts.money is None or isinstance(facts.money.difference, NotEnoughData):
        return None
    low, high = facts.money.difference.low, facts.money.difference.high
    return None if low is None or high is None else (low, high)


def _money_range(facts: Facts) -> str:
    assert facts.money is not None
    value, low, high = _numbers(facts.money)
    return f"Money per customer, net of what the offer costs: {value} [{low}, {high}]."


def _effect_range(facts: Facts) -> str:
    value, low, high = _numbers(facts.primary, share=facts.in_points)
    if facts.in_points:
        return f"The effect: {value} points [{low}, {high}]."
    return f"The effect: {value} [{low}, {high}]."


def _numbers(effect: Effect, *, share: bool = False) -> tuple[str, str, str]:
    """Difference and limits in words."""
    found = effect.difference
    assert isinstance(found, Comparison)
    value, low, high = (
        "?" if x is None else amount(effect.measure, x, share=share) for x in (found.difference, found.low, found.high)
    )
    return value, low, high


def amount(measure: Measure, value: float, *, share: bool) -> str:
    """An effect in figures: percentage points for shares, units of currency for money, else a plain number."""
    if share:
        return f"{value * 100:+.2f}"
    return f"{value / 100:+,.2f}" if measure.kind == "revenue" else f"{value:+,.3g}"


def measure_name(measure: Measure) -> str:
    """A measure for people, in English."""
    if measure.kind == "outcome":
        return " per ".join(filter(None, (measure.column, measure.per)))
    return f"{measure.kind} ({measure.days} days)"


def _fragile(facts: Facts) -> tuple[str, ...]:
    """How few customers with another outcome would turn the test."""
    if not facts.share or facts.allowed.boundary is not None or facts.allowed.kind == "any-time":
        return ()
    moved = fragility(facts.arms, facts.each)
    if moved is None:
        return ()
    if moved == 1:
        return (f"A single customer of {facts.arms[1].n:,} with another outcome would turn the test.",)
    return (f"{moved:,} customers of {facts.arms[1].n:,} with another outcome would turn the test.",)


def fragility(arms: tuple[Moments, Moments], level: float) -> int | None:
    """Fewest customers of the variant whose outcome would have to be the other one for the test to turn.

    None where none of them would do. Source: Walsh et al. (2014), J Clin Epidemiol 67:622-628 (there: Fisher's test).
    """
    control, treatment = arms
    was = _p(control, treatment, 0) < level
    towards = yes(control) * treatment.n > yes(treatment) * control.n
    step = (1 if towards else -1) * (1 if was else -1)
    room = treatment.n - yes(treatment) if step > 0 else yes(treatment)
    if was:
        # Beyond equal rates the test would turn back, in the other direction.
        room = min(room, round(abs(yes(control) / control.n * treatment.n - yes(treatment))))
    low, high = 0, min(room, MOST_MOVED)
    if high == 0 or (_p(control, treatment, step * high) < level) == was:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if (_p(control, treatment, step * middle) < level) == was:
            low = middle
        else:
            high = middle
    return high


def _p(control: Moments, treatment: Moments, moved: int) -> float:
    return two_proportions_test(yes(control), control.n, yes(treatment) + moved, treatment.n)


def refused(variants: Sequence[str], why: str, instead: str) -> tuple[Verdict, ...]:
    """One refusal per variant: nothing is read from the data, and what to do instead."""
    return tuple(Verdict(variant, "refused", f"No reading of “{variant}”.", (why,), (instead,)) for variant in variants)


def waiting(variants: Sequence[str], allowed: Allowed) -> tuple[Verdict, ...]:
    """One verdict per variant while no look is due."""
    return tuple(
        Verdict(variant, "too-early", f"Too early to look at “{variant}”.", (allowed.why,)) for variant in variants
    )

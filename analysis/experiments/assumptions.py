"""What a verdict assumes and whether it holds: the split, chance, alike beforehand, numbers, looks, exposure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analysis.experiments import compare
from analysis.experiments.assign import check_assignments
from analysis.experiments.results import Balance, BalanceRow, Checked, Effect, Found, Judgement, Sensitivity
from analysis.experiments.watch import plan_of
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.balance import balance_test, standardised_difference
from analysis.statistics.multiplicity import holm
from analysis.statistics.proportions import FEW_EXPECTED
from data.queries import experiments as counts
from data.records_experiments import Experiment, Moments, Reading

if TYPE_CHECKING:
    from data.engine import Engine

ENOUGH_GROUPS = 40
"""Groups over all variants from which the normal limit of their means may be trusted (Donner & Klar 2000)."""
MANY_FOR_MEANS = 200
"""Customers per variant from which Welch's test holds for skewed money (statistics of the brief: hundreds per arm)."""


def balance_of(engine: Engine, reading: Reading) -> Balance:
    """Whether control and variants were alike before: each thing known, and all of them together."""
    before = counts.moments_before(engine, reading)
    control, *treated = reading.variants
    rows, tests = [], []
    for variant in treated:
        pairs = {
            what: (arms[control], arms[variant])
            for what, arms in before.items()
            if control in arms and variant in arms and min(arms[control].n, arms[variant].n) >= compare.LEAST
        }
        rows += [_row(what, variant, *pair) for what, pair in pairs.items()]
        found = balance_test(list(pairs.values()))
        tests.append(None if isinstance(found, NotEnoughData) else found)
    # Customers of one group are alike: their number says nothing of chance, and no p-value stands for them together.
    known = [] if reading.unit else [p for p in holm(tests) if p is not None]
    return Balance(tuple(sorted(rows, key=lambda r: -abs(r.standardised))), min(known, default=None))


def _row(what: str, variant: str, base: Moments, value: Moments) -> BalanceRow:
    found = compare.difference(base, value, compare.Level(), share=False)
    p_value = None if isinstance(found, NotEnoughData) else found.p_value
    standardised = standardised_difference(base, value)
    return BalanceRow(what, variant, base.mean["value"], value.mean["value"], standardised, p_value)


def assumptions(said: Judgement, found: Found) -> tuple[Checked, ...]:
    """Every assumption with what the data say of it, broken ones first."""
    rows = (
        _split(said),
        _chance(said),
        _alike(said),
        _planned(said),
        _followed(said),
        *_exposed(said),
        *_numbers(said, found),
    )
    return ordered(rows)


def ordered(rows: Sequence[Checked]) -> tuple[Checked, ...]:
    """Broken ones first, then those that cannot be checked."""
    return tuple(sorted(rows, key=lambda row: {False: 0, None: 1, True: 2}[row.holds]))


def agreeing(effects: Sequence[Effect], others: Sequence[Sensitivity]) -> tuple[Checked, ...]:
    """Whether other ways to compute the effect on the primary measure come to the same end; () without any."""
    by_variant = {e.variant: e for e in effects if e.role == "primary"}
    mine = [s for s in others if s.variant in by_variant and s.measure == by_variant[s.variant].measure]
    apart = [s.what for s in mine if _end(s.difference) != _end(by_variant[s.variant].difference)]
    if apart:
        return (Checked(False, f"Computed otherwise the end is another one: {'; '.join(apart)}."),)
    return (Checked(True, f"Computed in {len(mine)} other ways the end is the same."),) if mine else ()


def followed(engine: Engine, experiment: Experiment) -> tuple[Checked, ...]:
    """Whether the assignments are those that key and customer give; () where they were made elsewhere."""
    plan = experiment.frozen or plan_of(experiment)
    if plan.assigned != "here":
        return ()
    found = check_assignments(engine, plan, experiment.key)
    if found.same == found.every:
        return (Checked(True, f"All {found.every} assignments follow from the key and the customer's id."),)
    said = f"{found.same} of {found.every} assignments follow from the key and the customer's id."
    # What a stratum was then, and the shares before an amendment, are no longer known.
    return (Checked(None if plan.strata or experiment.amendments else False, said),)


def _end(found: Comparison | NotEnoughData) -> int:
    """Which side of zero the interval lies on; 0 where it holds it, or there is none."""
    if isinstance(found, NotEnoughData) or found.low is None or found.high is None:
        return 0
    return (found.low > 0) - (found.high < 0)


def _split(said: Judgement) -> Checked:
    split = said.split
    if split.p_value is None:
        return Checked(None, "The split cannot be checked: nobody is assigned.")
    p = f"{split.p_value:.2g}"
    if split.state == "broken":
        return Checked(False, f"The variants do not have the customers planned (p {p}).")
    if split.state == "warning":
        return Checked(False, f"The split is odd (p {p}), not odd enough to refuse a reading: find out why.")
    return Checked(True, f"The variants have the customers planned (p {p}).")


def _chance(said: Judgement) -> Checked:
    assigned = plan_of(said.experiment).assigned
    if assigned == "not-by-chance":
        return Checked(False, "Customers were not assigned by chance.")
    if assigned == "here":
        return Checked(True, "Customers were assigned by chance, from the key and their id.")
    return Checked(None, "Customers were assigned elsewhere; that it was by chance is taken from the plan.")


def _alike(said: Judgement) -> Checked:
    p_value = said.balance.p_value
    if p_value is None:
        return Checked(None, "Whether the variants were alike before cannot be checked: nothing is known of then.")
    p = f"{p_value:.2g}"
    if p_value < BALANCE_WARNS:
        return Checked(False, f"Before the offer the variants differ more than chance explains (p {p}).")
    return Checked(True, f"Before the offer the variants were alike (p {p}).")


BALANCE_WARNS = 0.01


def _planned(said: Judgement) -> Checked:
    if not said.planned:
        return Checked(False, "No plan was frozen before the data came in.")
    n = len(said.experiment.amendments)
    if n:
        return Checked(None, f"The plan was amended {n} times after the start; each time is on record.")
    return Checked(True, "The plan was frozen at the start and not changed since.")


def _followed(said: Judgement) -> Checked:
    assigned, ready = (sum(getattr(arm, name) for arm in said.arms) for name in ("assigned", "eligible"))
    if not assigned:
        return Checked(None, "Nobody is assigned in these data.")
    share = f"{ready / assigned:.0%}"
    return Checked(True, f"Only who was followed to the horizon counts: {ready} of {assigned} assigned ({share}).")


def _exposed(said: Judgement) -> Iterator[Checked]:
    known = [arm for arm in said.arms if arm.exposed is not None]
    if not known:
        yield Checked(None, "Who saw the offer is not recorded; everybody assigned counts.")
        return
    shares = [(arm.exposed or 0) / max(arm.assigned, 1) for arm in known]
    low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
    said_ = f"Everybody assigned counts, seen or not: {low} to {high} of a variant saw what it was assigned."
    yield Checked(True, said_)


def _numbers(said: Judgement, found: Found) -> Iterator[Checked]:
    plan = plan_of(said.experiment)
    mine = found.get(plan.primary.key)
    if not mine:
        return
    arms = [compare.arms_of(mine, variant.name) for variant in plan.variants]
    if plan.unit:
        groups = sum(arm.n for arm in arms)
        holds = groups >= ENOUGH_GROUPS
        yield Checked(holds, f"Groups were assigned together and are judged together: {groups} groups.")
        return
    yield Checked(True, "Each customer was assigned alone and is judged alone.")
    yield _shares_large_enough(arms) if compare.is_share(plan.primary, *arms) else _means_steady(arms)


def _shares_large_enough(arms: Sequence[Moments]) -> Checked:
    n, successes = sum(arm.n for arm in arms), sum(compare.yes(arm) for arm in arms)
    least = min((arm.n * min(successes, n - successes) / n for arm in arms), default=0) if n else 0
    if least >= FEW_EXPECTED:
        return Checked(True, f"Enough of either outcome is expected in each variant: at least {least:.0f}.")
    return Checked(True, f"Few of one outcome are expected ({least:.1f}): the exact test is used.")


def _means_steady(arms: Sequence[Moments]) -> Checked:
    least = min((arm.n for arm in arms), default=0)
    if least >= MANY_FOR_MEANS:
        return Checked(True, f"Means of at least {least} customers: single large ones move them little; see beside.")
    return Checked(None, f"Means of only {least} customers: compare with the resampled interval.")

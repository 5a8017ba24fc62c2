"""What a plan of proof must hold before it is frozen: each check says what is wrong, the limit and the way out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import isfinite

from analysis.experiments.checks import AFTERWARDS
from analysis.proof.window import baseline_months
from data.errors import ReviewError
from data.queries.proof import SOURCES
from data.records import Condition, Segment
from data.records_improvement import ProofPlan

LONGEST_FOLLOWED = 365
BASELINE_MONTHS, COHORT_BASELINE_MONTHS, WINDOW_MONTHS = 8, 3, 3
"""The fewest months a verdict needs before and after; months of signing stand each for themselves and need fewer."""
MOST_BASELINE, MOST_WINDOW = 60, 24


@dataclass(frozen=True)
class Known:
    """What a plan is checked against; None = not known, so that it is not checked.

    today        Shipping lies on this day or later: a plan that is written afterwards proves nothing.
    attributes   Attributes customers can be chosen by.
    tables       Tables the newest release holds.
    features, categories, experiments  What the metrics of the kinds feature, tickets and experiment can be of.
    """

    today: date | None = None
    attributes: Collection[str] | None = None
    tables: Collection[str] | None = None
    features: Collection[str] | None = None
    categories: Collection[str] | None = None
    experiments: Collection[str] | None = None


def problems(plan: ProofPlan, known: Known | None = None) -> tuple[str, ...]:
    """Everything that keeps a plan from being frozen, in plain sentences; () when nothing does."""
    found: list[str] = []
    for check in _OF_EXPERIMENTS if plan.metric.kind == "experiment" else _CHECKS:
        try:
            check(plan, known or Known())
        except ReviewError as wrong:
            found.append(str(wrong))
    return tuple(found)


def least_baseline(plan: ProofPlan) -> int:
    """The fewest months before that a verdict needs."""
    return COHORT_BASELINE_MONTHS if plan.metric.by_signing else BASELINE_MONTHS


def unit_value(plan: ProofPlan) -> str | None:
    """The value of the unit attribute that the population is; None where it is not just one."""
    found = [c for c in plan.population.conditions if c.attribute == plan.units]
    single = len(found) == 1 and found[0].operator == "in" and len(found[0].values) == 1
    return found[0].values[0] if single and not plan.population.without else None


def _source(plan: ProofPlan, known: Known) -> None:
    table = SOURCES[plan.metric.kind]
    if known.tables is not None and table not in known.tables:
        raise ReviewError(
            f"The metric is counted from {table}, which the data do not hold. Import that, or choose another metric."
        )


def _named(plan: ProofPlan, known: Known) -> None:
    of = plan.metric.of
    if plan.metric.kind == "feature" and not of:
        raise ReviewError("The plan does not say the use of which feature is counted. Choose one.")
    offered = known.features if plan.metric.kind == "feature" else None
    offered = known.categories if plan.metric.kind == "tickets" and of else offered
    if offered is not None and of not in offered:
        raise ReviewError(f"Nothing called {of} is in the data. Choose one of those there are.")


def _followed(plan: ProofPlan, known: Known) -> None:
    metric = plan.metric
    least = 1 if metric.by_signing or metric.kind == "save-rate" else 0
    if metric.kind in {"churn", "feature"}:
        return
    if not least <= metric.days <= LONGEST_FOLLOWED:
        raise ReviewError(
            f"Customers would be followed for {metric.days} days; {least} to {LONGEST_FOLLOWED} are possible."
        )


def _compared(plan: ProofPlan, known: Known) -> None:
    if plan.comparison == "segment" and plan.against == plan.population:
        raise ReviewError("The comparison group is the population itself. Choose customers the action is not for.")
    if plan.comparison == "units" and not plan.units:
        raise ReviewError("The plan does not say by which attribute customers fall into groups. Choose one.")
    if plan.comparison == "units" and unit_value(plan) is None:
        raise ReviewError(
            f"The population must be one value of {plan.units}, so that the other values can be compared with it. "
            "Choose one value."
        )


def _baseline(plan: ProofPlan, known: Known) -> None:
    least = least_baseline(plan)
    if not least <= plan.baseline_months <= MOST_BASELINE:
        raise ReviewError(
            f"{plan.baseline_months} months before shipping are compared with; {least} to {MOST_BASELINE} are possible."
        )
    usable = len(baseline_months(plan, plan.ships_on)) if plan.ships_on else plan.baseline_months
    if usable < least:
        raise ReviewError(
            f"Without the months by which the action was chosen {usable} months before shipping are left, and {least} "
            "are needed. Compare with more months."
        )


def _window(plan: ProofPlan, known: Known) -> None:
    if not WINDOW_MONTHS <= plan.window_months <= MOST_WINDOW:
        raise ReviewError(
            f"{plan.window_months} months after shipping are judged; {WINDOW_MONTHS} to {MOST_WINDOW} are possible."
        )


def _effect(plan: ProofPlan, known: Known) -> None:
    effect = plan.smallest_effect
    if not (isfinite(effect) and effect > 0):
        raise ReviewError("The smallest effect worth having must be above 0: any number finds an effect of 0.")
    if plan.metric.unit == "rate" and effect >= 1:
        raise ReviewError(
            f"An effect of {100 * effect:.4g} percentage points is impossible: a share lies between 0 and 1."
        )


def _chosen(plan: ProofPlan, known: Known) -> None:
    if (plan.chosen_from is None) != (plan.chosen_to is None):
        raise ReviewError("Of the days by which the action was chosen only one end is given. Give both, or none.")
    if plan.chosen_from is not None and plan.chosen_to is not None and plan.chosen_from >= plan.chosen_to:
        raise ReviewError("The days by which the action was chosen end before they begin. Change one of the two days.")


def _attributes(plan: ProofPlan, known: Known) -> None:
    names = [*_asked(plan.population), *(_asked(plan.against) if plan.comparison == "segment" else ())]
    names += [plan.units] if plan.comparison == "units" and plan.units else []
    for name in dict.fromkeys(names):
        if known.attributes is not None and name not in known.attributes:
            raise ReviewError(f"The customers have no attribute {name}. Choose one of those they have.")
        if name in AFTERWARDS or "_last_" in name:
            raise ReviewError(
                f"Who is counted depends on {name}, which the action can change. Choose customers by what was known "
                "before."
            )


def _asked(segment: Segment) -> Iterable[str]:
    conditions: tuple[Condition, ...] = (*segment.conditions, *segment.without)
    return (condition.attribute for condition in conditions)


def _ships(plan: ProofPlan, known: Known) -> None:
    if plan.ships_on is None:
        raise ReviewError("The day on which the action is to reach customers is missing. Give the planned one.")
    if known.today is not None and plan.ships_on < known.today:
        raise ReviewError(
            f"The action was to reach customers on {plan.ships_on}, which is past: a plan is made before. "
            f"Choose {known.today} or later."
        )


def _experiment(plan: ProofPlan, known: Known) -> None:
    if not plan.metric.of:
        raise ReviewError("The plan does not say which experiment decides. Choose one.")
    if known.experiments is not None and plan.metric.of not in known.experiments:
        raise ReviewError(f"There is no experiment {plan.metric.of}. Choose one of those there are.")


_Check = Callable[[ProofPlan, Known], None]
_OF_EXPERIMENTS: tuple[_Check, ...] = (_experiment, _ships)
_CHECKS: tuple[_Check, ...] = (
    _source,
    _named,
    _followed,
    _attributes,
    _compared,
    _baseline,
    _window,
    _effect,
    _chosen,
    _ships,
)

"""What an action may keep per month, proposed from the numbers of its finding or plan; and which action comes first.

All gains are monthly recurring revenue in cents that is kept each month, with the range it may lie in. They are no
forecasts: they say what would be kept if the finding went away, or if just the smallest effect worth having came.

Finding, a churn rate  (its rate - the rate of all other customers) x MRR of its customers; the range from the limits of
                       the rate. The rate of a period of several months is first made one of a month.
Finding, money         MRR lost in its period / months of it.
Finding, customers     Customers lost in its period / months of it x MRR per customer.
Plan                   Smallest effect x MRR at risk in a month, the mean of the last 12 months; the range is that of
                       these months. At risk: for churn the MRR of the population at the start of the month, for early
                       churn the MRR signed in it, for the save rate those who ask to cancel x MRR per customer.

Of all else (use, tickets, scores, revenue that was not lost) no money follows without an assumption nobody made: no
gain is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from analysis.proof.window import months_between, months_later
from data.queries.flows import DailyFlows, daily_flows
from data.queries.measured import as_of
from data.queries.proof import month_after, proof_months
from data.records import EVERYBODY, Period, Segment
from data.records_improvement import Action, Confidence, Finding, Number, ProofMetric, ProofPlan

if TYPE_CHECKING:
    from data.engine import Engine

Gain = tuple[int, int, int]
"""MRR kept per month in cents: the value, and the range it may lie in."""

LOOKED_BACK = 12
RATES = frozenset({"customer_churn_rate", "churn"})
MONEY = frozenset({"mrr_lost_cents", "mrr_churn_cents"})
COUNTS = frozenset({"customers_lost", "customers_churned", "churned", "lost"})
"""Figures that say what was lost in a period: the share of customers, what they paid, how many they were."""
SURE: Mapping[Confidence, float] = {"low": 0.3, "medium": 0.5, "high": 0.8}
"""How likely a gain is to come, by how sure one is of it."""
LEAST_EFFORT = 0.5
"""Person-days; what takes less does not come first by that alone."""


def proposed(engine: Engine, of: Finding | ProofPlan) -> Gain | None:
    """The gain that follows from a finding or plan; None where none follows from its numbers."""
    return _of_plan(engine, of) if isinstance(of, ProofPlan) else _of_finding(engine, of)


def priority(action: Action) -> float | None:
    """Cents per person-day that may be expected; None while gain or effort are not known."""
    if action.gain_cents is None or action.effort_days is None:
        return None
    return action.gain_cents * SURE[action.confidence] / max(action.effort_days, LEAST_EFFORT)


def _of_finding(engine: Engine, finding: Finding) -> Gain | None:
    number = finding.number
    if number is None or number.value is None:
        return None
    months = _months_of(finding)
    if number.metric in MONEY:
        return _gain(number, 1 / months)
    flows, day = daily_flows(engine, finding.segment), _end_of(engine, finding)
    if number.metric in COUNTS:
        customers = int(flows.level(flows.active, day))
        return _gain(number, int(flows.level(flows.delta, day)) / customers / months) if customers else None
    if number.metric not in RATES or finding.segment == EVERYBODY:
        return None
    usual = _rate_of_others(engine, finding.segment, day, months)
    mrr = int(flows.level(flows.delta, day))
    return None if usual is None else _gain(number, mrr, lambda rate: max(_monthly(rate, months) - usual, 0.0))


def _gain(number: Number, times: float, shown: Callable[[float], float] = abs) -> Gain:
    """A number and its limits, each as it counts, times an amount; in order, from 0 on where they hold it."""
    value = number.value or 0.0
    limits = [value if limit is None else limit for limit in (number.low, number.high)]
    ends = [*limits, 0.0] if min(limits) < 0 < max(limits) else limits
    counted = [round(shown(limit) * times) for limit in ends]
    return round(shown(value) * times), min(counted), max(counted)


def _monthly(rate: float, months: float) -> float:
    """The rate of one month of which so many make up a rate."""
    return 1 - (1 - min(max(rate, 0.0), 1.0)) ** (1 / months)


def _months_of(finding: Finding) -> float:
    if finding.start is None or finding.end is None:
        return 1.0
    if finding.start.day == finding.end.day == 1:
        return float(max(len(months_between(finding.start, finding.end)), 1))
    return max((finding.end - finding.start).days / (365.25 / 12), 1.0)


def _end_of(engine: Engine, finding: Finding) -> date:
    return finding.end or months_later(as_of(engine), 0)


def _rate_of_others(engine: Engine, segment: Segment, day: date, months: float) -> float | None:
    """The monthly churn rate of all customers that are not in the segment, in the months before a day."""
    first = months_later(day, -max(round(months), 1))
    groups = {"all": EVERYBODY, "in": segment}
    rows = proof_months(engine, ProofMetric("churn"), groups, first, months_later(day, -1))
    sums = {
        name: [sum(x) for x in zip(*((r.n, r.total) for r in rows if r.group == name), strict=True)] for name in groups
    }
    if not sums["all"] or sums["all"][0] <= sums["in"][0]:
        return None
    return (sums["all"][1] - sums["in"][1]) / (sums["all"][0] - sums["in"][0])


def _of_plan(engine: Engine, plan: ProofPlan) -> Gain | None:
    last = months_later(as_of(engine), 0)
    months = months_between(months_later(last, -LOOKED_BACK), last)
    at_risk = _at_risk(engine, plan, months)
    if not at_risk or plan.smallest_effect <= 0:
        return None
    mean = sum(at_risk) / len(at_risk)
    value, low, high = (round(plan.smallest_effect * mrr) for mrr in (mean, min(at_risk), max(at_risk)))
    return value, low, high


def _at_risk(engine: Engine, plan: ProofPlan, months: tuple[date, ...]) -> list[float]:
    """MRR in cents that the metric of a plan puts at risk in each month; [] where it is not about money."""
    if plan.metric.kind not in {"churn", "early-churn", "save-rate"}:
        return []
    flows = daily_flows(engine, plan.population)
    months = tuple(month for month in months if flows.level(flows.active, month) > 0)
    if plan.metric.kind == "churn":
        return [float(flows.level(flows.delta, month)) for month in months]
    if plan.metric.kind == "early-churn":
        return [float(flows.during(flows.amounts["new"], Period(month, month_after(month)))) for month in months]
    return _asked_to_cancel(engine, plan, flows, months)


def _asked_to_cancel(engine: Engine, plan: ProofPlan, flows: DailyFlows, months: tuple[date, ...]) -> list[float]:
    if not months:
        return []
    rows = proof_months(engine, plan.metric, {"": plan.population}, months[0], months[-1])
    return [row.n * flows.level(flows.delta, row.start) / flows.level(flows.active, row.start) for row in rows]

"""Frozen values of experiments that cross the layers: plan, measures, looks, decisions, and counts of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from data.records import EVERYBODY, Segment

ExperimentState = Literal["draft", "running", "ended", "decided"]
Stopping = Literal["fixed", "obrien-fleming", "pocock", "always-valid"]
Assigned = Literal["here", "elsewhere", "not-by-chance"]
MeasureKind = Literal["retained", "revenue", "use", "use-per-day", "renewed", "complaints", "downgraded", "outcome"]
DecisionKind = Literal["ship", "stop", "repeat"]
LookKind = Literal["planned", "final", "any-time", "later"]

CONTROL, HOLDOUT = "control", "holdout"
SHARES: frozenset[MeasureKind] = frozenset({"retained", "renewed"})
"""Measures that say yes or no of each customer."""
NEEDS: Mapping[MeasureKind, str] = {
    "renewed": "subscriptions",
    "use": "usage_daily",
    "use-per-day": "usage_daily",
    "complaints": "tickets",
}
"""Tables that measures are counted from, besides what every release has."""


@dataclass(frozen=True)
class Measure:
    """What an experiment compares, per customer assigned.

    kind    retained: pays at the end of day `days` after the assignment (a share). revenue: cents paid over `days`,
            spread over the days they are paid for. use: core actions over `days`; use-per-day: of them per day in use.
            renewed: of those whose contract was due within `days`, the share still paying after it. complaints: tickets
            opened, downgraded: customers who pay less at some day and more than nothing, both per month as a customer
            (who is kept has more time for either). outcome: a column of the assignments' file.
    days    Horizon in days after the assignment; 0 for an outcome that was measured elsewhere.
    column  Key of the outcome's column; `per`: that of the column it is divided by ("" = none); `before`: that of the
            same figure before the assignment ("" = none). Only for outcomes.
    lower   Whether less is better; for outcomes, all other kinds know it (`better_lower`).
    """

    kind: MeasureKind
    days: int = 90
    column: str = ""
    per: str = ""
    before: str = ""
    lower: bool = False

    @property
    def key(self) -> str:
        """What names it in reports and addresses: `retained_90`, `outcome_retention_7`."""
        if self.kind == "outcome":
            return "_".join(filter(None, ("outcome", self.column, self.per and f"per_{self.per}")))
        return f"{self.kind.replace('-', '_')}_{self.days}"

    @property
    def better_lower(self) -> bool:
        """Whether a smaller value is the better one."""
        return self.lower or self.kind in {"complaints", "downgraded"}


@dataclass(frozen=True)
class Variant:
    """One arm of an experiment.

    share       Of the customers assigned, 0-1; 0 = nobody is assigned to it any more.
    cost_cents  What the offer costs per customer who is shown it.
    """

    name: str
    share: float = 0.5
    cost_cents: int = 0
    offer: str = ""


@dataclass(frozen=True)
class Plan:
    """What is fixed before an experiment starts.

    variants         The first one is what the others are compared with.
    eligible         Who may take part; `segment`: the name it was saved under ("" = not saved).
    unit             "" = each customer alone, otherwise the attribute whose customers are assigned together.
    strata           Attributes within which the variants are dealt evenly.
    smallest_effect  The smallest effect on the primary measure worth having, in its unit (rates 0-1, cents).
    baseline         Value of the primary measure without the offer; `spread`: its standard deviation (means only).
    size             Customers (or groups) over all variants that the plan needs; 0 = not computed yet.
    looks            How often the result is looked at, the last time at the end; 1 for a fixed plan.
    ends_on          Last day of assignment; None = when `size` is reached.
    assigned         Where: here, elsewhere by chance, or not-by-chance (no causal reading then).
    excludes         Keys of experiments whose customers stay out.
    holdout          Share of the eligible who are kept out of every offer, 0-0.5.
    owner            Who plans it.
    """

    name: str
    hypothesis: str = ""
    variants: tuple[Variant, ...] = (Variant(CONTROL), Variant("offer"))
    eligible: Segment = EVERYBODY
    segment: str = ""
    unit: str = ""
    strata: tuple[str, ...] = ()
    primary: Measure = Measure("retained")
    secondary: tuple[Measure, ...] = (Measure("revenue"),)
    guardrails: tuple[Measure, ...] = (Measure("complaints"), Measure("downgraded"))
    smallest_effect: float = 0.05
    baseline: float | None = None
    spread: float | None = None
    power: float = 0.8
    alpha: float = 0.05
    size: int = 0
    stopping: Stopping = "fixed"
    looks: int = 1
    ends_on: date | None = None
    assigned: Assigned = "here"
    excludes: tuple[str, ...] = ()
    holdout: float = 0.0
    webhook: str = ""
    owner: str = ""

    @property
    def control(self) -> Variant:
        """The variant the others are compared with."""
        return self.variants[0]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Primary, secondary and guardrails, each once."""
        return tuple(dict.fromkeys((self.primary, *self.secondary, *self.guardrails)))


@dataclass(frozen=True)
class Amendment:
    """A change of a frozen plan: what was and what is, by field, and why."""

    at: datetime
    who: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True)
class LookTaken:
    """One look at the result of an experiment, as it was then; it never changes.

    kind         planned, final, any-time (always-valid plans), or later (whether the effect lasts, see `days`).
    variant      The variant it is about; one row per variant that is compared.
    customers    Judged, over all variants.
    information  Share of the planned size that was judged, 0-1 (1 at the last look).
    boundary     |z| from which the plan stops; None where none applies.
    """

    number: int
    kind: LookKind
    on: date
    release: int
    variant: str
    measure: str
    days: int
    customers: int
    information: float
    difference: float | None
    low: float | None
    high: float | None
    z: float | None
    boundary: float | None
    p_value: float | None
    verdict: str
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class Decision:
    """What was decided on an experiment, on which release, and why."""

    kind: DecisionKind
    variant: str
    reason: str
    release: int
    verdict: str
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class Delivery:
    """A batch of assignments sent to an address: those after the batch before, up to one customer.

    idempotency_key      The same for the same batch, however often it is sent.
    through_at, through  Moment of assignment and customer it ends with.
    answer               What the other side said last: a status, or why there was none.
    """

    idempotency_key: str
    address: str
    customers: int
    through_at: datetime
    through: str
    state: Literal["begun", "sent"] = "begun"
    attempts: int = 0
    answer: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Experiment:
    """One experiment with everything that was recorded of it.

    id       0 until it is stored. version: what a change must name to be taken.
    key      Under which its assignments lie in the data; never changes.
    frozen   The plan as it was when it started; None before.
    """

    key: str
    plan: Plan
    state: ExperimentState = "draft"
    id: int = 0
    version: int = 0
    started_on: date | None = None
    ended_on: date | None = None
    frozen: Plan | None = None
    amendments: tuple[Amendment, ...] = ()
    looks: tuple[LookTaken, ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What is to be counted of one experiment's customers.

    variants  Those that are compared, the control first; others are counted and left out of measures.
    segment   Who may count; judged by attributes, as they are kept now.
    """

    key: str
    variants: tuple[str, ...]
    measures: tuple[Measure, ...]
    segment: Segment = EVERYBODY
    unit: str = ""


@dataclass(frozen=True)
class VariantCount:
    """Customers of one variant, each group a part of the one before.

    assigned  In the data. exposed: known to have seen it (not a part of any other group); None where no exposure is
              known for any customer.
    inside    In the segment. paying: pay on the day before the assignment, or begin to on that day. ready: the whole
              horizon lies within the data.
    """

    variant: str
    assigned: int
    exposed: int | None
    inside: int
    paying: int
    ready: int


@dataclass(frozen=True)
class Moments:
    """What is known of some columns over n customers (or groups): mergeable, from the engine.

    mean, variance  By column: value, per (what a ratio divides by), before (the same before the assignment).
    covariance      By pair of columns in alphabetical order. Variances and covariances divide by n - 1.
    least, most     Smallest and largest value.
    """

    n: int
    mean: Mapping[str, float]
    variance: Mapping[str, float] = field(default_factory=dict[str, float])
    covariance: Mapping[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])
    least: float = 0.0
    most: float = 0.0

"""Frozen values of improvement that cross the layers: findings, actions, the plan of proof, verdicts, win-back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from data.records import EVERYBODY, Segment

ActionState = Literal[
    "proposed", "agreed", "doing", "shipped", "verifying", "worked", "did-not", "cannot-tell", "closed", "reopened"
]
VerdictWord = Literal["worked", "did-not", "cannot-tell"]
Unit = Literal["rate", "money", "count", "number", "days", "score"]
ProofKind = Literal["churn", "early-churn", "first-use", "feature", "tickets", "save-rate", "experiment"]
Comparison = Literal["none", "segment", "units"]
Method = Literal[
    "interrupted-series", "difference-in-differences", "synthetic", "proportions", "survival", "experiment"
]
Confidence = Literal["low", "medium", "high"]
CallState = Literal["open", "called", "returned", "declined", "unreachable"]

LOWER_IS_BETTER: frozenset[ProofKind] = frozenset({"churn", "early-churn", "tickets"})


@dataclass(frozen=True)
class Number:
    """A figure as it was seen: value with its limits, in its unit (rates 0-1, money in cents).

    value  None where there was not enough data; `method` then says why.
    """

    metric: str
    unit: Unit
    value: float | None
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    n: int | None = None
    method: str = ""


@dataclass(frozen=True)
class Finding:
    """Something seen in a chart or table, kept for the review.

    page, params  The view: name of the page and its query parameters. chart: which chart or table of the page.
    sentence      What was seen, in the words of whoever kept it.
    release       The data it was seen in; `number`: the figure of it.
    segment       Whom it is about. period: half-open days whose figures showed it ((None, None) = not of a period).
    reason        Code of the list of reasons it is about; "" = none.
    """

    sentence: str
    page: str
    params: Mapping[str, tuple[str, ...]]
    release: int
    chart: str = ""
    number: Number | None = None
    segment: Segment = EVERYBODY
    start: date | None = None
    end: date | None = None
    reason: str = ""
    id: int = 0
    version: int = 0
    at: datetime | None = None
    who: str = ""
    archived: bool = False


@dataclass(frozen=True)
class ProofMetric:
    """The number an action must move, counted per calendar month and group of customers.

    churn        Customers at the start of the month that are lost in it / customers at its start.
    early-churn  Customers signed in the month that are lost within `days` of signing / customers signed in it.
    first-use    Core actions in the first `days` after signing, per customer signed in the month.
    feature      Customers at the start of the month that use feature `of` in it / customers at its start.
    tickets      Tickets of category `of` ("" = all): with `days` = 0 opened in the month per customer at its start;
                 with `days` > 0 within so many days of signing, per customer signed in the month.
    save-rate    Of customers that asked to cancel in the month, the share still paying `days` later.
    experiment   The primary measure of the experiment with key `of`.
    """

    kind: ProofKind
    of: str = ""
    days: int = 0

    @property
    def lower_is_better(self) -> bool:
        """Whether a smaller value is the better one."""
        return self.kind in LOWER_IS_BETTER

    @property
    def unit(self) -> Unit:
        """What the value is measured in: a share of customers, or a number per customer."""
        return "number" if self.kind in {"first-use", "tickets"} else "rate"

    @property
    def by_signing(self) -> bool:
        """Whether a month's customers are those signed in it, who must be `days` old to be counted."""
        return self.kind in {"early-churn", "first-use"} or (self.kind == "tickets" and self.days > 0)


@dataclass(frozen=True)
class ProofPlan:
    """What is fixed before the outcome of an action is known.

    population       Whom the action is for; judged by attributes as they are kept now.
    comparison       none, another segment (`against`, less the population's customers), or units: the other values of
                     attribute `units`, weighted to be like the population (whose segment then is one value of it).
    baseline_months  Whole months before the month of shipping that are compared with.
    chosen_from, chosen_to  Half-open days whose figures made one choose this population or act now; the months they
                     touch are left out of the baseline, since what was picked for being extreme moves back by itself.
    window_months    Whole months after shipping that are judged; the month of shipping counts when it is shipped on its
                     first day and is left out otherwise.
    smallest_effect  The smallest change worth having, in the unit of the metric, always positive (0.02 = 2 points).
    visible          Smallest change these numbers can show (power 0.8, 5 %), as computed at the freezing; None = not
                     known.
    baseline         Value of the metric over the baseline months, as computed at the freezing; None = unknown.
    check_on         First day on which the window and its follow-up lie in the data, if it ships as planned.
    """

    metric: ProofMetric
    population: Segment = EVERYBODY
    comparison: Comparison = "none"
    against: Segment = EVERYBODY
    units: str = ""
    baseline_months: int = 12
    chosen_from: date | None = None
    chosen_to: date | None = None
    window_months: int = 3
    smallest_effect: float = 0.0
    visible: float | None = None
    baseline: float | None = None
    ships_on: date | None = None
    check_on: date | None = None


@dataclass(frozen=True)
class PlanAmendment:
    """A change of a frozen plan before shipping, or a longer wait after "cannot tell": fields before and after."""

    at: datetime
    who: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    round: int = 1


@dataclass(frozen=True)
class ProofMonth:
    """What the engine counted of one month and group.

    group    "treated", "comparison", or the value of the unit attribute. part: value of the attribute the rows are
             split by; "" = not split.
    n        Customers counted. total: events, or the sum of the figure. squares: sum of squares over customers.
    """

    start: date
    group: str
    n: int
    total: float
    squares: float
    part: str = ""


@dataclass(frozen=True)
class Assumption:
    """One assumption of a verdict that was checked: passed, not passed, or (None) not checkable, with what was found.

    name  pre-trend, placebo, autocorrelation, regression-to-the-mean, seasonality, mix, other-events, size, ...
    """

    name: str
    passed: bool | None
    said: str


@dataclass(frozen=True)
class Expected:
    """One month of the chart of before and after: what was seen, and what would have been without the action."""

    start: date
    seen: float | None
    without: float | None
    low: float | None = None
    high: float | None = None
    comparison: float | None = None
    n: int = 0
    phase: Literal["baseline", "left-out", "window"] = "baseline"


@dataclass(frozen=True)
class Verdict:
    """What the data say of an action; it never changes, a later one stands beside it.

    effect        Change the action made, in the unit of the metric (negative = fell), with limits; None = not computed.
    relative      The same as a share of what would have been (-0.5 = halved), with limits.
    months_more   With cannot-tell: how many more months would do; None = no number of months that can be told.
    said          Sentences in the order they are read: the verdict, how it was reached, what would change it.
    digest        SHA-256 of everything the numbers follow from and are; the same release and code give the same one.
    """

    word: VerdictWord
    method: Method
    metric: ProofMetric
    release: int
    as_of: date
    code: str
    before: float | None = None
    after: float | None = None
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None
    p_value: float | None = None
    confidence: float = 0.95
    n_before: int = 0
    n_after: int = 0
    months_more: int | None = None
    assumptions: tuple[Assumption, ...] = ()
    months: tuple[Expected, ...] = ()
    said: tuple[str, ...] = ()
    digest: str = ""
    round: int = 1
    id: int = 0
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class Comment:
    """A remark on an action; `mentions`: the names written with @."""

    text: str
    mentions: tuple[str, ...] = ()
    id: int = 0
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class Link:
    """Something kept elsewhere: a title and its http(s) address."""

    title: str
    url: str
    id: int = 0


@dataclass(frozen=True)
class Moved:
    """One step in the life of an action; `on`: the day its plan was frozen, or it reached customers."""

    before: str
    after: ActionState
    reason: str
    at: datetime
    who: str
    on: date | None = None


@dataclass(frozen=True)
class Action:
    """One improvement action with everything that was recorded of it.

    findings     Numbers of the findings it rests on.
    effort_days  Person-days. gain_*: MRR kept per month in cents, as expected when it was proposed (value and range).
    reason       Code of the list of reasons whose losses it is to prevent; "" = none. Ties the win-back list to it.
    draft        The plan as it is being written; None = none yet. frozen: the one in force since it was agreed.
    round        1, and one more with each reopening, which starts a new plan.
    shipped_on   The day it reached customers.
    review       Number of the review in which it was decided; 0 = outside of one.
    """

    title: str
    text: str = ""
    findings: tuple[int, ...] = ()
    owner: str = ""
    department: str = ""
    due: date | None = None
    effort_days: float | None = None
    gain_cents: int | None = None
    gain_low_cents: int | None = None
    gain_high_cents: int | None = None
    confidence: Confidence = "medium"
    reason: str = ""
    state: ActionState = "proposed"
    draft: ProofPlan | None = None
    frozen: ProofPlan | None = None
    round: int = 1
    shipped_on: date | None = None
    review: int = 0
    id: int = 0
    version: int = 0
    at: datetime | None = None
    who: str = ""
    amendments: tuple[PlanAmendment, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    comments: tuple[Comment, ...] = ()
    links: tuple[Link, ...] = ()
    history: tuple[Moved, ...] = ()
    archived: bool = False


ACTION_WORDS = (
    "title",
    "text",
    "owner",
    "department",
    "due",
    "effort_days",
    "gain_cents",
    "gain_low_cents",
    "gain_high_cents",
    "confidence",
    "reason",
)
"""What people write of an action besides its plan and its findings."""


@dataclass(frozen=True)
class Call:
    """One lost customer worth calling, because what it left for was mended.

    why    reason: it left for the action's reason. condition: it said it would return under such a condition (`words`).
    """

    action: int
    customer_id: str
    lost_on: date
    why: Literal["reason", "condition"]
    words: str = ""
    name: str = ""
    mrr_cents: int = 0
    owner: str = ""
    state: CallState = "open"
    note: str = ""
    id: int = 0
    version: int = 0
    at: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

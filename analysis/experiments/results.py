"""What is said of an experiment: arms, effects with intervals, what was checked, the verdict in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from analysis.results import Answer, Comparison, NotEnoughData
from data.records_experiments import Experiment, LookKind, Measure, Moments

Role = Literal["primary", "secondary", "guardrail"]
Outcome = Literal["ship", "stop", "cannot-tell", "too-early", "refused"]
SplitState = Literal["fine", "warning", "broken", "unknown"]

Found = Mapping[str, Mapping[tuple[str, str], Moments]]
"""Moments by key of the measure, then by variant and value of an attribute ("" = over all)."""

SPLIT_WARNS, SPLIT_REFUSES = 0.01, 0.001
"""A sample ratio with a smaller p-value warns; with one below the second, nothing is read from the experiment."""


@dataclass(frozen=True)
class Arm:
    """One variant and its customers.

    assigned   In the data; exposed: known to have seen the offer, None where that is known of nobody.
    eligible   Of these the customers (or groups) judged by the primary measure.
    retained   How many of the eligible stayed (or whatever the primary measure counts); None for means.
    rate       The primary measure: share, or mean; with Wilson's or Student's interval.
    """

    variant: str
    assigned: int
    exposed: int | None
    eligible: int
    retained: int | None
    rate: Answer


@dataclass(frozen=True)
class Split:
    """Whether the variants have as many customers as planned: checked before anything else.

    p_value  None where nobody is assigned. expected: customers per variant, in their order.
    """

    state: SplitState
    p_value: float | None
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    method: str = ""


@dataclass(frozen=True)
class Effect:
    """One measure of one variant against the control; treatment less control.

    value, base    Of the variant and of the control: shares, or means (cents less what the offer costs).
    difference     With the interval and p-value the stopping plan allows; NotEnoughData before the first look.
    p_adjusted     For as many comparisons as stand beside it: Holm over variants of the primary measure,
                   Benjamini-Hochberg over all others.
    relative       The difference as a share of the control's value; None where that says nothing.
    """

    measure: Measure
    variant: str
    role: Role
    value: Answer
    base: Answer
    difference: Comparison | NotEnoughData
    p_adjusted: float | None = None
    relative: Comparison | None = None


@dataclass(frozen=True)
class Sensitivity:
    """The same effect computed in another way; `what` says which, in a sentence."""

    variant: str
    measure: Measure
    what: str
    difference: Comparison | NotEnoughData


@dataclass(frozen=True)
class Second:
    """The Bayesian reading of the primary measure, a second opinion and no further evidence.

    better  Probability that the variant is better. loss_if_shipped, loss_if_stopped: expected loss in the unit of the
            measure, when it is taken and worse, or left and better. prior: in words.
    """

    variant: str
    better: float
    loss_if_shipped: float
    loss_if_stopped: float
    low: float
    high: float
    prior: str


@dataclass(frozen=True)
class TimeToLoss:
    """How long customers of a variant stay within the horizon against those of the control.

    difference  Of the restricted means, in days. p_log_rank: of the whole curves.
    """

    variant: str
    difference: Comparison | NotEnoughData
    p_log_rank: float | None


@dataclass(frozen=True)
class Checked:
    """One assumption of the verdict: holds (True), does not (False), or cannot be checked (None), in a sentence."""

    holds: bool | None
    said: str


@dataclass(frozen=True)
class BalanceRow:
    """Something known before the assignment: means (or shares) of both, and their standardised difference."""

    what: str
    variant: str
    base: float
    value: float
    standardised: float
    p_value: float | None


@dataclass(frozen=True)
class Balance:
    """Whether the variants were alike before: `p_value` of all rows together; None where nothing is known."""

    rows: tuple[BalanceRow, ...]
    p_value: float | None


@dataclass(frozen=True)
class Verdict:
    """What follows for one variant.

    said          The verdict in a sentence; because: what it rests on; would_change: what would turn it.
    needed_more   Customers more, over control and variant, to tell the smallest effect worth having; None where no
                  number would help.
    """

    variant: str
    outcome: Outcome
    said: str
    because: tuple[str, ...] = ()
    would_change: tuple[str, ...] = ()
    needed_more: int | None = None


@dataclass(frozen=True)
class Allowed:
    """What the stopping plan lets one see now.

    look         Number of the look that may be taken; None = only progress is shown, `why` says until when.
    level        Two-sided level a test is made at now; boundary: |z| that belongs to it (None: always-valid).
    information  Share of the planned size judged so far.
    needed       Customers that the next look waits for.
    """

    look: int | None
    kind: LookKind
    level: float
    boundary: float | None
    information: float
    why: str = ""
    needed: int = 0


@dataclass(frozen=True)
class Judgement:
    """Everything that may be said of an experiment on one release.

    planned  Whether its plan was frozen before its data came in.
    effects  Primary first; () while the plan does not allow a look, and when the reading is refused.
    found    What they were computed from. sensitivity and times are filled by `judge.in_full`.
    """

    experiment: Experiment
    release: int
    as_of: date
    planned: bool
    arms: tuple[Arm, ...]
    split: Split
    allowed: Allowed
    balance: Balance
    effects: tuple[Effect, ...]
    verdicts: tuple[Verdict, ...]
    sensitivity: tuple[Sensitivity, ...] = ()
    second: tuple[Second, ...] = ()
    times: tuple[TimeToLoss, ...] = ()
    checked: tuple[Checked, ...] = ()
    notes: tuple[str, ...] = ()
    found: Found = field(default_factory=dict[str, Mapping[tuple[str, str], Moments]], repr=False)

    def primary(self, variant: str) -> Effect | None:
        """The effect of a variant on the primary measure."""
        found = (e for e in self.effects if e.variant == variant and e.role == "primary")
        return next(found, None)

"""The sentences of a verdict, in English; figures in the unit of the metric."""

from __future__ import annotations

from analysis.proof.estimate import Found
from data.records_improvement import ProofMetric, ProofPlan, VerdictWord


def figure(metric: ProofMetric, value: float) -> str:
    """A change in figures alone, as pages write them: percentage points for shares, else a plain number."""
    written = f"{value * 100:+.2f}" if metric.unit == "rate" else f"{value:+.3g}"
    return written.replace("-", "−")


def amount(metric: ProofMetric, value: float) -> str:
    """A change with its unit."""
    return f"{figure(metric, value)} pts" if metric.unit == "rate" else figure(metric, value)


def ranging(metric: ProofMetric, value: float, low: float, high: float) -> str:
    """A change with its interval."""
    seen, least, most = (figure(metric, one) for one in (value, low, high))
    return f"{seen} pts [{least}, {most}]" if metric.unit == "rate" else f"{seen} [{least}, {most}]"


def level(metric: ProofMetric, value: float) -> str:
    """A value in figures: percent for shares, else a plain number."""
    return f"{value * 100:.2f} %" if metric.unit == "rate" else f"{value:.3g}"


def concluded(plan: ProofPlan, found: Found, word: VerdictWord, *, held: bool, nothing: bool) -> tuple[str, ...]:
    """What follows, the effect with its interval, and the same as a share of what was expected.

    held     Something else may have made what was found.  nothing: that is that there is no effect worth having.
    """
    low, high = found.limits(plan.metric)
    worse = low > 0 if plan.metric.lower_is_better else high < 0
    first = {
        "worked": "It worked: the figure moved the way it should, by more than chance.",
        "did-not": "It did not work: the figure moved the wrong way, by more than chance."
        if worse
        else f"It did not work: an effect worth having ({amount(plan.metric, plan.smallest_effect)}) would have shown.",
        "cannot-tell": "Cannot tell: no effect agrees with the data, and so does one worth having.",
    }[word]
    if held:
        first = (
            "Cannot tell: no effect worth having was seen, but something else may have hidden one."
            if nothing
            else "Cannot tell: the figure moved by more than chance, but something else may have moved it."
        )
    return (first, _effect(plan.metric, found, low, high), *_relative(found))


def _effect(metric: ProofMetric, found: Found, low: float, high: float) -> str:
    seen, without = level(metric, found.after), level(metric, found.without)
    said = ranging(metric, found.effect, low, high)
    return f"The effect: {said}; {seen} instead of the {without} expected without it."


def _relative(found: Found) -> tuple[str, ...]:
    value, low, high = found.relative()
    if value is None:
        return ()
    seen = _percent(value)
    if low is None or high is None:
        return (f"That is {seen} % of what was expected; how far that is certain cannot be said.",)
    return (f"That is {seen} % [{_percent(low)}, {_percent(high)}] of what was expected.",)


def _percent(share: float) -> str:
    return f"{share * 100:+.0f}".replace("-", "−")


def reached(found: Found) -> str:
    """How the number was reached."""
    before = len(found.series.y)
    after = len(found.series.after)
    if found.method == "synthetic" and found.placebo is not None:
        return (
            f"How: {after} months after against {before} before, beside a weighted mean of {found.placebo.units - 1} "
            "other groups that moved alike before; how far such gaps move by themselves is known from these groups."
        )
    if found.method == "difference-in-differences":
        return (
            f"How: by how much it differs from the comparison group, {after} months after against {before} before; "
            "the interval allows for months that go together and for a level that wanders."
        )
    if found.method == "proportions":
        return (
            f"How: customers signed in {after} months after against those of {before} months before; "
            "the interval allows for months that differ by more than chance."
        )
    return (
        f"How: {after} months after against what {before} months before let expect; "
        "the interval allows for months that go together and for a level that wanders."
    )


def more(months: int | None) -> str:
    """How much longer it takes."""
    if months is None:
        return "No number of further months would tell: the figure varies too much for an effect of this size."
    if months == 1:
        return "One month more would likely tell."
    return f"{months} months more would likely tell."


def held_for(months: int | None) -> str:
    """What would tell where something else may have made what was found; months: until a season can be told."""
    if months is None:
        return "Waiting alone does not help: compare with a group that the action did not reach, or make an experiment."
    if months == 1:
        return (
            "One month more would likely tell: then the same months a year before can be looked at. A group that the "
            "action did not reach, or an experiment, would not need them."
        )
    return (
        f"{months} months more would likely tell: then the same months a year before can be looked at. A group that "
        "the action did not reach, or an experiment, would not need them."
    )


REOPEN = "Reopen the action with another measure, or close it."


def early(told: int, planned: int) -> tuple[str, str]:
    """The window is not over."""
    return (
        f"Cannot tell yet: {told} of {planned} months of the window lie in the data.",
        "Nothing is read before its end: whoever looks every month finds an effect by chance sooner or later.",
    )


def too_few_before(have: int, needed: int) -> str:
    """Too few months to compare with."""
    return f"Cannot tell: {have} usable months before shipping, and {needed} are needed."


def too_few_after(have: int, needed: int) -> str:
    """Too few months with customers in the window."""
    return f"Cannot tell: {have} months after shipping have customers to count, and {needed} are needed."


def too_few_customers(have: int, needed: int) -> str:
    """Too few customers in the window."""
    return f"Cannot tell: {have} customers were counted after shipping, and {needed} are needed."


def no_test(reason: str) -> str:
    """Nothing can be computed."""
    return f"Cannot tell: {reason}."

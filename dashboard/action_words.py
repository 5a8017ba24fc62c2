"""What actions are called in their states, and the words of their plans, verdicts and assumptions."""

from dashboard import finding_words, formats
from dashboard.language import N_, _, ngettext
from data.records_improvement import Action, Assumption, ProofMetric, Verdict

STATES = {
    "proposed": N_("Proposed"),
    "agreed": N_("Agreed"),
    "doing": N_("Doing"),
    "shipped": N_("Shipped"),
    "verifying": N_("Verifying"),
    "worked": N_("Worked"),
    "did-not": N_("Did not work"),
    "cannot-tell": N_("Cannot tell"),
    "closed": N_("Closed"),
    "reopened": N_("Reopened"),
}
MOVES = {
    "agree": N_("Agree"),
    "begin": N_("Begin"),
    "ship": N_("Ship"),
    "verify": N_("Verify"),
    "judge": N_("Judge now"),
    "wait": N_("Wait longer"),
    "close": N_("Close"),
    "reopen": N_("Reopen"),
    "archive": N_("Archive"),
}
KINDS = {
    "churn": N_("Churn per month"),
    "early-churn": N_("Lost within {days} days of signing"),
    "first-use": N_("Core actions in the first {days} days"),
    "feature": N_("Share that use {what}"),
    "tickets": N_("Tickets about {what} per customer"),
    "tickets-early": N_("Tickets about {what} within {days} days of signing"),
    "save-rate": N_("Saved: still paying {days} days after asking to cancel"),
    "experiment": N_("Experiment {what}"),
}
KIND_NAMES = {
    "churn": N_("Churn of a group"),
    "early-churn": N_("Early churn of new customers"),
    "first-use": N_("First use of new customers"),
    "feature": N_("Use of a feature"),
    "tickets": N_("Support tickets"),
    "save-rate": N_("Save rate"),
    "experiment": N_("An experiment"),
}
COMPARISONS = {
    "none": N_("None: before against after"),
    "segment": N_("Another group of customers"),
    "units": N_("The other values of an attribute"),
}
METHODS = {
    "interrupted-series": N_("Interrupted series, errors robust to autocorrelation"),
    "difference-in-differences": N_("Difference in differences"),
    "synthetic": N_("Synthetic comparison"),
    "proportions": N_("Cohorts before against after"),
    "survival": N_("Survival of cohorts before against after"),
    "experiment": N_("Experiment"),
}
ASSUMPTIONS = {
    "pre-trend": N_("Same course before"),
    "placebo": N_("No effect where there was none"),
    "autocorrelation": N_("Months that follow each other"),
    "regression-to-the-mean": N_("Regression to the mean"),
    "seasonality": N_("Season"),
    "units": N_("Stands out among other groups"),
    "mix": N_("Same mix of customers"),
    "population": N_("The same customers throughout"),
    "other-events": N_("Other events"),
    "size": N_("Enough customers"),
    "overdispersion": N_("Months alike"),
    "followed": N_("Nobody followed past shipping"),
    "baseline": N_("Enough months before"),
    "trend": N_("Trend before"),
    "fit": N_("Fit before"),
    "donors": N_("Units to compare with"),
}
CONFIDENCE = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}
TONES = {"worked": "better", "did-not": "worse", "cannot-tell": "even"}
CALLS = {
    "open": N_("To call"),
    "called": N_("Called"),
    "returned": N_("Came back"),
    "declined": N_("Declined"),
    "unreachable": N_("Not reached"),
}
WHYS = {"reason": N_("Left for this reason"), "condition": N_("Said what would bring them back")}


def state(found: Action) -> str:
    """Where an action stands, in a word."""
    return _(STATES[found.state])


def metric(found: ProofMetric) -> str:
    """The number an action must move, in words."""
    kind = "tickets-early" if found.kind == "tickets" and found.days else found.kind
    what = found.of or _("anything")
    return _(KINDS[kind]).format(days=formats.count(found.days), what=what)


def value(amount: float | None, found: ProofMetric) -> str:
    """A value of the number, or a dash."""
    return formats.NOTHING if amount is None else finding_words.amount(amount, found.unit)


def size(amount: float, found: ProofMetric) -> str:
    """How large a change is, without a sign: 2.1 points, or a number per customer."""
    if found.unit == "rate":
        return _("{n} points").format(n=formats.plain_points(amount))
    return _("{n} per customer").format(n=formats.decimal(amount))


def effect(found: Verdict) -> str:
    """The effect with its interval; a dash where it was not computed."""
    said = formats.effect(found.effect, found.low, found.high, found.metric.unit)
    if found.effect is None or found.metric.unit == "rate":
        return said
    return _("{effect} per customer").format(effect=said)


def relative(found: Verdict) -> str:
    """The effect as a share of what would have been; nothing where it was not computed."""
    if found.relative is None:
        return ""
    return formats.effect(found.relative, found.relative_low, found.relative_high, "relative")


def assumption(found: Assumption) -> str:
    """What an assumption is called."""
    return _(ASSUMPTIONS[found.name]) if found.name in ASSUMPTIONS else found.name


def passed(found: Assumption) -> str:
    """Whether it held."""
    return _("not checkable") if found.passed is None else _("holds") if found.passed else _("does not hold")


def months(n: int) -> str:
    """A number of months in words."""
    return ngettext("{n} month", "{n} months", n).format(n=formats.count(n))


def gain(found: Action, currency: str) -> str:
    """The MRR an action is expected to keep per month, with its range."""
    if found.gain_cents is None:
        return formats.NOTHING
    said = formats.money(found.gain_cents, currency, compact=True)
    if found.gain_low_cents is None or found.gain_high_cents is None:
        return said
    limits = (formats.money(cents, currency, compact=True) for cents in (found.gain_low_cents, found.gain_high_cents))
    return f"{said} ({' – '.join(limits)})"

"""The fields of a plan of proof: what each is called, and what one holds in words."""

from typing import Any

from dashboard import action_words, formats, segment_words
from dashboard.filters import Look
from dashboard.language import N_, _
from data.records import Segment
from data.records_improvement import ProofPlan

LABELS = {
    "metric": N_("Number it must move"),
    "population": N_("Whom it is for"),
    "comparison": N_("Compared with"),
    "against": N_("The other group"),
    "units": N_("Attribute whose other values are compared"),
    "baseline_months": N_("Months before"),
    "window_months": N_("Months after"),
    "chosen_from": N_("Chosen by figures from"),
    "chosen_to": N_("Chosen by figures until"),
    "smallest_effect": N_("Smallest effect worth having"),
    "visible": N_("Smallest effect that can be seen"),
    "baseline": N_("Value before"),
    "ships_on": N_("Reaches customers on"),
    "check_on": N_("Judged from"),
}
#: Fields a person writes; the others are computed.
WRITTEN = tuple(name for name in LABELS if name not in {"visible", "baseline", "check_on"})


def label(name: str) -> str:
    """What a field of a plan is called."""
    return _(LABELS[name])


def value(plan: ProofPlan, name: str, look: Look) -> str:
    """What a field of a plan holds, in words."""
    held: Any = getattr(plan, name)
    if name == "metric":
        return action_words.metric(held)
    if isinstance(held, Segment):
        return group(held, look)
    if name == "comparison":
        return _(action_words.COMPARISONS[held])
    if held in (None, ""):
        return formats.NOTHING
    if name in {"smallest_effect", "visible"}:
        return action_words.size(held, plan.metric)
    if name == "baseline":
        return action_words.value(held, plan.metric)
    if name == "units":
        return next((a.label for a in look.attributes if a.key == held), held)
    return action_words.months(held) if name.endswith("_months") else formats.day(held)


def group(found: Segment, look: Look) -> str:
    """A group of customers by all its conditions."""
    labels = {a.key: a.label for a in look.attributes}
    return "; ".join(segment_words.condition(c, labels) for c in found.conditions) or _("All customers")


def shown(plan: ProofPlan) -> list[str]:
    """The fields of a plan that say something."""
    left_out = {"against"} if plan.comparison != "segment" else set[str]()
    left_out |= {"units"} if plan.comparison != "units" else set[str]()
    left_out |= {name for name in ("chosen_from", "chosen_to") if getattr(plan, name) is None}
    return [name for name in LABELS if name not in left_out]

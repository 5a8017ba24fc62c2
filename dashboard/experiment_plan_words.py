"""The fields of a plan: what each is called, and what one holds in words, for everything that is read only."""

from collections.abc import Mapping

from dashboard import experiment_words, formats, segment_words
from dashboard.filters import Look
from dashboard.language import N_, _
from data.records_experiments import Plan, Variant

LABELS = {
    "name": N_("Name"),
    "hypothesis": N_("What we expect, and why"),
    "variants": N_("Variants"),
    "eligible": N_("Who may take part"),
    "segment": N_("Saved segment"),
    "unit": N_("Assigned together"),
    "strata": N_("Dealt evenly within"),
    "primary": N_("What decides"),
    "secondary": N_("What else we want to know"),
    "guardrails": N_("What must not get worse"),
    "smallest_effect": N_("Smallest effect worth having"),
    "baseline": N_("Value without the offer"),
    "spread": N_("Its standard deviation"),
    "power": N_("Chance of seeing that effect"),
    "alpha": N_("Chance of a false alarm"),
    "size": N_("Customers needed"),
    "stopping": N_("When the result is looked at"),
    "looks": N_("Number of looks"),
    "ends_on": N_("Last day of assignment"),
    "assigned": N_("Where customers are assigned"),
    "excludes": N_("Without the customers of"),
    "holdout": N_("Share kept out of every offer"),
    "webhook": N_("Address assignments are sent to"),
    "owner": N_("Planned by"),
}

#: Fields that are shown of every plan, even where they hold nothing.
ALWAYS = ("hypothesis", "variants", "eligible", "primary", "smallest_effect", "size", "stopping", "ends_on", "assigned")


def value(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    """What a field of a plan holds, in words; `labels` names outcomes and attributes."""
    return _WORDS.get(name, _plain)(plan, name, look, labels)


def _plain(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    held = getattr(plan, name)
    if isinstance(held, tuple):
        return ", ".join(labels.get(str(part), str(part)) for part in held) or formats.NOTHING
    return labels.get(held, held) if isinstance(held, str) and held else formats.NOTHING if not held else str(held)


def _text(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return getattr(plan, name) or formats.NOTHING


def _variants(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return "; ".join(variant(one, look.currency) for one in plan.variants)


def variant(one: Variant, currency: str) -> str:
    """One variant: its name, offer, share and cost."""
    offer = "" if one.offer == one.name else one.offer
    told = [experiment_words.variant(one.name), offer, formats.rate(one.share)]
    told += [_("{money} per customer").format(money=formats.money(one.cost_cents, currency))] if one.cost_cents else []
    return " · ".join(filter(None, told))


def _eligible(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    known = {a.key: a.label for a in look.attributes}
    told = [segment_words.condition(c, known) for c in plan.eligible.conditions]
    return "; ".join(told) or _("All customers")


def _measures(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    held = getattr(plan, name)
    found = held if isinstance(held, tuple) else (held,)
    return "; ".join(experiment_words.measure(one, labels) for one in found) or formats.NOTHING


def _amount(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    held = getattr(plan, name)
    if held is None:
        return formats.NOTHING
    unit = experiment_words.unit_of_plan(plan)
    if unit == "rate" and name == "smallest_effect":
        return formats.points(held, 2)
    return experiment_words.amount(held, unit, look.currency)


def _rate(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return formats.rate(getattr(plan, name))


def _count(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return formats.count(getattr(plan, name)) if getattr(plan, name) else formats.NOTHING


def _day(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return formats.day(plan.ends_on) if plan.ends_on else _("when enough customers are assigned")


def _stopping(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return _(experiment_words.STOPPING[plan.stopping])


def _assigned(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return _(experiment_words.ASSIGNED[plan.assigned])


def _unit(plan: Plan, name: str, look: Look, labels: Mapping[str, str]) -> str:
    return labels.get(plan.unit, plan.unit) if plan.unit else _("nobody: each customer alone")


_WORDS = {
    "name": _text,
    "hypothesis": _text,
    "webhook": _text,
    "owner": _text,
    "segment": _text,
    "variants": _variants,
    "eligible": _eligible,
    "primary": _measures,
    "secondary": _measures,
    "guardrails": _measures,
    "smallest_effect": _amount,
    "baseline": _amount,
    "spread": _amount,
    "power": _rate,
    "alpha": _rate,
    "holdout": _rate,
    "size": _count,
    "looks": _count,
    "ends_on": _day,
    "stopping": _stopping,
    "assigned": _assigned,
    "unit": _unit,
}

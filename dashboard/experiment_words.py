"""What experiments, their measures and their verdicts are called, and how their numbers are written."""

from collections.abc import Mapping
from functools import cache

from babel import numbers

from analysis.experiments.results import Effect
from analysis.results import Answer, Comparison, Estimate, NotEnoughData
from dashboard import formats
from dashboard.language import N_, _, current
from data.records_experiments import CONTROL, HOLDOUT, SHARES, Measure, Plan

STATES = {
    "draft": N_("Draft"),
    "running": N_("Running"),
    "ended": N_("Ended"),
    "decided": N_("Decided"),
    "archived": N_("Archived"),
}
KINDS = {
    "retained": N_("Still a customer after {days} days"),
    "revenue": N_("Revenue in {days} days, net of the offer"),
    "use": N_("Use in {days} days"),
    "use-per-day": N_("Use per day of use, {days} days"),
    "renewed": N_("Renewed within {days} days"),
    "complaints": N_("Tickets per month as a customer, {days} days"),
    "downgraded": N_("Downgrades per month as a customer, {days} days"),
}
STOPPING = {
    "fixed": N_("Once, at the end"),
    "obrien-fleming": N_("At planned looks, cautious at first (O'Brien-Fleming)"),
    "pocock": N_("At planned looks, equally strict at each (Pocock)"),
    "always-valid": N_("Whenever you like (always valid)"),
}
ASSIGNED = {
    "here": N_("Here, by chance"),
    "elsewhere": N_("Elsewhere, by chance"),
    "not-by-chance": N_("Not by chance"),
}
DECISIONS = {
    "ship": N_("Ship: everybody gets it"),
    "stop": N_("Stop: nobody gets it"),
    "repeat": N_("Repeat: test it again"),
}
OUTCOMES = {
    "ship": N_("Ship"),
    "stop": N_("Stop"),
    "cannot-tell": N_("Cannot tell yet"),
    "too-early": N_("Too early to look"),
    "refused": N_("No causal reading"),
}
ROLES = {"primary": N_("Primary"), "secondary": N_("Secondary"), "guardrail": N_("Guardrail")}
LOOKS = {
    "planned": N_("Planned look"),
    "final": N_("Last look"),
    "any-time": N_("At any time"),
    "later": N_("Does it last?"),
}
TONES = {"ship": "better", "stop": "worse", "refused": "worse", "cannot-tell": "even", "too-early": "even"}


def measure(found: Measure, labels: Mapping[str, str]) -> str:
    """A measure in words; `labels` names the columns of outcomes."""
    if found.kind != "outcome":
        return _(KINDS[found.kind]).format(days=formats.count(found.days))
    name = labels.get(found.column, found.column)
    return _("{what} per {other}").format(what=name, other=labels.get(found.per, found.per)) if found.per else name


def variant(name: str) -> str:
    """The name of a variant, of which two are the program's own."""
    return {CONTROL: _("Control"), HOLDOUT: _("Holdout")}.get(name, name)


def outcome(code: str) -> str:
    """A verdict in a word; the code itself where it is none."""
    return _(OUTCOMES[code]) if code in OUTCOMES else code


def unit(found: Measure, value: Answer | None = None) -> str:
    """How values of a measure are written: rate, money or number; an outcome is a share when it was judged as one."""
    if found.kind == "revenue":
        return "money"
    if found.kind in SHARES:
        return "rate"
    judged = value.method.casefold() if isinstance(value, Estimate) else ""
    return "rate" if found.kind == "outcome" and judged.startswith(("wilson", "clopper")) else "number"


def of_key(key: str, measures: Mapping[str, Measure], labels: Mapping[str, str]) -> str:
    """A measure that is named by its key; the key itself where the plan has it no more."""
    return measure(measures[key], labels) if key in measures else key


def unit_of_plan(plan: Plan) -> str:
    """How values of the primary measure are written; an outcome of another file is a share without a spread."""
    if plan.primary.kind == "outcome":
        return "number" if plan.primary.per or plan.spread is not None else "rate"
    return unit(plan.primary)


def unit_of(effect: Effect) -> str:
    """How the values of an effect are written."""
    known = effect.base if isinstance(effect.base, Estimate) else effect.value
    return unit(effect.measure, known)


def amount(value: float, unit: str, currency: str = "") -> str:
    """A value of a measure."""
    if unit == "rate":
        return formats.rate(value, 2)
    return formats.money(value, currency) if unit == "money" else number(value)


def number(value: float) -> str:
    """A plain number with three digits that count."""
    digits = 0 if abs(value) >= 1_000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
    written = numbers.format_decimal(abs(round(value, digits)), format=_pattern(digits), locale=current())
    return f"−{written}" if round(value, digits) < 0 else written


@cache
def _pattern(digits: int) -> str:
    return "#,##0." + "#" * digits if digits else "#,##0"


def difference(found: Comparison | NotEnoughData, unit: str, currency: str = "") -> str:
    """A difference with its interval in brackets, or that there are not enough data."""
    if isinstance(found, NotEnoughData):
        return _("not enough data")
    return formats.effect(found.difference, found.low, found.high, unit, currency)


def answer(found: Answer, unit: str, currency: str = "") -> str:
    """A value with its interval and the customers it rests on."""
    if isinstance(found, NotEnoughData):
        return _("not enough data")
    said = amount(found.value, unit, currency)
    if found.low is not None and found.high is not None:
        said += f" ({amount(found.low, unit, currency)} – {amount(found.high, unit, currency)})"
    return f"{said} · n {formats.count(found.n)}"


def probability(p_value: float | None) -> str:
    """A p-value with the digits a reader compares with others."""
    if p_value is None:
        return formats.NOTHING
    if p_value < 0.0001:
        return "< " + numbers.format_decimal(0.0001, format="0.0000", locale=current())
    return numbers.format_decimal(p_value, format="0.0000", locale=current())

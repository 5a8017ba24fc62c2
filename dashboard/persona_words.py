"""Names of behaviours, values and groups in the reader's language."""

import re
from collections.abc import Mapping, Sequence

from analysis.personas.dimensions import OTHERS
from dashboard import segment_words
from dashboard.filters import Look
from dashboard.language import N_, _
from data.records import Condition

BEHAVIOURS = {
    "trainings_in_first_30_days": N_("Trainings attended in the first 30 days"),
    "tickets_in_first_30_days": N_("Tickets in the first 30 days"),
    "features_in_first_30_days": N_("Features used in the first 30 days"),
    "days_to_first_feature": N_("Days to the first use of a feature"),
    "tickets_in_last_60_days": N_("Tickets in the last 60 days (describes only)"),
    "module_last_used": N_("Module used last (describes only)"),
}
MEASURES = {
    "logins_28": N_("Logins, 28 days"),
    "core_actions_28": N_("Core actions, 28 days (depth)"),
    "active_days_28": N_("Days of use, 28 days"),
    "features_28": N_("Different features, 28 days (breadth)"),
    "tickets_60": N_("Tickets, 60 days"),
    "late_invoices_60": N_("Late invoices, 60 days"),
    "age": N_("Days since the start"),
    "mrr": N_("MRR at the start of the period"),
}
_FEATURE = re.compile(r"used_(\w+)_in_first_90_days")
_VALUES = {OTHERS: N_("All others"), "": N_("(none)"), "never": N_("never"), "yes": N_("yes")}


def behaviour(key: str) -> str:
    """What a behaviour is called."""
    found = _FEATURE.fullmatch(key)
    if found:
        return _("Used {feature} in the first 90 days").format(feature=found[1].replace("_", " "))
    return _(BEHAVIOURS[key]) if key in BEHAVIOURS else key


def measure(key: str) -> str:
    """What a measure is called."""
    return _(MEASURES[key]) if key in MEASURES else key


def names(look: Look, behaviours: Sequence[str]) -> dict[str, str]:
    """Key -> name of everything customers can be counted by: attributes, then behaviours."""
    return {**{a.key: a.label for a in look.attributes}, **{key: behaviour(key) for key in behaviours}}


def value(name: str) -> str:
    """A value as it is shown."""
    return _(_VALUES[name]) if name in _VALUES else name


def values(found: Sequence[str]) -> str:
    """The values of a cell in one phrase."""
    return " · ".join(value(name) for name in found)


def group(conditions: Sequence[Condition], look: Look, labels: Mapping[str, str]) -> str:
    """The conditions of a group in one phrase; labels: of what is no attribute, such as behaviours."""
    known = {**names(look, ()), **labels}
    return " · ".join(segment_words.condition(condition, known) for condition in conditions)

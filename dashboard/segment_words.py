"""Segments and their conditions in words, each condition one sentence of its language."""

from collections.abc import Mapping, Sequence

from dashboard import formats, url_state
from dashboard.gateway.attributes import Attribute
from dashboard.language import N_, _
from data.records import Condition, Segment

#: What a click may ask of a customer's life, though no filter offers it.
LIFE = {
    "started_on": N_("Customer since"),
    "churned_on": N_("Lost on"),
    "first_lost_on": N_("First lost on"),
    "age_from": N_("Age counts from"),
    "lost_at_age": N_("Days until the first loss"),
}
_PHRASES = {
    "in": N_("{name} is {values}"),
    "not in": N_("{name} is not {values}"),
    "<": N_("{name} less than {values}"),
    "<=": N_("{name} at most {values}"),
    ">": N_("{name} more than {values}"),
    ">=": N_("{name} at least {values}"),
}
_OF_DAYS = {
    "<": N_("{name} before {day}"),
    "<=": N_("{name} until {day}"),
    ">": N_("{name} after {day}"),
    ">=": N_("{name} from {day}"),
}
#: Values named; of more the list ends in dots.
_MOST = 2


def segment(found: Segment, attributes: Sequence[Attribute]) -> str:
    """A segment in a few words: its first condition, and how many more there are."""
    if not found.conditions:
        return _("All customers")
    first, more = found.conditions[0], len(found.conditions) - 1
    text = condition(first, {a.key: a.label for a in attributes})
    return text if more == 0 else _("{first} and {more} more").format(first=text, more=more)


def condition(found: Condition, labels: Mapping[str, str]) -> str:
    """One condition as a phrase: Industry is retail, energy. Without a label the attribute keeps its key."""
    life = LIFE.get(found.attribute)
    name = labels.get(found.attribute) or (_(life) if life else found.attribute)
    day = url_state.read_day(found.values[0]) if life else None
    if day is not None and found.operator in _OF_DAYS:
        return _(_OF_DAYS[found.operator]).format(name=name, day=formats.day(day))
    return _(_PHRASES[found.operator]).format(name=name, values=_values(found.values))


def _values(found: Sequence[str]) -> str:
    named = [value or _("(none)") for value in found[:_MOST]]
    return ", ".join(named) + (" …" if len(found) > _MOST else "")

"""What customers can be filtered and split by."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.gateway import engines
from data.queries.attributes import all_values
from data.queries.segments import file_labels

#: With fewer distinct numbers than this an attribute is a list of choices rather than an amount.
_FEW = 12


@dataclass(frozen=True)
class Attribute:
    """One attribute: stable key, name to show, values with their numbers of customers, most frequent first."""

    key: str
    label: str
    values: tuple[tuple[str, int], ...]
    numeric: bool


def attributes(number: int | None = None) -> tuple[Attribute, ...]:
    """The attributes of a release that tell customers apart, by name."""
    return _attributes(*engines.at(number))


@st.cache_resource(max_entries=16, show_spinner=False)
def _attributes(place: str, number: int) -> tuple[Attribute, ...]:
    found, labels = engines.ask(all_values, number), engines.ask(file_labels, number)
    made = (_attribute(labels, key, tuple(values)) for key, values in found.items() if len(values) > 1)
    return tuple(sorted(made, key=lambda a: a.label.casefold()))


def _attribute(labels: Mapping[str, str], key: str, values: tuple[tuple[str, int], ...]) -> Attribute:
    words = [value for value, _n in values if value]
    numeric = len(words) > _FEW and all(_is_number(word) for word in words)
    return Attribute(key, labels.get(key, key.replace("_", " ").capitalize()), values, numeric)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True

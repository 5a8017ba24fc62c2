"""The quick calculator: counts or a file that are in no release; an answer is a pure function of what was given."""

from collections.abc import Sequence

import streamlit as st

from analysis.experiments import calculator
from analysis.experiments.calculator import USUAL_CONTROLS, Kind, Quick
from data.importers import outcome_file
from data.importers.outcome_file import OutcomeColumns


def parsed(text: str) -> dict[str, tuple[int, int]]:
    """Variants with their counts; ReviewError names the line that cannot be read."""
    return calculator.parse_counts(text)


def usual_control(names: Sequence[str]) -> str:
    """The variant that others are most likely compared with."""
    return next((n for usual in USUAL_CONTROLS for n in names if n.casefold() == usual), names[0])


@st.cache_resource(max_entries=64, show_spinner=False)
def of_counts(text: str, control: str, confidence: float, effect: float) -> Quick:
    """Counts judged."""
    return calculator.from_counts(
        calculator.parse_counts(text), control=control, confidence=confidence, smallest_effect=effect
    )


def columns_of(content: bytes) -> list[str]:
    """The columns of a file, by name."""
    return list(outcome_file.columns_of(content))


def variants_of(content: bytes, variant: str, outcomes: tuple[str, ...]) -> list[str]:
    """The variants of a file, in order of their names."""
    return sorted(set(_read(content, variant, outcomes).variants.tolist()))


@st.cache_resource(max_entries=8, show_spinner=False)
def of_file(
    content: bytes,
    variant: str,
    outcomes: tuple[str, ...],
    kind: Kind | None,
    per: str,
    control: str,
    confidence: float,
    effect: float,
) -> Quick:
    """Outcomes of a file judged."""
    read = _read(content, variant, (*outcomes, *([per] if per else [])))
    return calculator.from_file(
        read, kind=kind, per=per, control=control, confidence=confidence, smallest_effect=effect
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(content: bytes, variant: str, outcomes: tuple[str, ...]) -> OutcomeColumns:
    return outcome_file.read_outcomes(content, variant, outcomes)

"""The definition lens, per release and scope."""

import streamlit as st

from analysis.kpis import definitions as lens
from analysis.kpis.definitions import DefinitionRow
from dashboard.gateway import engines
from data.records import Scope


def definitions(scope: Scope) -> tuple[DefinitionRow, ...]:
    """Every definition for every period of the scope."""
    return _definitions(*engines.at(scope.release), scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _definitions(place: str, number: int, scope: Scope) -> tuple[DefinitionRow, ...]:
    return engines.ask(lens.definitions, number, scope)

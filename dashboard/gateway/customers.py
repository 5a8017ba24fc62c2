"""The customers behind a number."""

import streamlit as st

from analysis.customers import listing
from analysis.customers.listing import CustomerRow, CustomerTotals
from dashboard.gateway import engines
from data.records import CustomerQuery


def customers(query: CustomerQuery, release: int | None = None) -> tuple[CustomerRow, ...]:
    """The rows of a list."""
    return _customers(*engines.at(release), query)


def totals(query: CustomerQuery, release: int | None = None) -> CustomerTotals:
    """How many customers the list has and what they pay, whatever its limit."""
    return _totals(*engines.at(release), query)


@st.cache_resource(max_entries=32, show_spinner=False)
def _customers(place: str, number: int, query: CustomerQuery) -> tuple[CustomerRow, ...]:
    return engines.ask(listing.customers, number, query)


@st.cache_resource(max_entries=256, show_spinner=False)
def _totals(place: str, number: int, query: CustomerQuery) -> CustomerTotals:
    return engines.ask(listing.totals, number, query)

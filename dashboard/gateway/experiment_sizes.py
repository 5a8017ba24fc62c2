"""How many customers a plan needs, and what the population can show: by the company's own rates."""

from dataclasses import dataclass, replace

import streamlit as st

from analysis.experiments import planning
from analysis.experiments.checks import is_share
from analysis.experiments.planning import Need, Own, PowerRow, Reach
from analysis.results import NotEnoughData
from dashboard.gateway import engines
from data.records_experiments import Plan

#: Months of which the power curve is drawn beside that of the plan.
MONTHS = 6


@dataclass(frozen=True)
class Sized:
    """What a plan comes down to; curves: months of assigning (0 = as planned), customers, and power by effect."""

    known: Own
    need: Need | NotEnoughData
    curves: tuple[tuple[int, int, tuple[PowerRow, ...]], ...]
    reach: tuple[Reach, ...]


def of(plan: Plan, number: int) -> Sized:
    """Size, power and reach of a plan."""
    return _sized(*engines.at(number), _that_counts(plan))


def sized(plan: Plan, number: int) -> Plan:
    """The plan with the size it needs and the rates that come from the data; as it is where the data tell none.

    Where no size can be had, the share without the offer still says whether the effect is possible at all.
    """
    known = _own_of(plan, number)
    found = planning.with_own_rates(plan, known)
    if not isinstance(found, NotEnoughData):
        return found
    tells = plan.baseline is None and is_share(plan) and known.customers.n >= planning.LEAST
    return replace(plan, baseline=known.customers.mean["value"]) if tells else plan


def _own_of(plan: Plan, number: int) -> Own:
    return _own(*engines.at(number), Plan("", eligible=plan.eligible, primary=plan.primary, unit=plan.unit))


def _that_counts(plan: Plan) -> Plan:
    """The plan without its words, which change at every letter and no number."""
    return replace(plan, name="", hypothesis="", owner="", webhook="", secondary=(), guardrails=())


@st.cache_resource(max_entries=64, show_spinner=False)
def _own(place: str, number: int, plan: Plan) -> Own:
    return engines.ask(planning.own, number, plan)


@st.cache_resource(max_entries=64, show_spinner=False)
def _sized(place: str, number: int, plan: Plan) -> Sized:
    known = _own_of(plan, number)
    need = planning.need(plan, known)
    curves = [] if isinstance(need, NotEnoughData) else [(0, need.size)]
    curves += [(MONTHS, planning.population(plan, known, MONTHS))] if curves else []
    drawn = [(months, n, planning.power_curve(plan, known, n)) for months, n in curves if n]
    kept = tuple((m, n, rows) for m, n, rows in drawn if not isinstance(rows, NotEnoughData))
    return Sized(known, need, kept, planning.reach(plan, known))

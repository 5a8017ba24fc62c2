"""What goes with leaving, all else being equal: a model of what was known at the start of each period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from analysis.kpis.notes import TODAYS
from analysis.metrics.outcomes import is_outcome, plain_key, refuse_outcomes
from analysis.periods import periods_of
from analysis.personas.crosstab import FINDING
from analysis.personas.dimensions import dimension, value_of
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.discrimination import area_under_curve
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.proportions import two_sided_p, z_value
from analysis.statistics.ridge import Features, average_effects, brier_skill, chosen_penalty, fit
from data.errors import ReviewError
from data.queries.crosstab import Dimension, some_at_risk, values_of_customers
from data.queries.segments import attribute_columns
from data.queries.windows import before, measures
from data.records import Condition, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

SEED = 20_261_125
MOST_CUSTOMERS = 800
"""Per period; more would only shorten intervals."""
LEAST_PERIODS, LEAST_LOST = 4, 40
MOST_VALUES, LEAST_CUSTOMERS = 4, 30
AGE, MRR = "age", "mrr"
REPEATED = "logins_28"
"""Says what core actions say already; with both in, each takes what the other gives."""


@dataclass(frozen=True)
class Driver:
    """What one feature changes in the chance to leave within a period, on average and all else being equal.

    name, value  Attribute and value; measures and amounts have no value and stand for one standard deviation more.
    reference    The value it is compared with.
    effect       In the chance (0.01 is one percentage point).
    conditions   What the customers with the value meet; none for measures and amounts.
    lost         Losses of customers with the value among those the model saw.
    """

    name: str
    value: str
    reference: str
    effect: Estimate
    p_adjusted: float | None
    conditions: tuple[Condition, ...] = ()
    lost: int = 0

    @property
    def more_than_chance(self) -> bool:
        """Whether the association is more than chance."""
        return self.p_adjusted is not None and self.p_adjusted < FINDING


@dataclass(frozen=True)
class Drivers:
    """The associations, largest first, and how the model did on periods it had not seen.

    span              From the start of the first of the periods to the end of the last.
    auc               In the periods held out: chance that somebody who left was ranked above somebody who stayed.
    expected, came    Losses it expected there, and those that came.
    skill             How much smaller its squared error is than that of the mean rate of before; 0 is no better.
    same              Attributes left out, each with the one that says the same of every customer.
    """

    rows: tuple[Driver, ...]
    periods: int
    customers: int
    auc: Estimate | NotEnoughData
    expected: float
    came: int
    skill: float
    span: Period
    same: tuple[tuple[str, str], ...] = ()

    @property
    def misses(self) -> Literal["", "over", "under"]:
        """Whether it expected more (`over`) or fewer losses of later periods than chance explains (Poisson, 95 %)."""
        if abs(self.came - self.expected) <= z_value(0.95) * sqrt(self.expected):
            return ""
        return "over" if self.expected > self.came else "under"


def drivers(engine: Engine, scope: Scope, *, seed: int = SEED) -> Drivers | NotEnoughData:
    """Associations of attributes, age, amount, use, tickets and late payments with leaving in a period.

    The complete periods of the scope; of each at most 800 customers at its start, with what was known on that day.
    Behaviour of the days before counts up to the day before the start.
    """
    refuse_outcomes(scope.segment)
    release = engine.release
    if release is None or release.shape == "snapshot":
        raise ReviewError("A snapshot says that customers left, not when: there are no periods to learn from.")
    periods = [period for period in periods_of(scope, release.as_of) if period.complete]
    names = [n for n in attribute_columns(engine) if not is_outcome(n) and plain_key(n) not in TODAYS]
    dimensions = [dimension(engine, name) for name in names]
    parts = [some_at_risk(engine, scope.segment, p, seed, MOST_CUSTOMERS) for p in periods]
    lost = sum(bool(row["churned"]) for part in parts for row in part)
    if len(periods) < LEAST_PERIODS or lost < LEAST_LOST:
        have, needed = (len(periods), LEAST_PERIODS) if len(periods) < LEAST_PERIODS else (lost, LEAST_LOST)
        return NotEnoughData("a model needs several complete periods and losses in them", have, needed)
    customers = list(dict.fromkeys(row["customer_id"] for part in parts for row in part))
    values = values_of_customers(engine, dimensions, customers)
    panel = _Panel(dimensions, periods, parts, _behaviour(engine, periods, parts), values)
    return _modelled(panel, seed)


def _behaviour(
    engine: Engine, periods: Sequence[Period], parts: Sequence[Sequence[Mapping[str, Any]]]
) -> dict[str, list[float | None]]:
    if not measures(engine):
        return {}
    return before(
        engine, [(row["customer_id"], p.start) for p, part in zip(periods, parts, strict=True) for row in part]
    )


@dataclass(frozen=True, eq=False)
class _Panel:
    """Rows of customers per period, in order of time."""

    dimensions: Sequence[Dimension]
    periods: Sequence[Period]
    parts: Sequence[Sequence[Mapping[str, Any]]]
    behaviour: Mapping[str, list[float | None]]
    values: Mapping[str, Mapping[str, str]]

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        return [row for part in self.parts for row in part]


@dataclass(frozen=True)
class _Column:
    name: str
    value: str
    reference: str
    values: tuple[float, ...]
    conditions: tuple[Condition, ...] = ()


def _modelled(panel: _Panel, seed: int) -> Drivers:
    rows = panel.rows
    columns, same = _telling_apart(_columns(panel))
    found = Features(
        matrix=np.array([column.values for column in columns]).T,
        lost=np.array([bool(row["churned"]) for row in rows]),
        period=np.repeat(np.arange(len(panel.parts)), [len(part) for part in panel.parts]),
        customer=np.unique([row["customer_id"] for row in rows], return_inverse=True)[1],
        columns=_grouped(columns),
    )
    penalty = chosen_penalty(found)
    effects = average_effects(found, penalty, seed=seed)
    adjusted = benjamini_hochberg([two_sided_p(effect) for effect in effects])
    made = [
        Driver(c.name, c.value, c.reference, e, q, c.conditions, _lost(c, found) if c.conditions else 0)
        for c, e, q in zip(columns, effects, adjusted, strict=True)
    ]
    made.sort(key=lambda driver: -abs(driver.effect.value))
    span = Period(panel.periods[0].start, panel.periods[-1].end)
    return Drivers(tuple(made), len(panel.parts), len(rows), *_worth(found, penalty), span, same)


def _lost(column: _Column, found: Features) -> int:
    return int(found.lost @ np.array(column.values))


def _worth(found: Features, penalty: float) -> tuple[Estimate | NotEnoughData, float, int, float]:
    """Train on the earlier periods, judge on the last quarter of them."""
    first_held_out = int(found.period.max()) + 1 - max(1, (int(found.period.max()) + 1) // 4)
    earlier = found.period < first_held_out
    chance = fit(found.matrix[earlier], found.lost[earlier], penalty).chance(found.matrix[~earlier])
    lost = found.lost[~earlier]
    skill = brier_skill(chance.tolist(), lost.tolist(), float(found.lost[earlier].mean()))
    return area_under_curve(chance.tolist(), lost.tolist()), float(chance.sum()), int(lost.sum()), skill


def _grouped(columns: Sequence[_Column]) -> tuple[tuple[int, ...], ...]:
    found: dict[str, list[int]] = {}
    for place, column in enumerate(columns):
        found.setdefault(column.name, []).append(place)
    return tuple(map(tuple, found.values()))


def _columns(panel: _Panel) -> list[_Column]:
    rows = panel.rows
    starts = [period.start for period, part in zip(panel.periods, panel.parts, strict=True) for _ in part]
    age = [np.log1p(max(0, (start - row["origin"]).days)) for start, row in zip(starts, rows, strict=True)]
    mrr = [np.log1p(row["mrr_cents"]) for row in rows]
    known = {name: _filled(values) for name, values in panel.behaviour.items() if name != REPEATED}
    amounts = {AGE: age, MRR: mrr, **known}
    found = [_Column(n, "", "", tuple(map(float, v))) for n, v in amounts.items() if len(set(v)) > 1]
    return found + [column for one in panel.dimensions for column in _dummies(one, panel)]


def _telling_apart(columns: Sequence[_Column]) -> tuple[list[_Column], tuple[tuple[str, str], ...]]:
    """Without attributes whose every column is one of another attribute, or its opposite: they would share its effect.

    Columns, and the names of what was left out with what says the same.
    """
    named: dict[str, list[_Column]] = {}
    for column in columns:
        named.setdefault(column.name, []).append(column)
    owner: dict[tuple[float, ...], str] = {}
    kept: list[_Column] = []
    same: list[tuple[str, str]] = []
    for name, own in named.items():
        owners = [owner.get(_either_way(column)) for column in own]
        if owners[0] is not None and len(set(owners)) == 1:
            same.append((name, owners[0]))
            continue
        owner |= {_either_way(column): name for column in own}
        kept += own
    return kept, tuple(same)


def _either_way(column: _Column) -> tuple[float, ...]:
    """The same for a column of 0 and 1 and its opposite."""
    opposite = column.values[0] == 1.0 and set(column.values) == {0.0, 1.0}
    return tuple(1.0 - value for value in column.values) if opposite else column.values


def _filled(values: Sequence[float | None]) -> list[float]:
    """Logarithms, since ten logins more mean less to who has a thousand; the mean where nothing was on record."""
    known = [float(np.log1p(value)) for value in values if value is not None]
    usual = float(np.mean(known)) if known else 0.0
    return [usual if value is None else float(np.log1p(value)) for value in values]


def _dummies(one: Dimension, panel: _Panel) -> list[_Column]:
    """A column of 0 and 1 per common value but the commonest, with which the others are compared."""
    values = [panel.values[row["customer_id"]][one.attribute] for row in panel.rows]
    size = Counter(value for value in values if value)
    common = sorted((v for v in size if size[v] >= LEAST_CUSTOMERS), key=lambda v: (-size[v], v))[: MOST_VALUES + 1]
    if len(common) < 2:
        return []
    first, *others = common
    reference = value_of(one, first).name
    named = [(value_of(one, value), tuple(float(v == value) for v in values)) for value in others]
    return [_Column(one.attribute, value.name, reference, has, value.conditions) for value, has in named]

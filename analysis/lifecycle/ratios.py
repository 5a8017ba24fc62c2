"""Risk ratios: how many times as fast a group leaves as the largest one, among customers otherwise alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.lifecycle.groups import placed
from analysis.lifecycle.knowable import refuse_unknowable
from analysis.lifecycle.survival import MOST_GROUPS
from analysis.results import NotEnoughData
from analysis.statistics.cox import cox_regression, cox_rows
from analysis.statistics.proportions import MIN_CUSTOMERS
from analysis.statistics.survival import first_age_of_many, life_counts
from data.queries.lives import CountedLives, lives_by_age
from data.records import AgeUnit, Scope

if TYPE_CHECKING:
    from data.engine import Engine

MANY_LOSSES = 20_000
"""From here on losses of one day are few beside those at risk, and Breslow's ties are as good as Efron's."""


@dataclass(frozen=True)
class RiskRatio:
    """Risk of a group over that of the largest, with its 95 % limits and Wald's p-value."""

    value: float
    low: float
    high: float
    p_value: float


def risk_ratios(
    engine: Engine, scope: Scope, by: Sequence[str], *, unit: AgeUnit = "day", most: int = MOST_GROUPS
) -> Mapping[str, RiskRatio] | NotEnoughData:
    """Each group of at least 10 customers against the largest, by Cox regression; the largest itself is left out.

    by  The attribute of the groups, and optionally one whose values are compared only among themselves (strata).

    One number for all ages: where curves cross it says little, and the difference of the means says more.
    """
    refuse_unknowable(scope.segment, by)
    found = lives_by_age(engine, scope.segment, unit, tuple(by)[:2])
    groups, shown = _groups(found, most)
    if len(shown) < 2:
        return NotEnoughData("fewer than two groups of at least 10 customers", len(shown), 2)
    starts = _starts(found, groups)
    kept = np.isin(groups, [place for place, _name in shown]) & (found.age > starts)
    others = shown[1:]
    x = np.column_stack([groups[kept] == place for place, _name in others]).astype(float)
    strata = found.codes[1][kept] if len(found.codes) > 1 else None
    start = np.maximum(found.entered, starts)[kept]
    start = np.where(start > 0, start, -np.inf)
    rows = cox_rows(found.age[kept], found.lost[kept], x, start=start, customers=found.customers[kept], stratum=strata)
    lost = int(rows.customers[rows.lost].sum())
    fit = cox_regression(rows, ties="efron" if lost < MANY_LOSSES else "breslow")
    if isinstance(fit, NotEnoughData):
        return fit
    return {name: RiskRatio(*fit.risk_ratio(i), fit.p_value(i)) for i, (_place, name) in enumerate(others)}


def _starts(found: CountedLives, groups: np.ndarray) -> np.ndarray:
    """For each row the age that its group's curve begins at, below every age where it begins with life."""
    starts = np.full(len(groups), -1.0)
    for place in np.unique(groups[found.entered > 0]):
        mine = groups == place
        lives = life_counts(found.age[mine], found.lost[mine], found.customers[mine], found.entered[mine])
        starts[mine] = first_age_of_many(lives) or -1.0
    return starts


def _groups(found: CountedLives, most: int) -> tuple[np.ndarray, list[tuple[int, str]]]:
    """The group of each row, and the groups that are large enough, the largest first."""
    shown, groups = placed(found.values[0], found.codes[0], found.customers, most)
    per_group = np.bincount(groups, weights=found.customers, minlength=len(shown))
    return groups, [(i, name) for i, name in enumerate(shown) if per_group[i] >= MIN_CUSTOMERS]

"""How many customers of each variant are still there so many days after the assignment: Kaplan-Meier curves."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from analysis.experiments.watch import plan_of, reading_of
from analysis.results import NotEnoughData
from analysis.statistics.survival import LifeCounts, kaplan_meier
from data.queries import experiments as counts
from data.records_experiments import Experiment

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class StillThere:
    """The share of a variant's customers still there after a day; limits None where nobody is left to tell."""

    variant: str
    day: int
    at_risk: int
    share: float
    low: float | None
    high: float | None


def staying(engine: Engine, experiment: Experiment) -> tuple[StillThere, ...]:
    """Each day within the horizon on which anybody left or was last seen; () for outcomes measured elsewhere.

    Customers who can be followed for a part of the horizon only count until then.
    """
    plan = plan_of(experiment)
    if plan.primary.kind == "outcome":
        return ()
    lives = counts.lives_after(engine, reading_of(experiment), plan.primary.days)
    return tuple(point for variant in plan.variants for point in _points(variant.name, lives.get(variant.name)))


def _points(variant: str, found: tuple[np.ndarray, np.ndarray, np.ndarray] | None) -> list[StillThere]:
    if found is None or not len(found[0]):
        return []
    day, lost, censored = found
    curve = kaplan_meier(LifeCounts(day.astype(float), lost, censored, np.zeros(len(day), dtype=np.int64)))
    if isinstance(curve, NotEnoughData):
        return []
    columns = (curve.age, curve.at_risk, curve.survival, curve.low, curve.high)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        StillThere(variant, int(age), int(n), share, _known(low), _known(high)) for age, n, share, low, high in rows
    ]


def _known(limit: float) -> float | None:
    return None if isnan(limit) else limit

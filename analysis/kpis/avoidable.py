"""How many losses of each period were diagnosed in an interview, and how many of those could have been avoided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from analysis.periods import floor
from data.queries.reasons import lost_among
from data.records import Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

MATCH_DAYS = 31
"""A later import may move the day of a loss a little; its interviews stay with it."""


@dataclass(frozen=True)
class Diagnosis:
    """What an interview found of one loss; of several interviews the last one counts."""

    customer_id: str
    lost_on: date
    avoidable: bool


@dataclass(frozen=True)
class Diagnosed:
    """Of one period: losses with a diagnosis, and those of them that were avoidable."""

    diagnosed: int = 0
    avoidable: int = 0


def avoidable_losses(
    engine: Engine, scope: Scope, periods: Sequence[Period], diagnosed: Sequence[Diagnosis]
) -> Mapping[Period, Diagnosed]:
    """The diagnosed losses of each period; a loss is counted once, however many interviews were held about it."""
    held: dict[str, list[Diagnosis]] = {}
    for diagnosis in diagnosed:
        held.setdefault(diagnosis.customer_id, []).append(diagnosis)
    lost = lost_among(engine, scope.segment, scope.grain, periods[0].start, periods[-1].end, sorted(held))
    # A snapshot puts every loss on its own day, which is another one in the next snapshot.
    timeless = engine.release is not None and engine.release.shape == "snapshot"
    found: dict[date, list[bool]] = {}
    for row in lost:
        mine = held[row["customer_id"]]
        near = [d for d in mine if timeless or abs((d.lost_on - row["lost_on"]).days) <= MATCH_DAYS]
        if near:
            found.setdefault(row["period"], []).append(near[-1].avoidable)
    return {period: _counted(found.get(floor(period.start, scope.grain), ())) for period in periods}


def _counted(avoidable: Sequence[bool]) -> Diagnosed:
    return Diagnosed(len(avoidable), sum(avoidable))

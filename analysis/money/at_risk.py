"""Revenue at risk: what today's customers are expected to lose in the coming two quarters, and how that went before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import add_months, floor
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.survival_forecast import (
    Lives,
    chance_variance,
    expected_loss,
    season_factors,
    spread_between,
)
from data.queries.money import life_cells
from data.records import Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

QUARTER = 3
MOST_ORIGINS = 8
MIN_MONTHS = 12
"""Months of history that a forecast needs; with fewer, no yearly contract has come to its end."""
MIN_LOSSES = 50
SEED = 20261123
OLDEST_MONTHS = 120
"""Ages before the data begin beyond which whole years are left away: the risk there is that of all ages alike."""
_CYCLES = {"year": 12, "quarter": 3}
_FIELDS = ("starts", "losses", "delta_cents", "squares", "lost_cents")


@dataclass(frozen=True)
class AtRiskRow:
    """MRR in cents that the customers there now are expected to lose in a period."""

    period_start: date
    period_end: date
    at_risk_cents: Estimate


@dataclass(frozen=True)
class PastRow:
    """What was expected at the time, and what came."""

    period_start: date
    period_end: date
    expected_cents: Estimate
    came_cents: int

    @property
    def inside(self) -> bool:
        """Whether what came lies in the interval."""
        low, high = self.expected_cents.limits
        return low <= self.came_cents <= high


@dataclass(frozen=True)
class AtRisk:
    """The coming two quarters of months, together and one by one, and past forecasts of one quarter.

    spread  How much quarters differ beyond chance (standard deviation of a logarithm); None where too few are known.
    """

    customers: int
    mrr_cents: int
    whole: AtRiskRow
    rows: tuple[AtRiskRow, ...]
    past: tuple[PastRow, ...]
    spread: float | None


@dataclass(frozen=True)
class _Cells:
    """Sums per kind of life, month of beginning and month: arrays (kind, began, month) for each field.

    first    Month number 0; before the data begin where customers had signed before.
    history  Months that the data know.
    """

    first: date
    history: int
    cycles: tuple[int, ...]
    sums: Mapping[str, np.ndarray]

    @property
    def months(self) -> int:
        """How many months there are."""
        return self.sums["starts"].shape[1]

    def day(self, month: int) -> date:
        """First day of a month by its number."""
        return add_months(self.first, month)


@dataclass(frozen=True)
class _Known:
    """What is known at the end of a month: lives by kind, and the factor of the season on each coming month."""

    kinds: tuple[Lives, ...]
    season: tuple[float, ...]

    def expected(self, start: int, end: int, spread: float) -> Estimate:
        """What the lives there will lose in the months (start, end] from then."""
        return expected_loss(self.kinds, start, end, season=self.season, spread=spread, seed=SEED)


def at_risk(engine: Engine, scope: Scope) -> AtRisk | NotEnoughData:
    """Expected loss of the customers there at the end of the last whole month, by kind of contract and size."""
    refuse_outcomes(scope.segment)
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    if release.shape == "snapshot":
        return NotEnoughData("a snapshot does not say when customers left")
    until = floor(release.as_of + timedelta(days=1), "month")
    rows = life_cells(engine, scope.segment, until)
    cells = _cells(rows, until) if rows else None
    if cells is None or cells.history < MIN_MONTHS:
        return NotEnoughData("the months of history are too few", cells.history if cells else 0, MIN_MONTHS)
    now = cells.months - 1
    past, spread = _past(cells, now)
    known = _known(cells, now)
    halves = ((0, QUARTER), (QUARTER, 2 * QUARTER))
    first, second, whole = (_coming(cells, known, now, *ends, spread or 0.0) for ends in (*halves, (0, 2 * QUARTER)))
    money = sum(kind.amount.sum() for kind in known.kinds)
    return AtRisk(whole.at_risk_cents.n, int(money), whole, (first, second), past, spread)


def _coming(cells: _Cells, known: _Known, now: int, start: int, end: int, spread: float) -> AtRiskRow:
    return AtRiskRow(cells.day(now + 1 + start), cells.day(now + 1 + end), known.expected(start, end, spread))


def _past(cells: _Cells, now: int) -> tuple[tuple[PastRow, ...], float | None]:
    """Forecasts of one quarter, made every quarter with what was known then; each interval from the other quarters."""
    earliest = cells.months - cells.history + MIN_MONTHS - 1
    origins = [now - QUARTER * step for step in range(MOST_ORIGINS, 0, -1) if now - QUARTER * step >= earliest]
    known = [_known(cells, origin) for origin in origins]
    came = [_came(cells, origin) for origin in origins]
    plain = [k.expected(0, QUARTER, 0.0).value for k in known]
    chance = [chance_variance(k.kinds, 0, QUARTER, k.season) for k in known]
    rows: list[PastRow] = []
    for i, origin in enumerate(origins):
        others = [_without(series, i) for series in (came, plain, chance)]
        expected = known[i].expected(0, QUARTER, spread_between(*others) or 0.0)
        rows.append(PastRow(cells.day(origin + 1), cells.day(origin + 1 + QUARTER), expected, came[i]))
    return tuple(rows), spread_between(came, plain, chance)


def _without(series: Sequence[Any], place: int) -> list[Any]:
    return [value for i, value in enumerate(series) if i != place]


def _came(cells: _Cells, origin: int) -> int:
    """MRR just before the loss of the lives of an origin that were lost in the quarter after it."""
    return int(cells.sums["lost_cents"][:, : origin + 1, origin + 1 : origin + 1 + QUARTER].sum())


def _known(cells: _Cells, now: int) -> _Known:
    found = [_kind(cells, kind, cycle, now) for kind, cycle in enumerate(cells.cycles)]
    kinds = tuple(lives for lives, _expected in found)
    came = cells.sums["losses"][:, : now + 1, : now + 1].sum(axis=(0, 1))
    months = [cells.day(month).month for month in range(now + 1)]
    factors = season_factors(came, np.sum([expected for _lives, expected in found], axis=0), months)
    coming = (cells.day(now + 1 + step).month for step in range(2 * QUARTER))
    return _Known(kinds, tuple(float(factors[month - 1]) for month in coming))


def _kind(cells: _Cells, kind: int, cycle: int, now: int) -> tuple[Lives, np.ndarray]:
    """The lives of one kind at the end of a month, and the losses that their risks by age expect of each month."""
    n = now + 1
    part = {name: cells.sums[name][kind, :n, :n] for name in _FIELDS}
    lost = _by_age(part["losses"])
    entered = np.cumsum(_by_age(part["starts"]), axis=1) - np.cumsum(lost, axis=1) + lost
    reached = np.arange(n)[:, None] + np.arange(n)[None, :] <= now
    at_risk, lost = ((values * reached) for values in (entered, lost))
    risk = np.divide(lost.sum(axis=0), at_risk.sum(axis=0), out=np.zeros(n), where=at_risk.sum(axis=0) > 0)
    expected = _by_month(at_risk * risk)
    ends = ((part["starts"] - part["losses"]).sum(axis=1), part["delta_cents"].sum(axis=1), part["squares"].sum(axis=1))
    here, amount, squares = (np.maximum(end[::-1], 0.0) for end in ends)
    more = (0, 2 * QUARTER)
    return Lives(
        np.pad(at_risk.sum(axis=0), more), np.pad(lost.sum(axis=0), more), here, amount, squares, cycle
    ), expected


def _by_age(values: np.ndarray) -> np.ndarray:
    """(began, month) -> (began, age)."""
    return np.array([np.roll(row, -began) for began, row in enumerate(values)])


def _by_month(values: np.ndarray) -> np.ndarray:
    """(began, age) -> sums per month."""
    return np.sum([np.roll(row, began) for began, row in enumerate(values)], axis=0)


def _cells(rows: Sequence[Mapping[str, Any]], until: date) -> _Cells:
    """The cells as arrays; sizes of few losses are put together with the next size."""
    known = min(row["month"] for row in rows)
    first = max(min(row["began"] for row in rows), add_months(known, -OLDEST_MONTHS))
    months = _number(until, first)
    kinds = _merged(rows)
    names = sorted(set(kinds.values()))
    place = {key: names.index(name) for key, name in kinds.items()}
    sums = {name: np.zeros((len(names), months, months)) for name in _FIELDS}
    for row in rows:
        began = _number(row["began"], first)
        at = place[row["interval"], row["band"]], began if began >= 0 else began % 12, _number(row["month"], first)
        for name in _FIELDS:
            sums[name][at] += row[name]
    return _Cells(first, _number(until, known), tuple(_CYCLES.get(interval, 1) for interval, _band in names), sums)


def _merged(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], tuple[str, int]]:
    """(interval, size) -> the kind it counts in: neighbouring sizes together until there are enough losses."""
    losses: dict[tuple[str, int], int] = {}
    for row in rows:
        key = row["interval"], row["band"]
        losses[key] = losses.get(key, 0) + row["losses"]
    kinds: dict[tuple[str, int], tuple[str, int]] = {}
    for interval in sorted({key[0] for key in losses}):
        kinds |= _merged_sizes(interval, {key[1]: n for key, n in losses.items() if key[0] == interval})
    return kinds


def _merged_sizes(interval: str, losses: Mapping[int, int]) -> dict[tuple[str, int], tuple[str, int]]:
    groups: list[list[int]] = [[]]
    for band in sorted(losses):
        groups[-1].append(band)
        if sum(losses[b] for b in groups[-1]) >= MIN_LOSSES:
            groups.append([])
    if not groups[-1]:
        groups.pop()
    elif len(groups) > 1 and sum(losses[b] for b in groups[-1]) < MIN_LOSSES:
        few = groups.pop()
        groups[-1] += few
    return {(interval, band): (interval, group[0]) for group in groups for band in group}


def _number(day: date, first: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def period_of(row: AtRiskRow | PastRow) -> Period:
    """The period a row is about."""
    return Period(row.period_start, row.period_end)

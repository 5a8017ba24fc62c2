"""The journey: whether more customers are lost in the days after a moment than at other times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.lifecycle.knowable import refuse_unknowable
from analysis.lifecycle.survival import counted_lives
from analysis.results import NotEnoughData
from analysis.statistics.event_rates import AgeRisk, RateRatio, hazard_by_age, rate_ratio
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.survival import LifeCounts, life_counts
from analysis.statistics.time_windows import observed_and_expected, window_ratio
from data.queries.events import logged_events
from data.queries.exposure import DaysAtRisk, days_at_risk
from data.queries.moments import MOMENTS, lives_since
from data.records import Condition, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine

WINDOWS = (30, 60, 90)
YEAR_DAYS = 365.25
MANY_WINDOWS = 8
"""With fewer windows free of events of a kind, all others are taken: the others tell more than those events cost."""
EARLY_DAYS = 2
"""A renewal after whole years falls on day 365 or 366: the window opens two days before."""


@dataclass(frozen=True)
class Moment:
    """Losses in the days after one moment against those at all other times.

    code      trial_end, first_training, renewal, or the kind of an event of the releases log.
    on        Day of an event; None for moments that each customer has of its own.
    lost, customer_days  In the window; `elsewhere` both at other times (of the same customers where on is None).
    expected  Of an event, losses in the window if customers of the same age and billing interval had been lost as at
              all other times; None for the customers' own moments.
    ratio     Rate in the window over the rate elsewhere. Of the customers' own moments with the exact interval; of an
              event lost / expected, its interval and p from how much windows of that length differ at other dates.
    q_value   Its p-value adjusted for all moments shown together.
    """

    code: str
    title: str
    on: date | None
    days: int
    lost: int
    customer_days: float
    lost_elsewhere: int
    days_elsewhere: float
    ratio: RateRatio | NotEnoughData
    q_value: float | None = None
    expected: float | None = None


def journey(engine: Engine, scope: Scope, days: int = 90) -> tuple[Moment, ...] | NotEnoughData:
    """Every moment the data tell of, customers' own ones first, then events from the latest to the first.

    An association only: what else happened in those days is in the rate too. An event is held against windows of the
    same length at other dates that hold no event of its kind (or at all other dates, where too few are without one). A
    snapshot knows no days of loss.
    """
    refuse_unknowable(scope.segment)
    if engine.release is None:
        raise ValueError("reports need a recorded release")
    if engine.release.shape == "snapshot":
        return NotEnoughData("a snapshot says that a customer left, not when: nothing can be put before or after", 0, 1)
    found = [*_own_moments(engine, scope.segment, days), *_events(engine, scope.segment, days)]
    if not found:
        return NotEnoughData("no trials, trainings, yearly contracts or events in the data", 0, 1)
    q_values = benjamini_hochberg([None if isinstance(m.ratio, NotEnoughData) else m.ratio.p_value for m in found])
    return tuple(replace(moment, q_value=q) for moment, q in zip(found, q_values, strict=True))


def _own_moments(engine: Engine, segment: Segment, days: int) -> Iterator[Moment]:
    for code in MOMENTS:
        rows = lives_since(engine, segment, code)
        if rows and rows["customers"]:
            lives = life_counts(rows["age"], rows["lost"], rows["customers"])
            inside, *later = hazard_by_age(lives, [0, days, max(float(lives.age[-1]), days + 1)])
            yield _moment(code, days, [inside], later)
    yearly = _yearly(engine, segment)
    if yearly is not None and yearly.age[-1] > YEAR_DAYS + days:
        bands = hazard_by_age(yearly, _renewal_edges(float(yearly.age[-1]), days))
        yield _moment("renewal", days, bands[1::2], bands[::2])


def _yearly(engine: Engine, segment: Segment) -> LifeCounts | None:
    """Lives of customers on yearly contracts, whose renewals fall on whole years of age."""
    if not engine.has("subscriptions"):
        return None
    yearly = replace(segment, conditions=(*segment.conditions, Condition("interval", "in", ("year",))))
    lives = counted_lives(engine, yearly)
    return lives if lives.n else None


def _renewal_edges(last: float, days: int) -> list[float]:
    """Edges of age: outside, inside the window of a renewal, outside, ... from 0 to the last age."""
    edges, year = [0.0], 1
    while year * YEAR_DAYS < last:
        edges += [year * YEAR_DAYS - EARLY_DAYS, year * YEAR_DAYS + days]
        year += 1
    return [*edges, max(last, edges[-1] + 1)]


def _moment(code: str, days: int, inside: Sequence[AgeRisk], outside: Sequence[AgeRisk]) -> Moment:
    mine, others = (sum(band.lost for band in bands) for bands in (inside, outside))
    here, there = (sum(band.exposure for band in bands) for bands in (inside, outside))
    return Moment(code, "", None, days, mine, here, others, there, rate_ratio(mine, here, others, there))


def _events(engine: Engine, segment: Segment, days: int) -> Iterator[Moment]:
    risk = days_at_risk(engine, segment)
    if risk is None:
        return
    present = np.cumsum(np.bincount(risk.day, risk.change, risk.days + 1))[: risk.days]
    losses = observed_and_expected(risk.kind, risk.day, risk.change, risk.lost, risk.days)
    logged = logged_events(engine, risk.first, risk.first + timedelta(days=risk.days))
    for row in reversed(logged):
        kin = [_window(risk, other["on"], days) for other in logged if other["kind"] == row["kind"]]
        yield _event(row, days, _window(risk, row["on"], days), kin, losses, present)


def _window(risk: DaysAtRisk, on: date, days: int) -> slice:
    """The days after an event by their numbers, as far as the data reach."""
    start = (on - risk.first).days
    return slice(start, min(start + days, risk.days))


def _event(
    row: dict[str, Any],
    days: int,
    window: slice,
    kin: Sequence[slice],
    losses: tuple[np.ndarray, np.ndarray],
    present: np.ndarray,
) -> Moment:
    lost, expected = losses
    inside, here = int(lost[window].sum()), float(present[window].sum())
    ratio = _held_against_others(lost, expected, window, kin)
    outside, elsewhere = int(lost.sum()) - inside, float(present.sum()) - here
    before = float(expected[window].sum())
    rest = float(expected.sum()) - before
    hoped = before * outside / rest if rest > 0 else None
    return Moment(row["kind"], row["title"], row["on"], days, inside, here, outside, elsewhere, ratio, None, hoped)


def _held_against_others(
    lost: np.ndarray, expected: np.ndarray, window: slice, kin: Sequence[slice]
) -> RateRatio | NotEnoughData:
    """Against windows without an event of the same kind; where few are left, as of monthly releases, against all."""
    without, every = np.ones(len(lost), dtype=bool), np.ones(len(lost), dtype=bool)
    for other in kin:
        without[other] = False
    found = window_ratio(lost, expected, window.start, window.stop, without, least=MANY_WINDOWS)
    if isinstance(found, RateRatio):
        return found
    return window_ratio(lost, expected, window.start, window.stop, every)

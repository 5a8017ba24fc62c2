"""The fourth question: of the customers that asked to cancel, how many were still paying later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.periods import shift
from analysis.results import Answer, NotEnoughData
from analysis.review.parts import Asked, Document, Section, chart, figure, limited
from analysis.statistics.proportions import MIN_CUSTOMERS, wilson_interval
from data.queries.proof import recorded_from, saved_months
from data.records import Period
from data.records_improvement import ProofMetric, ProofMonth

FOLLOWED = (30, 60, 90)
"""Days after the request at which somebody who still pays counts as saved."""


def section(asked: Asked) -> Section:
    """Requests to cancel of the quarter and the share saved after 30, 60 and 90 days, with a year of months."""
    if recorded_from(asked.engine, ProofMetric("save-rate", days=30)) is None:
        return Section(
            unknown="No request to cancel is recorded: how often a save succeeds is unknown, not zero. Requests come "
            "with touches of the kind cancel_request."
        )
    first = shift(asked.quarter.end, "month", -12)
    months = saved_months(asked.engine, FOLLOWED, first, shift(asked.quarter.end, "month", -1))
    shown = months[FOLLOWED[0]]
    return Section(
        figures=[_requests(asked, shown), *(_saved(asked, days, months[days]) for days in FOLLOWED)],
        charts=[chart("rates", "monthly_saves", map(_month, shown), days=FOLLOWED[0])] if shown else [],
        notes=_notes(asked, months[FOLLOWED[-1]]),
    )


def _within(months: Iterable[ProofMonth], period: Period) -> list[ProofMonth]:
    return [month for month in months if period.start <= month.start < period.end]


def _requests(asked: Asked, months: Sequence[ProofMonth]) -> Document:
    now, before = (sum(m.n for m in _within(months, period)) for period in (asked.quarter, asked.before))
    return figure("cancel_requests", "count", now, before)


def _saved(asked: Asked, days: int, months: Sequence[ProofMonth]) -> Document:
    """The share saved; `months`: how many months of the quarter are followed for so long already."""
    now = _within(months, asked.quarter)
    answers = (_share(now), _share(_within(months, asked.before)))
    return figure(f"saved_{days}", "rate", *answers, days=days, months=len(now))


def _share(months: Sequence[ProofMonth]) -> Answer:
    n = sum(month.n for month in months)
    if not months:
        return NotEnoughData("no month of the quarter is followed for so long yet", 0, 1)
    if n < MIN_CUSTOMERS:
        return NotEnoughData("too few requests to cancel", n, MIN_CUSTOMERS)
    return wilson_interval(round(sum(month.total for month in months)), n)


def _month(month: ProofMonth) -> Document:
    return {"start": month.start, **limited("value", _share([month])), "customers": month.n}


def _notes(asked: Asked, longest: Sequence[ProofMonth]) -> list[str]:
    told = ["Saved is who asked to cancel and still pays so many days later; what a save cost is not taken off."]
    n = len(_within(longest, asked.quarter))
    if n < 3:
        told.append(f"Of the three months of the quarter, {n} can be followed for {FOLLOWED[-1]} days in these data.")
    return told

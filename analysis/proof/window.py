"""Which months a plan of proof compares, and the first day on which they all lie in the data."""

from collections.abc import Collection
from datetime import date, timedelta

from data.queries.proof import days_after, month_after
from data.records_improvement import Action, ProofPlan

YEARS = (1, 2, 3, 4, 5)
"""How many years back the same month is looked for."""


def months_between(first: date, end: date) -> tuple[date, ...]:
    """First days of the months from that of `first` on that begin before `end`."""
    found: list[date] = []
    month = first.replace(day=1)
    while month < end:
        found.append(month)
        month = month_after(month)
    return tuple(found)


def months_later(day: date, months: int) -> date:
    """The first day of the month so many months after (or before) that of a day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)


def window_start(shipped_on: date) -> date:
    """The first month that is judged: that of shipping only when it is shipped on its first day."""
    return shipped_on if shipped_on.day == 1 else month_after(shipped_on)


def window_end(plan: ProofPlan, shipped_on: date) -> date:
    """The day after the last month that is judged."""
    return months_later(window_start(shipped_on), plan.window_months)


def window_months(plan: ProofPlan, shipped_on: date) -> tuple[date, ...]:
    """The months that are judged."""
    return months_between(window_start(shipped_on), window_end(plan, shipped_on))


def baseline_start(plan: ProofPlan, shipped_on: date) -> date:
    """The first month that is compared with."""
    return months_later(shipped_on, -plan.baseline_months)


def baseline_months(plan: ProofPlan, shipped_on: date) -> tuple[date, ...]:
    """The months that are compared with: those before the month of shipping, without the ones the plan was made by."""
    months = months_between(baseline_start(plan, shipped_on), shipped_on.replace(day=1))
    return tuple(month for month in months if not left_out(plan, month))


def left_out(plan: ProofPlan, month: date) -> bool:
    """Whether a month's own figures made one choose this population or act now."""
    if plan.chosen_from is None or plan.chosen_to is None:
        return False
    return month < plan.chosen_to and month_after(month) > plan.chosen_from


def check_on(plan: ProofPlan, shipped_on: date) -> date:
    """The first day on which the whole window lies in the data, with the days that customers are followed."""
    return window_end(plan, shipped_on) + timedelta(days=days_after(plan.metric))


def due_on(action: Action) -> date | None:
    """The first day on which a verdict can be given: by the day of shipping, before that by the planned one.

    None without a plan, or before a plan names its day.
    """
    plan = action.frozen or action.draft
    if plan is None:
        return None
    shipped = action.shipped_on or plan.ships_on
    return plan.check_on if shipped is None else check_on(plan, shipped)


def years_before(day: date, known: Collection[date]) -> tuple[date, ...]:
    """The same month of the years before, as far as it is known."""
    return tuple(past for back in YEARS if (past := months_later(day, -12 * back)) in known)


def season_known(window: Collection[date], known: Collection[date]) -> bool:
    """Whether at least half of the months have the same month of a year before beside them."""
    return 2 * sum(bool(years_before(day, known)) for day in window) >= len(window)


def season_window(plan: ProofPlan, shipped_on: date, known: Collection[date], longest: int) -> int | None:
    """Months of window, at least those planned, from which on a season can be told from an effect; None: it cannot.

    known  Months that are compared with.
    """
    first = window_start(shipped_on)
    for months in range(plan.window_months, longest + 1):
        if season_known(months_between(first, months_later(first, months)), known):
            return months
    return None

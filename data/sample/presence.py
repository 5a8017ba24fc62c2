"""When customers are there: the days and months on which they may use the product, write tickets or get mail."""

from dataclasses import dataclass

import numpy as np

from data.sample.columns import NOT_A_DAY
from data.sample.lives import PAUSED, Lives
from data.sample.timeline import Days, Ints, Timeline, days, days_later


@dataclass(frozen=True)
class Presence:
    """Runs of days [starts_on, ends_on) on which a customer is there and not paused, up to the as-of date."""

    customer: Ints
    starts_on: Days
    ends_on: Days

    @property
    def lengths(self) -> Ints:
        """Days in each run."""
        return (self.ends_on - self.starts_on).astype(np.int64)

    def since(self, day: np.datetime64) -> "Presence":
        """Return what lies on or after this day."""
        starts_on = np.maximum(self.starts_on, day)
        return Presence(self.customer, starts_on, self.ends_on).chosen(np.flatnonzero(starts_on < self.ends_on))

    def chosen(self, runs: Ints) -> "Presence":
        """Return these runs only."""
        return Presence(self.customer[runs], self.starts_on[runs], self.ends_on[runs])

    def customer_days(self) -> tuple[Ints, Days]:
        """Every customer and day of the runs, in order."""
        return _spread(self.customer, self.starts_on, self.lengths)

    def customer_months(self, day_of_month: int) -> tuple[Ints, Days]:
        """Every customer and day of the runs that is this day of its month."""
        first = _months_begun(self.starts_on, day_of_month)
        count = _months_begun(self.ends_on, day_of_month) - first
        customer, month = _spread(self.customer, first.astype("datetime64[M]"), count)
        return customer, days_later(month, day_of_month - 1)


def presence(lives: Lives, line: Timeline) -> Presence:
    """Return when the customers of a chunk are there, in order of customer and day."""
    spells = lives.spells
    tomorrow = days(line.as_of) + np.timedelta64(1, "D")
    ends_on = np.where(np.isnat(spells["ends_on"]), tomorrow, np.minimum(spells["ends_on"], tomorrow))
    there = np.flatnonzero((spells["status"] != PAUSED) & (spells["starts_on"] < ends_on))
    order = there[np.lexsort([spells["starts_on"][there], spells["customer"][there]])]
    return Presence(spells["customer"][order], spells["starts_on"][order], ends_on[order])


def in_blocks(runs: Presence, most_days: int) -> list[Presence]:
    """Cut the runs into blocks of about this many days, whole customers in each."""
    block = np.cumsum(runs.lengths) // most_days
    first_run = np.flatnonzero(np.diff(runs.customer, prepend=-1))
    block = np.repeat(block[first_run], np.diff(first_run, append=len(block)))
    cuts = np.flatnonzero(np.diff(block)) + 1
    return [runs.chosen(part) for part in np.split(np.arange(len(block)), cuts) if len(part)]


def _spread(customer: Ints, start: Days, count: Ints) -> tuple[Ints, Days]:
    """Repeat each customer `count` times, with units of time that count up from its start."""
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    units: Days = np.repeat(start, count) + place.astype(np.timedelta64)
    return np.repeat(customer, count), units


def _months_begun(day: Days, day_of_month: int) -> Ints:
    """Number of the first month whose `day_of_month` is not before `day`, counted from January 1970."""
    month = day.astype("datetime64[M]")
    passed = (day - month.astype("datetime64[D]")).astype(np.int64) >= day_of_month
    return month.astype(np.int64) + passed


def known(moment: Days, line: Timeline) -> Days:
    """Return the moments, empty where they lie after the as-of date."""
    over = np.datetime64(line.as_of, "D") + np.timedelta64(1, "D")
    return np.where(moment < over, moment, NOT_A_DAY.astype(moment.dtype))

"""The weeks before a customer leaves, or comes near it: how far everything it does has faded on a day."""

from dataclasses import dataclass

import numpy as np

from data.sample.columns import NOT_A_DAY
from data.sample.lives import LEFT, Lives
from data.sample.timeline import Days, Flags, Floats, Ints
from data.sample.truth import Truth

#: Wider than any number of days since 1970, so that customer and day make one sortable number.
_WIDTH = 1 << 20


@dataclass(frozen=True)
class Fading:
    """The requests to cancel that show beforehand, in order of customer and day of leaving.

    depth  What is left of usual activity on the last day: deepest for those who really leave.
    """

    customer: Ints
    leaves_on: Days
    depth: Floats
    days: int

    def level(self, customer: Ints, day: Days) -> Floats:
        """Share of usual activity of these customers on these days, 0-1."""
        request, left = self._coming(customer, day)
        depth = np.append(self.depth, 1.0)[request]
        return np.where(left <= self.days, depth + (1.0 - depth) * left / self.days, 1.0)

    def within(self, customer: Ints, day: Days, last_days: int) -> Flags:
        """Say which of these days are among the last before leaving, or before nearly leaving."""
        return self._coming(customer, day)[1] <= last_days

    def _coming(self, customer: Ints, day: Days) -> tuple[Ints, Ints]:
        """Place of each customer's next request, and days left until then; many days where none comes."""
        keys = _sort_key(self.customer, self.leaves_on)
        place = np.searchsorted(keys, _sort_key(customer, day), side="right")
        whose = np.append(self.customer, -1)[place]
        left = (np.append(self.leaves_on, NOT_A_DAY)[place] - day).astype(np.int64)
        return place, np.where(whose == customer, left, _WIDTH)


def fading(lives: Lives, truth: Truth, rng: np.random.Generator) -> Fading:
    """Choose the requests that show beforehand; the others come out of the blue."""
    requests = lives.requests
    shows = np.flatnonzero(rng.random(len(requests["customer"])) >= truth.silent_share)
    order = shows[np.argsort(_sort_key(requests["customer"][shows], requests["leaves_on"][shows]), kind="stable")]
    left: Flags = requests["outcome"][order] == LEFT
    shallow = (1.0 + truth.fading_floor) / 2
    return Fading(
        customer=requests["customer"][order],
        leaves_on=requests["leaves_on"][order],
        depth=np.where(left, truth.fading_floor, shallow),
        days=truth.fading_days,
    )


def _sort_key(customer: Ints, day: Days) -> Ints:
    return customer * _WIDTH + day.astype("datetime64[D]").astype(np.int64)

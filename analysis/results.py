"""What an analysis may say: an estimate with its interval, or plainly that there is not enough data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A value with its interval.

    value, low, high  In the unit of the metric (rates 0-1, money in cents); low and high None where no interval exists.
    n                 Customers (or cents, see `method`) in the denominator.
    method            Textbook name of the interval.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    method: str
    confidence: float = 0.95

    @property
    def limits(self) -> tuple[float, float]:
        """Both limits of the interval, where the method always gives one; ValueError where there is none."""
        return _both(self.low, self.high)


@dataclass(frozen=True)
class NotEnoughData:
    """No number can be given: the reason, what there is and what would be needed."""

    reason: str
    have: int = 0
    needed: int = 0


Answer = Estimate | NotEnoughData


@dataclass(frozen=True)
class Comparison:
    """B minus A with its interval and the probability of a difference at least as large by chance."""

    difference: float
    low: float | None
    high: float | None
    p_value: float | None
    method: str
    confidence: float = 0.95

    @property
    def limits(self) -> tuple[float, float]:
        """Both limits of the interval, where the method always gives one; ValueError where there is none."""
        return _both(self.low, self.high)


def _both(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None or high is None:
        raise ValueError("the figure has no interval")
    return low, high

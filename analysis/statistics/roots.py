"""Where a function crosses zero."""

from collections.abc import Callable
from typing import Any


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """The place between low and high where the function, of opposite signs there, is 0 (Brent's method)."""
    from scipy import optimize

    # Its stubs give a tuple that only comes with full_output.
    brentq: Any = optimize.brentq
    return float(brentq(function, low, high, xtol=1e-15, rtol=1e-14))

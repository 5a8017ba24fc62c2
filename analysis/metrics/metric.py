"""One figure of the metric dictionary: what it means, in which unit, and how sure it is."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["rate", "money", "count", "ratio"]
Direction = Literal["up", "down", "neither"]
Family = Literal["churn", "retention", "value", "rollforward", "definitions", "lifecycle", "personas", "experiments"]


@dataclass(frozen=True)
class Metric:
    """One figure.

    unit      A rate 0-1, money in minor units, a count, or a plain ratio.
    good      The direction that is good for the company.
    formula   In words of the reports; what stands over the line, what under it.
    interval  How its uncertainty is found; empty where it has none.
    mind      What must be known to read it right.
    """

    key: str
    title: str
    unit: Unit
    good: Direction
    family: Family
    definition: str
    formula: str
    interval: str = ""
    mind: str = ""

"""Shares and their differences."""

from typing import Any

from analysis.results import Comparison
from analysis.statistics.proportions import newcombe_difference


def newcombe(inputs: dict[str, Any]) -> dict[str, Any]:
    """The cases state p1 - p2; ours is B minus A."""
    x1, n1, x2, n2 = (inputs[name] for name in ("x1", "n1", "x2", "n2"))
    found = newcombe_difference(x2, n2, x1, n1, confidence=inputs["confidence"])
    assert isinstance(found, Comparison)
    return {"diff": found.difference, "ci": [found.low, found.high]}


OPS = {"proportion_diff_ci.newcombe": newcombe}

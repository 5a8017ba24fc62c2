"""Subgroup discovery: which conjunctions of conditions hold the outcome more often than the rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

Rule = tuple[tuple[str, object], ...]
"""Conditions `column == value` that all hold, in the order of the columns."""


@dataclass(frozen=True)
class Subgroup:
    """One rule: how many it covers, how many of those have the outcome, and its weighted relative accuracy."""

    rule: Rule
    n: int
    positives: int
    wracc: float


def best_subgroups(
    columns: Mapping[str, Sequence[object]], outcome: Sequence[bool], *, depth: int, most: int
) -> tuple[Subgroup, ...]:
    """The rules of up to `depth` conditions with the highest weighted relative accuracy, best first.

    columns  Name -> one nominal value per customer; None and NaN are no value.
    outcome  Whether each customer has the outcome.

    Weighted relative accuracy is n / N (p - p0): how many more have the outcome than would at the overall share.

    Use not   as a test: the best of many is above average by chance; confirm it on customers that had no part in it.
    Raises    ValueError when a column has another length than the outcome.
    Source    Lavrac, Flach & Zupan (1999), ILP-99:174-185.
    Checked   pysubgroup 0.9 SimpleDFS(WRAccQF) and brute force: golden area subgroup.
    """
    positive = np.asarray(outcome, dtype=bool)
    if any(len(values) != len(positive) for values in columns.values()):
        raise ValueError("every column has one value per customer")
    conditions = {name: _conditions(values) for name, values in columns.items()}
    found = [_judged(rule, covers, positive) for rule, covers in _rules(conditions, len(positive), depth)]
    return tuple(sorted(found, key=lambda s: (-s.wracc, len(s.rule), str(s.rule)))[:most])


def _conditions(values: Sequence[object]) -> dict[object, np.ndarray]:
    """Each value and whom it covers; a value that is not equal to itself (NaN) is none."""
    known = dict.fromkeys(v for v in values if v is not None and v == v)
    return {value: np.array([v == value for v in values], dtype=bool) for value in known}


def _rules(
    conditions: Mapping[str, Mapping[object, np.ndarray]], n: int, depth: int
) -> Iterator[tuple[Rule, np.ndarray]]:
    for size in range(1, depth + 1):
        for names in combinations(conditions, size):
            for values in product(*(conditions[name] for name in names)):
                covers = np.ones(n, dtype=bool)
                for name, value in zip(names, values, strict=True):
                    covers &= conditions[name][value]
                if covers.any():
                    yield tuple(zip(names, values, strict=True)), covers


def _judged(rule: Rule, covers: np.ndarray, positive: np.ndarray) -> Subgroup:
    n, hits = int(covers.sum()), int(positive[covers].sum())
    return Subgroup(rule, n, hits, float(n / len(positive) * (hits / n - positive.mean())))

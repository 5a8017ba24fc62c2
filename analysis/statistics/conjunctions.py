"""Search for groups that leave more often: conjunctions of up to three conditions, on counts by cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod

import numpy as np

from analysis.results import Estimate
from analysis.statistics.lifts import lift
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.proportions import MIN_CUSTOMERS, higher_proportion_test

LEAST_CUSTOMERS = 20
MOST_CONDITIONS = 3
MOST_CANDIDATES = 5
RANKED_AT = 0.999
"""Confidence of the limit that rules are ranked by: at 95 % small groups of many rules would come first by chance."""
LEVEL = 0.05
"""What a further condition, or a further rule, must pass in the search; the finding itself is judged elsewhere."""
_WORTH_A_LOOK = 1.64

Rule = tuple[tuple[int, int], ...]
"""Conditions as (column, place among the conditions of that column), columns in order and each once."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Customers and losses per combination of values.

    codes       Value of each cell in each column: shape (cells, columns), from 0.
    n, lost     Customers and losses of each cell.
    conditions  Per column: which values meet each condition, shape (conditions, values).
    """

    codes: np.ndarray
    n: np.ndarray
    lost: np.ndarray
    conditions: tuple[np.ndarray, ...]

    def covered(self, rule: Rule) -> np.ndarray:
        """The cells that meet every condition of a rule."""
        inside = np.ones(len(self.n), dtype=bool)
        for column, place in rule:
            inside &= self.conditions[column][place][self.codes[:, column]]
        return inside

    def counts(self, inside: np.ndarray) -> tuple[int, int]:
        """Customers and losses of some cells."""
        return int(self.n[inside].sum()), int(self.lost[inside].sum())


@dataclass(frozen=True)
class Candidate:
    """A rule with what it covers, and the lower limit of its lift."""

    rule: Rule
    n: int
    lost: int
    lower_lift: float


@dataclass(eq=False)
class _Search:
    """The counts of every short rule, kept to compare the longer ones with."""

    cells: Cells
    tables: dict[tuple[int, ...], tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)

    @property
    def whole(self) -> tuple[int, int]:
        return int(self.cells.n.sum()), int(self.cells.lost.sum())

    def table(self, columns: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Customers and losses of every conjunction of one condition of each of these columns."""
        if columns not in self.tables:
            self.tables[columns] = self._counted(columns)
        return self.tables[columns]

    def _counted(self, columns: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        matrices = [self.cells.conditions[column] for column in columns]
        shape = tuple(matrix.shape[1] for matrix in matrices)
        joint = np.ravel_multi_index(tuple(self.cells.codes[:, column] for column in columns), shape)
        found = []
        for weights in (self.cells.n, self.cells.lost):
            table = np.bincount(joint, weights, minlength=prod(shape)).reshape(shape)
            for axis, matrix in enumerate(matrices):
                table = np.moveaxis(np.tensordot(matrix.astype(float), table, axes=(1, axis)), 0, axis)
            found.append(table.round().astype(int))
        return found[0], found[1]

    def of(self, rule: Rule) -> tuple[int, int]:
        """Customers and losses of a rule; of everybody for the empty one."""
        if not rule:
            return self.whole
        columns, places = zip(*rule, strict=True)
        n, lost = self.table(columns)
        return int(n[places]), int(lost[places])

    def lower_lift(self, rule: Rule) -> float:
        """Lower limit of the lift; 1 for everybody, 0 where there is none."""
        if not rule:
            return 1.0
        n, lost = self.of(rule)
        all_n, all_lost = self.whole
        found = lift(lost, n, all_lost, all_n, confidence=RANKED_AT)
        return found.low or 0.0 if isinstance(found, Estimate) else 0.0


def candidates(cells: Cells, *, least: int = LEAST_CUSTOMERS, most: int = MOST_CANDIDATES) -> tuple[Candidate, ...]:
    """The conjunctions of up to three conditions that leave most often, by the lower limit of their lift.

    least  Customers a rule covers at least. most: rules at most.

    A longer rule must beat each of its parts: its lower limit is higher, and those it covers leave more often than the
    others of the part (one-sided test at 5 %). A further rule must find more than those before it: among the customers
    that none of them covers, it still leaves more often than the rest.

    Use not   as a finding: the best of ten thousands of rules leaves often by chance. Judge it on other customers.
    Source    Atzmueller (2015), WIREs Data Mining and Knowledge Discovery 5:35-49 (subgroup discovery, sequential
              covering); Webb (2007), Machine Learning 68:1-33 (a rule must beat its parts; hold-out evaluation).
    Checked   brute force in tests/unit/analysis/statistics/test_conjunctions.py; false findings in
              tests/simulation/test_personas.py.
    """
    search = _Search(cells)
    if search.whole[1] in {0, search.whole[0]}:
        return ()
    found = [Candidate(rule, *search.of(rule), search.lower_lift(rule)) for rule in _promising(search, least)]
    ranked = sorted((c for c in found if c.lower_lift > 1), key=lambda c: (-c.lower_lift, len(c.rule), c.rule))
    chosen: list[Candidate] = []
    left = np.ones(len(cells.n), dtype=bool)
    for candidate in ranked:
        if len(chosen) == most:
            break
        if _beats_its_parts(candidate, search) and _is_new(candidate, cells, left, least):
            chosen.append(candidate)
            left &= ~cells.covered(candidate.rule)
    return tuple(chosen)


def _promising(search: _Search, least: int) -> Iterator[Rule]:
    """Rules large enough whose rate is above that of the rest by more than 1.64 standard errors."""
    all_n, all_lost = search.whole
    pooled = all_lost / all_n
    columns = range(len(search.cells.conditions))
    for size in range(1, MOST_CONDITIONS + 1):
        for chosen in combinations(columns, size):
            n, lost = search.table(chosen)
            rest = np.maximum(all_n - n, 1)
            with np.errstate(divide="ignore", invalid="ignore"):
                gap = lost / n - (all_lost - lost) / rest
                z = gap / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / rest))
            for places in zip(*np.nonzero((n >= least) & (n < all_n) & (z > _WORTH_A_LOOK)), strict=True):
                yield tuple(zip(chosen, map(int, places), strict=True))


def _beats_its_parts(candidate: Candidate, search: _Search) -> bool:
    parts = list(combinations(candidate.rule, len(candidate.rule) - 1))
    return all(search.lower_lift(part) < candidate.lower_lift for part in parts) and all(
        _higher(candidate.lost, candidate.n, *reversed(search.of(part))) for part in parts
    )


def _higher(lost: int, n: int, lost_in: int, n_in: int) -> bool:
    """Whether a part leaves more often than the others of the group it lies in."""
    return higher_proportion_test(lost, n, lost_in - lost, n_in - n) < LEVEL


def _is_new(candidate: Candidate, cells: Cells, left: np.ndarray, least: int) -> bool:
    inside = cells.covered(candidate.rule) & left
    return cells.counts(inside)[0] >= least / 2 and _excess(cells, inside, left)


@dataclass(frozen=True)
class Confirmed:
    """A rule whose customers leave more often than the rest beyond chance, with its adjusted p-value."""

    rule: Rule
    p_adjusted: float


def confirmed(tried: Sequence[Candidate], cells: Cells, *, level: float) -> tuple[Confirmed, ...]:
    """What remains of rules found elsewhere, on customers that had no part in the search.

    tried  Rules, best first. cells: the customers that confirm. level: adjusted p-values below it confirm.

    Every rule and each of its parts is tested, one-sided and all together (Benjamini-Hochberg). Of each rule the
    longest version stays that is confirmed and each of whose conditions raises the rate here too (one-sided at 5 %).
    A rule that finds no more than those before it is left out.

    What is confirmed is that the group leaves more often, not each of its conditions: beside one true condition and
    five that mean nothing, one group in ten kept one of these (120 simulated companies). A stricter level for
    conditions loses true ones in companies of 2,000 customers.

    Checked   false findings and the planted group in tests/simulation/test_personas.py.
    """
    family = list(dict.fromkeys(part for candidate in tried for part in _with_parts(candidate.rule)))
    adjusted = dict(zip(family, benjamini_hochberg([_p_value(cells, rule) for rule in family]), strict=True))
    found: list[Confirmed] = []
    left = np.ones(len(cells.n), dtype=bool)
    for candidate in tried:
        passed = ((part, adjusted[part]) for part in _with_parts(candidate.rule) if _supported(cells, part))
        best = next(((part, q) for part, q in passed if q is not None and q < level), None)
        if best is not None and _excess(cells, cells.covered(best[0]) & left, left):
            found.append(Confirmed(*best))
            left &= ~cells.covered(best[0])
    return tuple(found)


def _with_parts(rule: Rule) -> list[Rule]:
    """The rule and every shorter one that some of its conditions make, longest first."""
    return [part for size in range(len(rule), 0, -1) for part in combinations(rule, size)]


def _p_value(cells: Cells, rule: Rule) -> float | None:
    """One-sided: the search fixed the direction. None with too few customers to confirm anything."""
    n, lost = cells.counts(cells.covered(rule))
    if n < MIN_CUSTOMERS:
        return None
    return higher_proportion_test(lost, n, int(cells.lost.sum()) - lost, int(cells.n.sum()) - n)


def _supported(cells: Cells, rule: Rule) -> bool:
    """Whether each condition raises the rate of those that meet the others."""
    n, lost = cells.counts(cells.covered(rule))
    parts = (cells.counts(cells.covered(part)) for part in combinations(rule, len(rule) - 1))
    return all(_higher(lost, n, lost_in, n_in) for n_in, lost_in in parts)


def _excess(cells: Cells, inside: np.ndarray, among: np.ndarray) -> bool:
    n, lost = cells.counts(inside)
    n_among, lost_among = cells.counts(among)
    return n > 0 and _higher(lost, n, lost_among, n_among)


def values_to_conditions(values: int, bands: bool) -> Sequence[tuple[int, ...]]:
    """Which values each condition takes: each alone; of bands in order also all from one on, and all up to one."""
    alone = [(value,) for value in range(values)]
    if not bands:
        return alone
    lower = [tuple(range(end)) for end in range(2, values)]
    return [*alone, *lower, *(tuple(range(start, values)) for start in range(1, values - 1))]


def incidence(conditions: Sequence[Sequence[int]], size: int) -> np.ndarray:
    """Conditions as a matrix over `size` values; values that no condition names meet none."""
    found = np.zeros((len(conditions), size), dtype=bool)
    for place, values in enumerate(conditions):
        found[place, list(values)] = True
    return found

"""Search for groups that leave more often: conjunctions of up to three conditions, on counts by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import prod

import numpy as np

from analysis.results import Answer, Estimate
from analysis.statistics.expected_losses import lift_at_age, more_than_expected
from analysis.statistics.lifts import lift
from analysis.statistics.multiplicity import benjamini_hochberg, holm
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


@dataclass(frozen=True)
class Tally:
    """Customers, losses, and losses expected at their ages; without these all were followed for the same time."""

    n: int
    lost: int
    expected: float | None = None

    def less(self, part: Tally) -> Tally:
        """Those that are not in a part."""
        known = self.expected is not None and part.expected is not None
        left = (self.expected or 0.0) - (part.expected or 0.0) if known else None
        return Tally(self.n - part.n, self.lost - part.lost, left)

    def p_of_more(self, rest: Tally) -> float:
        """One-sided p-value that these leave no more often than the rest, at the same ages where these are known."""
        if self.expected is None or rest.expected is None:
            return higher_proportion_test(self.lost, self.n, rest.lost, rest.n)
        return more_than_expected(self.lost, self.expected, rest.lost, rest.expected)

    def lift_in(self, whole: Tally, confidence: float = 0.95) -> Answer:
        """How many times as often these leave as the whole that they are in, at the same ages where these are known."""
        if self.expected is None or whole.expected is None:
            return lift(self.lost, self.n, whole.lost, whole.n, confidence=confidence)
        return lift_at_age(self.lost, self.expected, whole.lost, whole.expected, confidence=confidence)


@dataclass(frozen=True, eq=False)
class Cells:
    """Customers and losses per combination of values.

    codes       Value of each cell in each column: shape (cells, columns), from 0.
    n, lost     Customers and losses of each cell.
    conditions  Per column: which values meet each condition, shape (conditions, values).
    expected    Losses expected of each cell at the ages of its customers (`expected_losses`), where some were followed
                for longer than others; None where all were followed for the same time.
    lost_by_now Carried along for the reader: losses of each cell that were not followed by a return.
    """

    codes: np.ndarray
    n: np.ndarray
    lost: np.ndarray
    conditions: tuple[np.ndarray, ...]
    expected: np.ndarray | None = None
    lost_by_now: np.ndarray | None = None

    def covered(self, rule: Rule) -> np.ndarray:
        """The cells that meet every condition of a rule."""
        inside = np.ones(len(self.n), dtype=bool)
        for column, place in rule:
            inside &= self.conditions[column][place][self.codes[:, column]]
        return inside

    def counts(self, inside: np.ndarray) -> Tally:
        """Customers and losses of some cells."""
        expected = None if self.expected is None else float(self.expected[inside].sum())
        return Tally(int(self.n[inside].sum()), int(self.lost[inside].sum()), expected)

    @property
    def whole(self) -> Tally:
        """Customers and losses of all cells."""
        return self.counts(np.ones(len(self.n), dtype=bool))


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
    whole: Tally
    tables: dict[tuple[int, ...], list[np.ndarray]] = field(default_factory=dict)

    def table(self, columns: tuple[int, ...]) -> list[np.ndarray]:
        """Customers, losses (and expected ones) of every conjunction of one condition of each of these columns."""
        if columns not in self.tables:
            self.tables[columns] = self._counted(columns)
        return self.tables[columns]

    def _counted(self, columns: tuple[int, ...]) -> list[np.ndarray]:
        matrices = [self.cells.conditions[column] for column in columns]
        shape = tuple(matrix.shape[1] for matrix in matrices)
        joint = np.ravel_multi_index(tuple(self.cells.codes[:, column] for column in columns), shape)
        found = []
        expected = [] if self.cells.expected is None else [self.cells.expected]
        for weights in (self.cells.n, self.cells.lost, *expected):
            table = np.bincount(joint, weights, minlength=prod(shape)).reshape(shape)
            for axis, matrix in enumerate(matrices):
                table = np.moveaxis(np.tensordot(matrix.astype(float), table, axes=(1, axis)), 0, axis)
            found.append(table)
        return [*(table.round().astype(int) for table in found[:2]), *found[2:]]

    def of(self, rule: Rule) -> Tally:
        """Customers and losses of a rule; of everybody for the empty one."""
        if not rule:
            return self.whole
        columns, places = zip(*rule, strict=True)
        n, lost, *expected = (table[places] for table in self.table(columns))
        return Tally(int(n), int(lost), float(expected[0]) if expected else None)

    def gap(self, columns: tuple[int, ...]) -> np.ndarray:
        """By how many standard errors each conjunction is lost more often than the rest."""
        n, lost, *expected = self.table(columns)
        with np.errstate(divide="ignore", invalid="ignore"):
            if expected and self.whole.expected is not None:
                share = expected[0] / self.whole.expected
                return (lost - share * self.whole.lost) / np.sqrt(self.whole.lost * share * (1 - share))
            rest, pooled = np.maximum(self.whole.n - n, 1), self.whole.lost / self.whole.n
            apart = lost / n - (self.whole.lost - lost) / rest
            return apart / np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / rest))

    def lower_lift(self, rule: Rule) -> float:
        """Lower limit of the lift; 1 for everybody, 0 where there is none."""
        if not rule:
            return 1.0
        found = self.of(rule).lift_in(self.whole, RANKED_AT)
        return found.low or 0.0 if isinstance(found, Estimate) else 0.0


def candidates(cells: Cells, *, least: int = LEAST_CUSTOMERS, most: int = MOST_CANDIDATES) -> tuple[Candidate, ...]:
    """The conjunctions of up to three conditions that leave most often, by the lower limit of their lift.

    least  Customers a rule covers at least. most: rules at most.

    A longer rule must beat each of its parts: its lower limit is higher, and those it covers leave more often than the
    others of the part (one-sided test at 5 %). A further rule must find more than those before it: among the customers
    that none of them covers, it still leaves more often than the rest. Where cells have expected losses, leaving often
    is leaving more often than customers of the same age: otherwise the oldest customers would be found, who had most
    time to leave.

    Use not   as a finding: the best of ten thousands of rules leaves often by chance. Judge it on other customers.
    Source    Atzmueller (2015), WIREs Data Mining and Knowledge Discovery 5:35-49 (subgroup discovery, sequential
              covering); Webb (2007), Machine Learning 68:1-33 (a rule must beat its parts; hold-out evaluation).
    Checked   brute force in tests/unit/analysis/statistics/test_conjunctions.py; false findings in
              tests/simulation/test_personas.py.
    """
    search = _Search(cells, cells.whole)
    if search.whole.lost in {0, search.whole.n}:
        return ()
    found = [_candidate(search, rule) for rule in _promising(search, least)]
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


def _candidate(search: _Search, rule: Rule) -> Candidate:
    found = search.of(rule)
    return Candidate(rule, found.n, found.lost, search.lower_lift(rule))


def _promising(search: _Search, least: int) -> Iterator[Rule]:
    """Rules large enough whose rate is above that of the rest by more than 1.64 standard errors."""
    columns = range(len(search.cells.conditions))
    for size in range(1, MOST_CONDITIONS + 1):
        for chosen in combinations(columns, size):
            n = search.table(chosen)[0]
            worth = (n >= least) & (n < search.whole.n) & (search.gap(chosen) > _WORTH_A_LOOK)
            for places in zip(*np.nonzero(worth), strict=True):
                yield tuple(zip(chosen, map(int, places), strict=True))


def _beats_its_parts(candidate: Candidate, search: _Search) -> bool:
    parts = list(combinations(candidate.rule, len(candidate.rule) - 1))
    return all(search.lower_lift(part) < candidate.lower_lift for part in parts) and all(
        _p_in(search.of(candidate.rule), search.of(part)) < LEVEL for part in parts
    )


def _p_in(part: Tally, group: Tally) -> float:
    """One-sided p-value that a part leaves no more often than the others of the group it lies in."""
    return part.p_of_more(group.less(part))


def _is_new(candidate: Candidate, cells: Cells, left: np.ndarray, least: int) -> bool:
    inside = cells.covered(candidate.rule) & left
    return cells.counts(inside).n >= least / 2 and _excess(cells, inside, left)


@dataclass(frozen=True)
class Confirmed:
    """A rule whose customers leave more often than the rest beyond chance, with its adjusted p-value."""

    rule: Rule
    p_adjusted: float


def confirmed(tried: Sequence[Candidate], cells: Cells, *, level: float) -> tuple[Confirmed, ...]:
    """What remains of rules found elsewhere, on customers that had no part in the search.

    tried  Rules, best first. cells: the customers that confirm. level: adjusted p-values below it confirm.

    Every rule and each of its parts is tested, one-sided and all together (Benjamini-Hochberg). Of each rule the
    longest version stays that is confirmed and each of whose conditions raises the rate here too (one-sided, 5 % over
    the conditions of the rule by Holm's method). Rules confirmed as they are come before what is left of others. A rule
    that finds no more than those before it is left out.

    What is confirmed is that the group leaves more often, not each of its conditions: beside one true condition and
    five that mean nothing, one group in ten kept one of these (120 simulated companies). A stricter level for
    conditions loses true ones in companies of 2,000 customers.

    Checked   false findings and the planted group in tests/simulation/test_personas.py.
    """
    family = list(dict.fromkeys(part for candidate in tried for part in _with_parts(candidate.rule)))
    adjusted = dict(zip(family, benjamini_hochberg([_p_value(cells, rule) for rule in family]), strict=True))
    found: list[Confirmed] = []
    left = np.ones(len(cells.n), dtype=bool)
    versions = [_version(cells, candidate.rule, adjusted, level) for candidate in tried]
    whole = [best is not None and best[0] == one.rule for best, one in zip(versions, tried, strict=True)]
    for _whole, best in sorted(zip(whole, versions, strict=True), key=lambda pair: not pair[0]):
        if best is not None and _excess(cells, cells.covered(best[0]) & left, left):
            found.append(Confirmed(*best))
            left &= ~cells.covered(best[0])
    return tuple(found)


def _version(
    cells: Cells, rule: Rule, adjusted: Mapping[Rule, float | None], level: float
) -> tuple[Rule, float] | None:
    """The longest version of a rule that is confirmed with each of its conditions, and its adjusted p-value."""
    passed = ((part, adjusted[part]) for part in _with_parts(rule) if _supported(cells, part))
    return next(((part, q) for part, q in passed if q is not None and q < level), None)


def _with_parts(rule: Rule) -> list[Rule]:
    """The rule and every shorter one that some of its conditions make, longest first."""
    return [part for size in range(len(rule), 0, -1) for part in combinations(rule, size)]


def _p_value(cells: Cells, rule: Rule) -> float | None:
    """One-sided: the search fixed the direction. None with too few customers to confirm anything."""
    found = cells.counts(cells.covered(rule))
    return None if found.n < MIN_CUSTOMERS else _p_in(found, cells.whole)


def _supported(cells: Cells, rule: Rule) -> bool:
    """Whether each condition raises the rate of those that meet the others."""
    mine = cells.counts(cells.covered(rule))
    groups = (cells.counts(cells.covered(part)) for part in combinations(rule, len(rule) - 1))
    return all(p is not None and p < LEVEL for p in holm([_p_in(mine, group) for group in groups]))


def _excess(cells: Cells, inside: np.ndarray, among: np.ndarray) -> bool:
    found = cells.counts(inside)
    return found.n > 0 and _p_in(found, cells.counts(among)) < LEVEL


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

"""Many comparisons judged together, so that chance is not taken for a finding because it was asked often."""

from collections.abc import Sequence


def benjamini_hochberg(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """q-values: the smallest share of false discoveries at which each comparison would be called a finding.

    p_values  One per comparison, 0-1; None (or NaN) where a test could not be made. Such a comparison is no part of
              the family and stays None.

    Calling q < 0.05 a finding keeps the expected share of false ones among the findings at 5 %.

    Assumes   tests that are independent or positively dependent, as rates of overlapping periods are.
    Use not   to shorten or widen an interval: those beside it keep their own coverage.
    Source    Benjamini & Hochberg (1995), JRSS B 57:289-300; Benjamini & Yekutieli (2001), Annals of Statistics
              29:1165-1188, for dependence.
    Checked   their example, section 4.1; statsmodels multipletests(method="fdr_bh"); tests/golden.
    """
    known = _in_order(p_values)
    found: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank in range(len(known), 0, -1):
        p, i = known[rank - 1]
        smallest = min(smallest, p * len(known) / rank)
        found[i] = smallest
    return tuple(found)


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """p-values adjusted so that the chance of even one false finding among all is kept.

    p_values  As for `benjamini_hochberg`.

    Stricter than q-values: for a few comparisons of which none may be wrong.

    Source    Holm (1979), Scandinavian Journal of Statistics 6:65-70.
    Checked   R p.adjust(method="holm"); statsmodels multipletests(method="holm"); tests/golden.
    """
    known = _in_order(p_values)
    found: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, i) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - rank)))
        found[i] = largest
    return tuple(found)


def bonferroni(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """p-values times the number of comparisons: the plainest guard, stricter than `holm` and never better.

    p_values  As for `benjamini_hochberg`.

    Source    Dunn (1961), JASA 56:52-64.
    Checked   the example of Benjamini & Hochberg (1995), section 4.1; tests/golden.
    """
    known = _in_order(p_values)
    found: list[float | None] = [None] * len(p_values)
    for p, i in known:
        found[i] = min(1.0, p * len(known))
    return tuple(found)


def _in_order(p_values: Sequence[float | None]) -> list[tuple[float, int]]:
    """The known p-values with their places, smallest first."""
    return sorted((p, i) for i, p in enumerate(p_values) if p is not None and p == p)

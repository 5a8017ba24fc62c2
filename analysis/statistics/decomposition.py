"""Where a change came from: mix and rate, the factors of a product, endowments and coefficients."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial, fsum, isclose, prod
from typing import Any

import numpy as np


@dataclass(frozen=True)
class MixAndRate:
    """A change of a weighted mean taken apart; `mix_by_segment` and `rate_by_segment` add up to `total` exactly.

    total  Mean after - mean before.
    mix    What changed shares account for at the average of both rates; rate: what changed rates account for at the
           average of both shares.
    """

    total: float
    mix: float
    rate: float
    mix_by_segment: tuple[float, ...]
    rate_by_segment: tuple[float, ...]

    @property
    def mix_share(self) -> float | None:
        """Mix as a share of the total; None where mix and rate have opposite signs and a share would mislead."""
        return self.mix / self.total if self.total and self.mix * self.rate >= 0 else None


def kitagawa(
    weights_before: Sequence[float],
    rates_before: Sequence[float | None],
    weights_after: Sequence[float],
    rates_after: Sequence[float | None],
) -> MixAndRate:
    """Mix and rate effects of the change of a weighted mean between two periods, by Kitagawa's average weights.

    weights_before, weights_after  Size of each segment, 0 or more; rescaled to shares that sum to 1.
    rates_before, rates_after      Rate of each segment, None where it has no size and so no rate.

    With shares s and rates r: mix = (s2 - s1) (r1 + r2) / 2 and rate = (r2 - r1) (s1 + s2) / 2 per segment; no
    interaction is left over. A segment that is there in one period only has no change of its rate: its missing rate is
    taken to be the one it has, and all of its effect is mix.

    The mix effect of one segment says little alone, since a share can only grow where others shrink: read their sum,
    or show `mix_against_the_mean`.

    Assumes   segments do not overlap and cover everybody in both periods.
    Use not   to find causes: it says which part of the change lies where.
    Raises    ValueError for lists of unequal length, weights that sum to 0, or a segment with weight and no rate.
    Source    Kitagawa (1955), JASA 50:1168-1194; Das Gupta (1993), Standardization and Decomposition of Rates.
    Checked   household headship 1970-85, Das Gupta ex. 5.1 (R DasGuptR): golden dec-kitagawa-headship.
    """
    shares, rates = _pairs(weights_before, rates_before, weights_after, rates_after)
    mix = [(s2 - s1) * (r1 + r2) / 2 for (s1, s2), (r1, r2) in zip(shares, rates, strict=True)]
    rate = [(r2 - r1) * (s1 + s2) / 2 for (s1, s2), (r1, r2) in zip(shares, rates, strict=True)]
    return MixAndRate(fsum((*mix, *rate)), fsum(mix), fsum(rate), tuple(mix), tuple(rate))


def mix_against_the_mean(
    weights_before: Sequence[float],
    rates_before: Sequence[float | None],
    weights_after: Sequence[float],
    rates_after: Sequence[float | None],
) -> tuple[float, ...]:
    """Kitagawa's mix effects, each segment held against everybody, so that every one can be read alone.

    Takes what `kitagawa` takes. With shares s, rates r and R the mean of the whole's rates before and after:
    (s2 - s1) ((r1 + r2) / 2 - R). More of a segment that leaves less often than everybody lowers the rate. The sum is
    that of `kitagawa`, because changes of shares sum to 0 and so take no part in R.

    Assumes   what `kitagawa` assumes.
    Use not   where numbers of other programs are compared segment by segment: they give the effects of `kitagawa`.
    Raises    ValueError as `kitagawa` does.
    Source    a constant taken off every rate changes no sum; that the part of one category hangs on such a constant:
              Oaxaca & Ransom (1999), Review of Economics and Statistics 81:154-157.
    Checked   by hand, and that it sums to the mix of `kitagawa` to 1e-12 for any segments.
    """
    shares, rates = _pairs(weights_before, rates_before, weights_after, rates_after)
    terms = (s * r for pair in zip(shares, rates, strict=True) for s, r in zip(*pair, strict=True))
    everybody = fsum(terms) / 2
    return tuple((s2 - s1) * ((r1 + r2) / 2 - everybody) for (s1, s2), (r1, r2) in zip(shares, rates, strict=True))


_Pairs = list[tuple[float, float]]


def _pairs(
    weights_before: Sequence[float],
    rates_before: Sequence[float | None],
    weights_after: Sequence[float],
    rates_after: Sequence[float | None],
) -> tuple[_Pairs, _Pairs]:
    """Shares and rates, before and after, of each segment; a missing rate filled."""
    shares = list(zip(_shares(weights_before), _shares(weights_after), strict=True))
    for (s1, s2), (before, after) in zip(shares, zip(rates_before, rates_after, strict=True), strict=True):
        if (s1 and before is None) or (s2 and after is None):
            raise ValueError("a segment with customers has a rate")
    return shares, [_filled(pair) for pair in zip(rates_before, rates_after, strict=True)]


def _filled(pair: tuple[float | None, float | None]) -> tuple[float, float]:
    known = [rate for rate in pair if rate is not None]
    return (known[0], known[-1]) if known else (0.0, 0.0)


def _shares(weights: Sequence[float]) -> list[float]:
    whole = fsum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("shares need weights of 0 or more that do not sum to 0")
    return [weight / whole for weight in weights]


def product_decomposition(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The change of a product shared out among its factors, such as customers x rate x amount.

    before, after  The same factors in any order, at least one.

    Each factor's effect is its change averaged over every order in which the factors could have changed (Shapley);
    the effects add up to the change of the product and do not depend on the order they are named in.

    Raises    ValueError when the factors differ.
    Source    Das Gupta (1993), Standardization and Decomposition of Rates, ch. 2; Shorrocks (2013), Journal of
              Economic Inequality 11:99-126 (the Shapley form).
    Checked   his examples 2.1 and 2.3 (R DasGuptR): golden dec-dasgupta-2factor and -4factor.
    """
    if before.keys() != after.keys() or not before:
        raise ValueError("a product is taken apart by the same factors before and after")
    return {name: _shapley(name, before, after) for name in before}


def _shapley(name: str, before: Mapping[str, float], after: Mapping[str, float]) -> float:
    others = [other for other in before if other != name]
    n = len(before)
    terms = [
        factorial(size) * factorial(n - size - 1) / factorial(n) * _with_changed(changed, others, before, after)
        for size in range(n)
        for changed in combinations(others, size)
    ]
    return (after[name] - before[name]) * fsum(terms)


def _with_changed(
    changed: Sequence[str], others: Sequence[str], before: Mapping[str, float], after: Mapping[str, float]
) -> float:
    return prod(after[other] if other in changed else before[other] for other in others)


@dataclass(frozen=True)
class ThreeFold:
    """A gap between two groups' means: different members, different coefficients, and both at once."""

    gap: float
    endowments: float
    coefficients: float
    interaction: float


def oaxaca_three_fold(
    outcome: Sequence[float], group: Sequence[object], covariates: Mapping[str, Sequence[float]]
) -> ThreeFold:
    """Oaxaca-Blinder's three-fold decomposition of the difference in the mean outcome of two groups.

    outcome     One value per customer.
    group       One of two values per customer; the gap is the group with the higher mean less the other.
    covariates  Name -> one value per customer; a constant is added.

    Endowments are what the groups' different means account for at the lower group's coefficients.

    Assumes   a linear model of the outcome in each group.
    Raises    ValueError unless there are two groups.
    Source    Blinder (1973), Journal of Human Resources 8:436-455; Oaxaca (1973), International Economic Review
              14:693-709; Jann (2008), Stata Journal 8:453-479 (three-fold).
    Checked   Stata oaxaca on the credit card data: golden dec-oaxaca-threefold.
    """
    if len(set(group)) != 2:
        raise ValueError("a gap lies between two groups")
    from statsmodels.stats.oaxaca import OaxacaBlinder

    codes = np.array([sorted(set(group), key=str).index(g) for g in group], dtype=float)
    matrix = np.column_stack([codes, *(np.asarray(column, dtype=float) for column in covariates.values())])
    model: Any = OaxacaBlinder(np.asarray(outcome, dtype=float), matrix, 0, hasconst=False)
    endowments, coefficients, interaction, gap = map(float, model.three_fold().params)
    if not isclose(gap, endowments + coefficients + interaction, rel_tol=1e-9, abs_tol=1e-9):
        raise ValueError("the parts of the gap do not add up: the covariates may be constant or repeat each other")
    return ThreeFold(gap, endowments, coefficients, interaction)

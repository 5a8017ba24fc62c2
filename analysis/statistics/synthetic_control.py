"""A weighted mean of other units that moved like the treated one beforehand, and how unusual its gap is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.results import NotEnoughData

MIN_DONORS = 2


@dataclass(frozen=True)
class Placebo:
    """The treated unit among others that were not treated, each compared with its own synthetic twin.

    ratio    Mean squared gap after over that before, of the treated unit; ratios: those of the others, in their order.
    rank     Place of the treated unit by that ratio, 1 = the largest.  units  All of them.
    p_value  rank / units: the smallest that can be reached is 1 / units.
    gaps     Treated minus synthetic, per period; other_gaps: those of the others, one row each.
    weights  Of the others in the synthetic twin; at least 0, together 1.
    """

    ratio: float
    ratios: tuple[float, ...]
    rank: int
    units: int
    p_value: float
    gaps: np.ndarray
    other_gaps: np.ndarray
    weights: np.ndarray


def synthetic_weights(treated: ArrayLike, donors: ArrayLike) -> np.ndarray:
    """Weights, at least 0 and together 1, whose mean of the donors comes nearest to the treated unit (least squares).

    treated, donors  Values over the periods before the action; donors: one row each.

    On the simplex the distance is ||C w|| with C = donors - treated. Non-negative least squares of C w to 0 and sum(w)
    to 1 gives, rescaled, exactly its minimum: along a direction u the best length loses |C u|^2 / (1 + |C u|^2), which
    rises with |C u|.

    Raises    ValueError without donors.
    Source    Abadie, Diamond & Hainmueller (2010), JASA 105:493-505, without covariates; Lawson & Hanson (1974).
    Checked   quadratic programming by scipy SLSQP, in tests; golden case sc-prop99-placebo.
    """
    from scipy.optimize import nnls

    apart = (np.asarray(donors, dtype=float) - np.asarray(treated, dtype=float)).T
    if not apart.size:
        raise ValueError("a synthetic twin needs another unit and a period")
    scale = float(np.sqrt((apart**2).mean())) or 1.0
    rows = np.vstack([apart / scale, np.ones(apart.shape[1])])
    wanted = np.append(np.zeros(len(apart)), 1.0)
    found = np.asarray(nnls(rows, wanted, maxiter=100 * apart.shape[1])[0])
    return found / found.sum()


def synthetic_gaps(treated: ArrayLike, donors: ArrayLike, first_after: int) -> np.ndarray:
    """Treated minus its synthetic twin in every period; the twin is chosen by the periods before `first_after`."""
    y, others = np.asarray(treated, dtype=float), np.asarray(donors, dtype=float)
    return y - synthetic_weights(y[:first_after], others[:, :first_after]) @ others


def placebo_in_space(treated: ArrayLike, donors: ArrayLike, first_after: int) -> Placebo | NotEnoughData:
    """Rank of the treated unit's gap among the gaps of untreated ones, each judged as if it had been treated.

    treated, donors  Values per period; donors: one row each, none of them treated.
    first_after      Index of the first period after the action; there are periods on both sides.

    The twin of an untreated unit is made of the other untreated ones: the treated unit is in no twin.

    Returns NotEnoughData below two donors.

    Assumes   the action reached no donor, and which unit was treated was as good as drawn.
    Source    Abadie, Diamond & Hainmueller (2010), JASA 105:493-505, 3.3.
    Checked   California's cigarettes; golden case sc-prop99-placebo.
    """
    y, others = np.asarray(treated, dtype=float), np.asarray(donors, dtype=float)
    if len(others) < MIN_DONORS:
        return NotEnoughData("too few other units for a synthetic twin", len(others), MIN_DONORS)
    weights = synthetic_weights(y[:first_after], others[:, :first_after])
    gaps = y - weights @ others
    other_gaps = np.array(
        [synthetic_gaps(one, np.delete(others, place, axis=0), first_after) for place, one in enumerate(others)]
    )
    ratio = _ratio(gaps, first_after)
    ratios = tuple(_ratio(one, first_after) for one in other_gaps)
    rank = 1 + sum(other >= ratio for other in ratios)
    units = len(others) + 1
    return Placebo(ratio, ratios, rank, units, rank / units, gaps, other_gaps, weights)


def _ratio(gaps: np.ndarray, first_after: int) -> float:
    before, after = float((gaps[:first_after] ** 2).mean()), float((gaps[first_after:] ** 2).mean())
    return after / before if before else float("inf") if after else 1.0

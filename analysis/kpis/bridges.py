"""Roll-forward of one or several periods: opening + what came - what went = closing, for money and for customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.kpis.report import KpiRow
from data.records import Period


@dataclass(frozen=True)
class Bridge:
    """Opening and closing balance and the signed moves between, by kind, in cents or customers."""

    period: Period
    opening: int
    moves: Mapping[str, int]
    closing: int

    @property
    def balances(self) -> bool:
        """Whether opening and moves add up to closing."""
        return self.opening + sum(self.moves.values()) == self.closing


def money(rows: Sequence[KpiRow]) -> Bridge:
    """The bridge of MRR in cents over consecutive periods: the sum of the bridge of each."""
    moves = {
        "new": sum(row.mrr_new_cents for row in rows),
        "reactivation": sum(row.mrr_reactivation_cents for row in rows),
        "expansion": sum(row.mrr_expansion_cents for row in rows),
        "contraction": sum(row.mrr_contraction_cents for row in rows),
        "churn": sum(row.mrr_churn_cents for row in rows),
    }
    return Bridge(_whole(rows), rows[0].mrr_start_cents, moves, rows[-1].mrr_end_cents)


def customers(rows: Sequence[KpiRow]) -> Bridge:
    """The bridge of customers over consecutive periods."""
    moves = {
        "new": sum(row.customers_new for row in rows),
        "reactivation": sum(row.customers_reactivated for row in rows),
        "churn": -sum(row.customers_churned for row in rows),
    }
    return Bridge(_whole(rows), rows[0].customers_start, moves, rows[-1].customers_end)


def _whole(rows: Sequence[KpiRow]) -> Period:
    return Period(rows[0].period_start, rows[-1].period_end, all(row.complete for row in rows))

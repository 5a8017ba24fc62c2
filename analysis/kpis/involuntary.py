"""Losses to a failed payment over several periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.kpis.report import KpiRow
from analysis.metrics import churn
from analysis.results import Answer


@dataclass(frozen=True)
class Causes:
    """The share of failed payments among the losses whose cause is known, and how many it is not known of."""

    share: Answer
    unknown: int
    losses: int


def over(rows: Sequence[KpiRow]) -> Causes:
    """The losses of all rows together, each period compared from its start to its end."""
    failed, decided = sum(row.churned_involuntary for row in rows), sum(row.churned_voluntary for row in rows)
    unknown = sum(row.churned_unknown for row in rows)
    return Causes(churn.involuntary_share(failed, decided, unknown), unknown, failed + decided + unknown)

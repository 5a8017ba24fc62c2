"""The first question: which customers were lost, how many and how much, largest first with their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.feedback.losses import Loss, diagnoses, listed
from analysis.kpis.changes import Pair, changes
from analysis.kpis.report import Known, KpiRow, kpis
from analysis.money.losses import Concentration, concentration
from analysis.periods import shift
from analysis.review.parts import Asked, Column, Document, Section, chart, figure, limited, table
from data.records import LossQuery, Scope

LARGEST = 40
"""Losses listed one by one."""
#: Figures with the unit of each, in the order they are shown; the first ones lead.
RATES = (
    ("customer_churn_rate", "rate"),
    ("gross_mrr_churn_rate", "rate"),
    ("net_mrr_churn_rate", "rate"),
    ("avoidable_churn_rate", "rate"),
    ("involuntary_share", "rate"),
)
COUNTS = (
    ("customers_churned", "count"),
    ("early_churn", "count"),
    ("customers_start", "count"),
    ("customers_end", "count"),
    ("mrr_start_cents", "money"),
    ("mrr_end_cents", "money"),
)
_JUDGED = ("customer_churn_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate")
_LOST = (
    Column("name"),
    Column("mrr_cents", "money"),
    Column("lost_on", "day"),
    Column("started_on", "day"),
    Column("owner"),
    Column("cause", "cause"),
    Column("stated", "reason"),
    Column("diagnosed", "reason"),
    Column("suggested", "reason"),
    Column("avoidable", "avoidable"),
)


def section(asked: Asked) -> Section:
    """Figures of the quarter beside the one before, a year of months, and the largest losses."""
    known, told = Known(), diagnoses(asked.feedback)
    months = kpis(asked.engine, _year(asked), known).rows
    before, now = kpis(asked.engine, asked.both, known, told).rows
    asked.look_up_losses()
    losses = listed(asked.engine, LossQuery(period=asked.quarter, limit=LARGEST), asked.feedback)
    return Section(
        figures=_figures(before, now),
        tables=[table("largest_losses", _LOST, map(_lost, losses), total=now.customers_churned)],
        charts=[chart("rates", "monthly_churn", map(_month, months)), *_concentrated(asked)],
        notes=_notes(now, losses),
    )


def _year(asked: Asked) -> Scope:
    return replace(asked.scope, start=shift(asked.quarter.end, "month", -12), grain="month")


def _figures(before: KpiRow, now: KpiRow) -> list[Document]:
    pair = Pair(now, before, "quarter")
    judged = changes(_JUDGED, [pair], "quarter")
    q_values = {name: judged.of(name, pair).q_value for name in _JUDGED}
    rates = [figure(n, unit, getattr(now, n), getattr(before, n), q_values.get(n)) for n, unit in RATES]
    lost = figure("mrr_churn_cents", "money", -now.mrr_churn_cents, -before.mrr_churn_cents)
    counts = [figure(n, unit, getattr(now, n), getattr(before, n)) for n, unit in COUNTS]
    return [*rates[:1], counts[0], lost, *rates[1:], *counts[1:]]


def _month(row: KpiRow) -> Document:
    return {"start": row.period_start, **limited("value", row.customer_churn_rate), "customers": row.customers_start}


def _lost(loss: Loss) -> Document:
    fields = ("customer_id", "name", "mrr_cents", "lost_on", "started_on", "owner", "cause")
    reasons = ("stated", "diagnosed", "suggested")
    return {n: getattr(loss, n) for n in (*fields, *reasons)} | {"avoidable": loss.avoidable or ""}


def _concentrated(asked: Asked) -> list[Document]:
    found = concentration(asked.engine, asked.scope)
    if not isinstance(found, Concentration):
        return []
    places = [{"customers": p.customers, "share": p.share, "cents": p.cents} for p in found.places]
    return [chart("curve", "concentration", places, half=found.half, four_fifths=found.four_fifths, of=found.customers)]


def _notes(now: KpiRow, losses: Sequence[Loss]) -> list[str]:
    told: list[str] = []
    if now.customers_churned > len(losses):
        share = sum(loss.mrr_cents for loss in losses) / max(-now.mrr_churn_cents, 1)
        told.append(
            f"The {len(losses)} largest of {now.customers_churned} losses are listed; they make up "
            f"{100 * share:.0f} % of the MRR lost."
        )
    if now.churned_unknown:
        told.append(f"Of {now.churned_unknown} losses nobody knows whether a payment failed or somebody decided.")
    return told

"""RavenStack: the 23-month MRR bridge of its README, to the cent, from the published subscriptions."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from analysis.kpis.report import kpis
from data.records import MetricOptions, Scope
from tests.builders import a_company, a_subscription, an_engine, day


def the_subscriptions(folder: Path):
    with (folder / "ravenstack_subscriptions.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield a_subscription(
                row["account_id"],
                row["start_date"],
                row["end_date"] or None,
                int(Decimal(row["mrr_amount"]) * 100),
                interval="year" if row["billing_frequency"] == "annual" else "month",
            )


def test_the_net_bridge_equals_the_published_one(shared_datasets: Path):
    folder = shared_datasets / "ravenstack"
    checks = json.loads((folder / "expected.json").read_text())["checks"]
    bridge = next(value for name, value in checks.items() if "bridge" in name)
    company = a_company(the_subscriptions(folder), as_of=day("2024-12-31"), options=MetricOptions(gap_tolerance_days=0))
    rows = kpis(an_engine(company), Scope(start=date(2023, 2, 1), end=date(2025, 1, 1))).rows
    assert len(rows) == len(bridge) == 23
    for row in rows:
        found = (
            row.mrr_start_cents,
            row.mrr_new_cents,
            row.mrr_reactivation_cents,
            row.mrr_expansion_cents,
            row.mrr_contraction_cents,
            row.mrr_churn_cents,
            row.mrr_end_cents,
        )
        assert found == tuple(100 * dollars for dollars in bridge[f"{row.period_start:%Y-%m}"])

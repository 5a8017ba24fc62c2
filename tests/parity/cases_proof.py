"""What an action must move, month by month."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from data.engine import Engine
from data.queries import proof
from data.records import EVERYBODY
from data.records_improvement import ProofMetric
from tests.parity.asking import SEGMENTS, Case

METRICS = {
    "churn": ProofMetric("churn"),
    "early-churn": ProofMetric("early-churn", days=90),
    "first-use": ProofMetric("first-use", days=60),
    "feature": ProofMetric("feature", of="Größe & Form"),
    "tickets": ProofMetric("tickets", of="Einführung"),
    "first-tickets": ProofMetric("tickets", days=60),
    "save-rate": ProofMetric("save-rate", days=60),
}
FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)
GROUPS = {"treated": SEGMENTS["not"], "comparison": EVERYBODY}
#: Not split, or not every month has somebody.
NO_PART = frozenset({"part"})


def _months(engine: Engine, metric: ProofMetric, by: str = "") -> list[dict[str, Any]]:
    return [asdict(row) for row in proof.proof_months(engine, metric, GROUPS, FIRST, LAST, by=by)]


def _saved(engine: Engine) -> list[dict[str, Any]]:
    found = proof.saved_months(engine, (14, 60, 90), FIRST, LAST)
    return [{"days": days, **asdict(row)} for days, rows in found.items() for row in rows]


CASES = (
    *(
        Case(proof.proof_months, name, lambda e, m=metric: _months(e, m), empty=NO_PART)
        for name, metric in METRICS.items()
    ),
    Case(
        proof.proof_months,
        "leaving",
        lambda e: [
            asdict(row)
            for row in proof.proof_months(
                e, METRICS["churn"], GROUPS, FIRST, LAST, leaving={"comparison": SEGMENTS["not"]}
            )
        ],
        empty=NO_PART,
    ),
    Case(proof.proof_months, "by", lambda e: _months(e, METRICS["churn"], "tier")),
    Case(proof.proof_months, "by-signing", lambda e: _months(e, METRICS["early-churn"], "plan")),
    Case(proof.saved_months, "windows", _saved, empty=NO_PART | {"group"}),
    Case(
        proof.told_months, "early", lambda e: [(m,) for m in proof.told_months(e, METRICS["early-churn"], FIRST, LAST)]
    ),
    Case(proof.recorded_from, "all", lambda e: [(name, proof.recorded_from(e, m)) for name, m in METRICS.items()]),
    Case(proof.features, "all", lambda e: [(name,) for name in proof.features(e)]),
    Case(proof.ticket_categories, "all", lambda e: [(name,) for name in proof.ticket_categories(e)]),
)

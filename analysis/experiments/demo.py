"""The plans of the demo company's three retention offers, as they would have been written before each began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.experiments import plans
from data.database.repositories import experiments
from data.records_experiments import Plan, Variant
from data.sample.timeline import timeline
from data.sample.truth import EXPERIMENTS
from data.sample.truth import Experiment as Offer

if TYPE_CHECKING:
    from data.database import Database

#: Per key: name, hypothesis, and what the offer costs per customer in cents.
WORDS: Mapping[str, tuple[str, str, int]] = {
    "free-module": (
        "Free module for those who ask to cancel",
        "Who gets a further module for free finds new use for the product and stays.",
        3_000,
    ),
    "discount-20": (
        "20 % discount for those who ask to cancel",
        "Price is the reason given most often: a lower one keeps customers.",
        5_000,
    ),
    "save-call": (
        "Call of a specialist for those who ask to cancel",
        "Many leave over problems that somebody who knows the product can solve in a call.",
        2_500,
    ),
}
#: Of those who ask to cancel a fifth stays anyhow; twice as many would pay for any of the offers.
BASELINE, SMALLEST = 0.2, 0.2
SIZE = 164


def write_plans(db: Database, months: int, end: date, *, who: str | None = None) -> None:
    """Write the three plans, started and ended on the days of the data; nothing where any experiment was ever kept.

    months, end  Of the demo company.
    """
    line = timeline(months, end)
    with db.writing(who):
        if experiments.keys(db):
            return
        for offer in EXPERIMENTS:
            first, after = line.month_start(offer.starts), line.month_start(offer.ends)
            last = max(first, after - timedelta(days=1))
            draft = plans.create(db, plan_of(offer, last), key=offer.key, in_data={offer.key})
            plans.end(db, plans.start(db, draft, first), last)


def plan_of(offer: Offer, last: date) -> Plan:
    """The plan of one offer that is made until this day."""
    name, hypothesis, cost = WORDS[offer.key]
    return Plan(
        name=name,
        hypothesis=hypothesis,
        variants=(Variant(offer.control), Variant(offer.offer, cost_cents=cost, offer=offer.offer)),
        smallest_effect=SMALLEST,
        baseline=BASELINE,
        size=SIZE,
        ends_on=last,
        assigned="elsewhere",
    )

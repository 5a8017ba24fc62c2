"""Random small companies for Hypothesis: days close to every limit, so that the rules meet each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from data.records import MetricOptions
from data.staged import StagedImport
from tests.builders import a_company, a_customer, a_subscription

FIRST = date(2024, 1, 1)
SEGMENTS = ("north", "south", None)

OPTIONS = st.builds(
    MetricOptions,
    gap_tolerance_days=st.sampled_from([3, 0, 7]),
    pause_limit_days=st.sampled_from([90, 12]),
    dunning_limit_days=st.sampled_from([30, 5]),
    activity_window_days=st.sampled_from([90, 20]),
)


def after(days: int) -> date:
    return FIRST + timedelta(days=days)


@st.composite
def subscriptions_of(draw: st.DrawFn, customer: str) -> list[dict[str, Any]]:
    """One to four rows, each about where the one before ends: overlapping, touching, or a gap later."""
    found, at = [], draw(st.integers(0, 120))
    for _ in range(draw(st.integers(1, 4))):
        length = draw(st.sampled_from([31, 200, 90, 10, 5, 3, 2, 1, 0]))
        open_end = draw(st.integers(0, 5)) == 5
        status = draw(st.sampled_from(["active", "active", "active", "paused", "past_due"]))
        row = a_subscription(
            customer,
            starts=after(at).isoformat(),
            ends=None if open_end else after(at + length).isoformat(),
            mrr=draw(st.sampled_from([100, 250, 999, 0])),
            status=status,
            cancel_kind=draw(st.sampled_from([None, "voluntary", "payment"])),
        )
        row["trial_ends_on"] = draw(st.sampled_from([None, None, None, after(at + 3), after(at + 14)]))
        if status == "paused":
            row["paused_on"] = draw(st.sampled_from([None, after(at), after(at + length // 2), after(at + length)]))
        if status == "past_due":
            row["renews_on"] = draw(st.sampled_from([None, after(at + 30)]))
        found.append(row)
        at = max(at + length + draw(st.sampled_from([0, 0, 1, 3, 4, 7, 8, 40, -4])), 0)
    return found


@st.composite
def invoices_of(draw: st.DrawFn, customer: str) -> list[dict[str, Any]]:
    found = []
    for number in range(draw(st.sampled_from([0, 0, 1, 2, 3]))):
        due = after(draw(st.integers(0, 260)))
        paid = draw(st.booleans())
        found.append(
            {
                "invoice_id": f"{customer}-{number}",
                "customer_id": customer,
                "due_on": due,
                "paid_on": due if paid else None,
                "amount_cents": draw(st.sampled_from([500, 500, -500, 0])),
                "status": "paid" if paid else draw(st.sampled_from(["open", "open", "void"])),
            }
        )
    return found


@st.composite
def contract_companies(draw: st.DrawFn, customers: int = 30) -> StagedImport:
    """A company with contracts and invoices, each customer with a region or none."""
    names = [f"c{n}" for n in range(draw(st.integers(customers // 2, customers)))]
    invoices = [row for name in names for row in draw(invoices_of(name))]
    return a_company(
        [row for name in names for row in draw(subscriptions_of(name))],
        customers=[a_customer(name, region=draw(st.sampled_from(SEGMENTS))) for name in names],
        as_of=after(draw(st.sampled_from([259, 181, 120]))),
        options=draw(OPTIONS),
        invoices=invoices or [_SOMEBODY_ELSES],
    )


#: So that the table is never empty; its customer has no contract.
_SOMEBODY_ELSES = {"invoice_id": "x", "customer_id": "x", "due_on": FIRST, "amount_cents": 1, "status": "open"}


@st.composite
def shops(draw: st.DrawFn, customers: int = 30) -> StagedImport:
    """Customers that buy now and then, at most once a day."""
    rows: list[dict[str, Any]] = []
    for n in range(customers):
        for on in draw(st.sets(st.integers(0, 259), min_size=1, max_size=5)):
            cents = draw(st.sampled_from([3_000, 999, 0, -2_000]))
            rows.append(
                {"purchase_id": f"p{len(rows)}", "customer_id": f"c{n}", "on": after(on), "amount_cents": cents}
            )
    return a_company(as_of=after(259), options=draw(OPTIONS), shape="purchases", purchases=rows)

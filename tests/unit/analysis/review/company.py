"""A company whose fourth quarter of 2024 can be counted by hand."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from data.staged import StagedImport
from tests.builders import a_company, a_customer, a_subscription, day

Row = Mapping[str, Any]
LOST = 12
"""Customers lost on 10 November 2024, who paid 10, 20, ... 120 a month; all in retail."""
STAYING = 108
"""Customers that stay and pay 100 a month; 8 of them in retail."""


def touch(customer: str, on: str) -> dict[str, Any]:
    at = datetime.combine(day(on), datetime.min.time(), UTC)
    return {
        "touch_id": f"{customer}-{on}",
        "customer_id": customer,
        "at": at,
        "source": "crm",
        "kind": "cancel_request",
    }


def reviewed(further: int = 0, **tables: list[Row]) -> StagedImport:
    """The company; `further` customers come with a later import, who left in the same quarter."""
    lost = [
        a_subscription(f"c{n:02}", "2022-01-01", "2024-11-10", 1000 * n, cancel_reason="price" if n <= 9 else "other")
        for n in range(1, LOST + 1)
    ]
    early = [a_subscription(f"e{n}", "2022-01-01", "2024-08-01", 5000) for n in range(3)]
    staying = [a_subscription(f"s{n:03}", "2022-01-01", mrr=10_000) for n in range(STAYING)]
    later = [a_subscription(f"f{n}", "2022-01-01", "2024-12-01", 7000) for n in range(further)]
    rows = [*lost, *early, *staying, *later]
    customers = [a_customer(row["customer_id"], industry=_industry(row["customer_id"])) for row in rows]
    asked = [touch(f"c{n:02}", "2024-10-20") for n in range(1, 11)]
    asked += [touch(f"s{n:03}", "2024-10-05") for n in range(10)] + [touch("s099", "2023-01-10")]
    return a_company(rows, customers=customers, touches=asked, **tables)


def _industry(customer: str) -> str:
    return "retail" if customer.startswith("c") or customer in {f"s{n:03}" for n in range(8)} else "energy"

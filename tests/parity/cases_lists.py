"""Lists of customers and of movements."""

from __future__ import annotations

from datetime import date
from typing import get_args

from data.queries import customers
from data.records import CustomerQuery, ListKind, Period
from tests.parity.asking import ANY, SEGMENTS, Case

_SORTS = ("name", "-name", "mrr_cents", "-mrr_cents", "churned_on", "-churned_on", "status", "customer_id")


def _lists() -> list[Case]:
    kinds: tuple[ListKind, ...] = get_args(ListKind)
    half = Period(date(2024, 4, 1), date(2024, 10, 1))
    queries = {f"kind-{kind}": CustomerQuery(kind, period=half, grain="month") for kind in kinds}
    queries |= {
        f"definition-{name}": CustomerQuery("definition", period=half, definition=name)
        for name in ("stripe", "renewal")
    }
    queries |= {f"sort-{sort}": CustomerQuery(sort=sort, limit=9, offset=2) for sort in _SORTS}
    queries |= {f"search-{i}": CustomerQuery(search=text) for i, text in enumerate(("GMBH", "łódź", "株式", "7"))}
    queries["segment"] = CustomerQuery("active", segment=SEGMENTS["mixed"], sort="name")
    counted = {name: queries[name] for name in ("kind-churn", "kind-all", "search-0", "segment")}
    return [
        *(
            Case(customers.customer_list, n, lambda e, q=q: customers.customer_list(e, q), empty=ANY)
            for n, q in queries.items()
        ),
        *(
            Case(customers.customer_count, n, lambda e, q=q: [customers.customer_count(e, q)], empty=_gone_from(q))
            for n, q in counted.items()
        ),
        Case(
            customers.customer_names,
            "some",
            lambda e: [
                {"name": n} for n in sorted(customers.customer_names(e, ["annual", "yen", "never", "nobody"]).items())
            ],
        ),
        Case(
            customers.here_now,
            "some",
            lambda e: [
                {"here": n} for n in sorted(customers.here_now(e, ["annual", "yen", "never", "nobody"]).items())
            ],
        ),
        Case(customers.movement_list, "all", lambda e: customers.movement_list(e, CustomerQuery(), None, None)),
        Case(
            customers.movement_list,
            "some",
            lambda e: customers.movement_list(e, queries["kind-new"], "churn", 7),
            empty=frozenset({"mrr_after_cents"}),
        ),
    ]


def _gone_from(query: CustomerQuery) -> frozenset[str]:
    """Columns of the totals that customers of now leave empty."""
    return frozenset({"lost_mrr_cents"}) if query.kind == "active" else frozenset()


CASES = tuple(_lists())

"""Importing again: the same, more of the same, other tables, another company."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from data.staged import StagedImport
from tests.builders import a_company, a_customer, a_subscription, a_table, day, published
from tests.unit.data.releases import rows, the_releases

CUSTOMERS = [a_customer("c1", industry="retail", a_tier="gold"), a_customer("c2", a_tier="tin")]
CONTRACTS = [a_subscription("c1"), a_subscription("c2", ends="2024-06-01")]


def a_first_company(**values: Any) -> StagedImport:
    return a_company(CONTRACTS, customers=CUSTOMERS, attributes={"a_tier": "Tier"}, **values)


def only(company: StagedImport, *tables: str, **values: Any) -> StagedImport:
    """The same import with only these of its tables."""
    return replace(company, tables=tuple(t for t in company.tables if t.name in tables), **values)


def a_ticket(ticket_id: str, customer_id: str = "c1", **values: Any) -> Mapping[str, Any]:
    return {"ticket_id": ticket_id, "customer_id": customer_id, "opened_at": datetime(2024, 5, 1, tzinfo=UTC)} | values


def test_the_same_import_twice_changes_nothing():
    first = published(a_first_company())
    again = published(a_first_company())
    assert (first.new, again.new) == (True, False)
    assert again.release == first.release
    assert {t.unchanged for t in again.tables.values()} == {2}
    assert len(the_releases()) == 1


@pytest.mark.slow
def test_other_options_or_another_as_of_date_make_a_new_release_of_the_same_tables():
    first = published(a_first_company())
    as_of_june = published(a_first_company(as_of=day("2024-06-30")))
    other_options = published(a_first_company(options=replace(first.release.options, gap_tolerance_days=0)))
    assert as_of_june.new
    assert other_options.new
    tables = [
        {n: r.release.tables[n] for n in ("customers", "subscriptions")} for r in (first, as_of_june, other_options)
    ]
    assert tables[0] == tables[1] == tables[2]


def test_a_merge_keeps_old_rows_updates_keys_and_unites_attributes():
    published(a_first_company())
    more = a_table("customers", [a_customer("c2", a_size="big"), a_customer("c3", a_size="small")], {"a_size": "Size"})
    done = published(StagedImport((more,), day("2024-12-31"), a_first_company().options, mode="merge"))
    found = {row["customer_id"]: (row["industry"], row["a_tier"], row["a_size"]) for row in rows(2, "customers")}
    assert found == {"c1": ("retail", "gold", None), "c2": (None, None, "big"), "c3": (None, None, "small")}
    assert done.release.attributes == {"a_tier": "Tier", "a_size": "Size"}
    assert done.release.rows["customers"] == 3
    assert done.release.tables["subscriptions"] == 0


@pytest.mark.slow
def test_a_merge_by_a_key_of_two_columns_updates_just_that_day():
    def use(on: str, logins: int) -> Mapping[str, Any]:
        return {"customer_id": "c1", "day": day(on), "logins": logins}

    published(a_first_company(usage_daily=[use("2024-03-01", 1), use("2024-03-02", 2)]))
    more = a_company(usage_daily=[use("2024-03-02", 20), use("2024-03-03", 30)])
    published(only(more, "usage_daily", mode="merge"))
    assert sorted(row["logins"] for row in rows(2, "usage_daily")) == [1, 20, 30]


@pytest.mark.slow
def test_the_same_merge_twice_changes_nothing():
    published(a_first_company())
    more = only(a_company([a_subscription("c3")]), "subscriptions", mode="merge")
    assert published(more).new
    assert not published(more).new
    assert len(the_releases()) == 2


@pytest.mark.slow
def test_merging_what_is_there_already_changes_nothing_but_replacing_after_a_merge_does():
    first = a_first_company()
    published(first)
    assert not published(replace(first, mode="merge")).new
    more = only(a_company([a_subscription("c1", mrr=5000)]), "subscriptions", mode="merge")
    published(more)
    assert len(rows(2, "subscriptions")) == 3
    assert published(replace(more, mode="replace")).new
    assert len(rows(3, "subscriptions")) == 1


def test_a_first_merge_is_a_replacement():
    first = a_first_company()
    published(replace(first, mode="merge"))
    assert not published(first).new


@pytest.mark.slow
def test_a_merge_takes_neither_the_as_of_date_nor_the_age_of_a_source_back():
    company = a_first_company()
    tables = tuple(replace(t, newest=day("2024-12-30")) for t in company.tables)
    published(replace(company, tables=tables))
    late = only(
        a_company([a_subscription("c9", starts="2023-01-01")]), "subscriptions", mode="merge", as_of=day("2023-02-01")
    )
    late = replace(late, tables=tuple(replace(t, newest=day("2023-01-01")) for t in late.tables))
    release = published(late).release
    assert release.as_of == day("2024-12-31")
    assert release.sources["subscriptions"]["newest"] == "2024-12-30"


@pytest.mark.slow
def test_tickets_alone_keep_everything_else_and_the_as_of_date():
    published(a_first_company())
    tickets = only(a_company(tickets=[a_ticket("t1")], as_of=day("2024-05-01")), "tickets", shape="purchases")
    done = published(tickets)
    assert done.release.as_of == day("2024-12-31")
    assert done.release.shape == "subscriptions"
    assert done.release.attributes == {"a_tier": "Tier"}
    assert done.release.rows["tickets"] == 1
    assert not published(tickets).new


def test_days_of_use_added_to_contracts_change_neither_the_as_of_date_nor_what_the_numbers_rest_on():
    published(a_first_company())
    use = a_company(usage_daily=[{"customer_id": "c1", "day": day("2024-02-01"), "logins": 1}], as_of=day("2024-02-01"))
    done = published(only(use, "usage_daily", shape="purchases"))
    assert (done.release.as_of, done.release.shape) == (day("2024-12-31"), "subscriptions")
    assert done.changes["mrr_cents"] == {"before": 1000, "after": 1000}


def test_newer_tickets_move_the_as_of_date_on():
    published(a_first_company())
    done = published(only(a_company(tickets=[a_ticket("t1")], as_of=day("2025-02-01")), "tickets"))
    assert done.release.as_of == day("2025-02-01")


LOG = [{"event_id": "e1", "on": day("2024-02-01"), "kind": "release", "title": "Two"}]


@pytest.mark.slow
def test_another_company_leaves_the_tables_of_the_old_one_behind_and_says_so():
    published(a_first_company(tickets=[a_ticket("t1")], releases_log=LOG))
    done = published(a_company([a_subscription("x1")]))
    assert set(done.release.tables) == {"customers", "subscriptions", "movements", "lifetimes"}
    assert done.notes == (
        "Left out, because none of their customers are in the new customers table: releases_log, tickets.",
    )


def test_newer_customers_of_the_same_company_keep_its_tables():
    published(a_first_company(tickets=[a_ticket("t1")], releases_log=LOG))
    done = published(a_company([*CONTRACTS, a_subscription("c3")]))
    assert {"tickets", "releases_log"} < set(done.release.tables)
    assert done.notes == ()


def test_what_changed_is_told():
    assert published(a_first_company()).changes["customers_active"] == {"before": None, "after": 1}
    done = published(a_first_company(as_of=day("2024-05-31")))
    assert done.changes == {
        "customers": {"before": 2, "after": 2},
        "customers_active": {"before": 1, "after": 2},
        "mrr_cents": {"before": 1000, "after": 2000},
        "customers_lost": {"before": 1, "after": 0},
    }

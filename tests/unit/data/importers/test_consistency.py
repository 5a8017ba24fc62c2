"""Contradictions of accepted rows are counted, named with examples and listed whole; nothing is changed by looking."""

import csv
from datetime import date

import pytest

from data.importers.consistency import FILE_NAME, check
from data.importers.transforms import build
from tests.unit.data.importers.typed import a_connection, a_typed_table

# Each test stages files of its own: half a second each, and dozens of them.
pytestmark = pytest.mark.slow

AS_OF = date(2024, 12, 31)


def checked(*tables, folder=None):
    """Notes by code for typed tables given as (role, rows) or (role, rows, further arguments)."""
    connection = a_connection()
    typed = [a_typed_table(connection, t[0], t[1], **(t[2] if len(t) > 2 else {})) for t in tables]
    drafts = build(connection, typed, as_of=AS_OF)
    labels = next((d.attributes for d in drafts if d.name == "customers"), {})
    accepted = {d.name: d.relation for d in drafts}
    found = check(connection, accepted, typed, as_of=AS_OF, folder=folder, attributes=labels)
    return {n.code: n for n in found.notes}, found


def a_customer(n, **changes):
    return {"customer_id": f"c{n}", "signed_on": "2024-01-01", "churned": False, **changes}


def a_period(n, **changes):
    return {
        "subscription_id": f"s{n}",
        "customer_id": f"c{n}",
        "starts_on": "2024-01-01",
        "ends_on": None,
        "mrr": 100,
        **changes,
    }


def test_a_customer_flagged_as_lost_that_still_pays_is_reported_by_name():
    notes, _ = checked(
        ("customers", [a_customer(1, churned=True), a_customer(2)]),
        ("subscriptions", [a_period(1), a_period(2, ends_on="2024-06-01")]),
    )
    assert notes["flagged_but_paying"].count == 1
    assert "c1" in notes["flagged_but_paying"].text
    assert notes["ended_not_flagged"].count == 1


def test_sources_that_agree_are_not_called_contradictions():
    notes, found = checked(
        ("customers", [a_customer(1, churned=True), a_customer(2)]),
        ("subscriptions", [a_period(1, ends_on="2024-06-01"), a_period(2)]),
        ("exits", [{"exit_id": "e", "customer_id": "c1", "on": "2024-06-01"}]),
    )
    assert "churn_counts" not in notes
    assert not {"flagged_but_paying", "flagged_without_event", "event_without_flag", "event_but_paying"} & notes.keys()
    assert found.file is None


def test_three_counts_of_loss_are_put_side_by_side():
    notes, _ = checked(
        ("customers", [a_customer(n, churned=n < 2) for n in range(6)]),
        ("subscriptions", [a_period(n, ends_on="2024-06-01" if n < 4 else None) for n in range(6)]),
        ("exits", [{"exit_id": f"e{n}", "customer_id": "c0", "on": "2024-06-01"} for n in range(3)]),
    )
    text = notes["churn_counts"].text
    assert "2 customers flagged by customers.churned" in text
    assert "1 customers with churn events (3 events)" in text
    assert "4 ended subscriptions" in text


def test_orphans_are_counted_per_table():
    notes, found = checked(
        ("customers", [a_customer(1)]),
        ("subscriptions", [a_period(1), a_period(2), a_period(3)]),
        ("subscription_items", [{"subscription_id": "nobody", "plan_id": "p"}]),
    )
    orphans = {n.table: n.count for n in found.notes if n.code == "orphans"}
    assert orphans == {"subscriptions": 2, "subscription_items": 1}
    assert notes["orphans"].severity == "warning"


def test_dates_in_the_wrong_order_are_reported():
    notes, _ = checked(
        ("customers", [a_customer(1, churned_on="2023-01-01", churned=False)]),
        ("subscriptions", [a_period(1, ends_on="2023-06-01", status="active")]),
        ("tickets", [
            {"ticket_id": "t", "customer_id": "c1", "opened_at": "2023-05-02 10:00:00", "first_response_at": "2023-05-02 09:00:00",
             "resolved_at": "2023-05-01 10:00:00"},
        ]),
        ("invoices", [{"invoice_id": "i", "customer_id": "c1", "due_on": "2024-01-01", "paid_on": "2030-01-01", "amount_cents": 1}]),
        ("exits", [{"exit_id": "e", "customer_id": "c1", "on": "2023-06-01"}]),
    )  # fmt: skip
    expected = {
        "end_before_start", "status_against_end", "left_before_signing", "left_without_flag", "resolved_before_opened",
        "answered_before_opened", "resolved_before_answered", "ticket_before_signing", "paid_in_future", "survey_before_signing",
    }  # fmt: skip
    assert expected <= notes.keys()


def test_use_outside_of_its_subscription_and_repeated_ids_are_reported():
    use = [
        {"event_id": "u1", "subscription_id": "s1", "day": d, "feature": "map", "count": 1}
        for d in ("2023-12-31", "2024-03-01", "2024-07-01")
    ]
    notes, _ = checked(("subscriptions", [a_period(1, ends_on="2024-06-01")]), ("feature_usage", use))
    assert (notes["use_before_start"].count, notes["use_after_end"].count, notes["duplicates"].count) == (1, 1, 2)


def test_everything_found_is_listed_in_one_file_that_is_safe_to_open(tmp_path):
    periods = [a_period(1, customer_id="=cmd()"), a_period(2, customer_id="+1")]
    _, found = checked(("customers", [a_customer(9)]), ("subscriptions", periods), folder=tmp_path / "lists")
    assert found.file == tmp_path / "lists" / FILE_NAME
    with found.file.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["check"], r["table"], r["customer_id"]) for r in rows] == [
        ("orphans", "subscriptions", "'+1"),
        ("orphans", "subscriptions", "'=cmd()"),
    ] or {r["customer_id"] for r in rows} == {"'+1", "'=cmd()"}


def test_leavers_alone_give_no_rate():
    notes, _ = checked(("subscriptions", [a_period(n, ends_on="2024-06-01") for n in range(3)]))
    assert "without customers who stayed there is no churn rate" in notes["one_class"].text


def test_stayers_alone_give_nothing_to_compare():
    notes, _ = checked(("subscriptions", [a_period(n) for n in range(30)]))
    assert "nothing to compare" in notes["one_class"].text


def test_both_classes_give_no_warning():
    notes, _ = checked(("subscriptions", [a_period(n, ends_on="2024-06-01" if n % 3 else None) for n in range(30)]))
    assert "one_class" not in notes


def leaky(n, **attributes):
    lost = n % 4 == 0
    return {**a_customer(n, churned=lost), **{k: v(n, lost) for k, v in attributes.items()}}


def leaks_of(**attributes):
    rows = [leaky(n, **attributes) for n in range(200)]
    _, found = checked(
        ("customers", rows, {"attributes": list(attributes)}), ("subscriptions", [a_period(n) for n in range(200)])
    )
    return {n.column for n in found.notes if n.code == "leakage"}


def test_a_column_filled_in_after_leaving_is_suspected():
    assert leaks_of(
        Status=lambda _, lost: "Churned" if lost else "Stayed",
        Reason=lambda n, lost: f"reason {n % 3}" if lost else None,
        Score=lambda n, lost: 80 + n % 20 if lost else n % 79,
    ) == {"Status", "Reason", "Score"}


def test_an_honest_driver_and_a_name_are_not_suspected():
    assert not leaks_of(
        Contract=lambda n, lost: "monthly" if lost or n % 2 else "yearly",
        Name=lambda n, _: f"Firm {n}",
        Size=lambda n, _: n * 7 % 31,
    )


def test_an_attribute_that_looks_like_an_offer_is_pointed_at():
    rows = [{**a_customer(n), "Promo offer": "A", "Region": "north"} for n in range(3)]
    _, found = checked(("customers", rows, {"attributes": ["Promo offer", "Region"]}))
    assert [n.column for n in found.notes if n.code == "offer"] == ["Promo offer"]

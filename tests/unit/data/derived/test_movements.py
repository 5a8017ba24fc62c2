"""Movements: every rule of the metric dictionary, on the smallest company that shows it."""

import pyarrow.parquet as pq

from data.derived.checks import release_checks
from data.staged import StagedImport
from tests.builders import a_company, a_subscription, an_engine, day, movements_of, with_options


def test_a_start_is_new_and_an_end_is_churn_on_the_day_after_the_last_paid_day():
    company = a_company([a_subscription(starts="2024-01-10", ends="2024-03-01", cancel_kind="voluntary")])
    assert movements_of(company) == [
        ("2024-01-10", "new", 1000, 1000, None),
        ("2024-03-01", "churn", -1000, 0, "voluntary"),
    ]


def test_a_return_after_a_long_gap_is_a_reactivation():
    company = a_company(
        [a_subscription(ends="2024-02-01"), a_subscription(starts="2024-02-05", mrr=1500)],
    )
    assert [m[1] for m in movements_of(company)] == ["new", "churn", "reactivation"]


def test_a_gap_of_the_tolerance_is_no_churn_and_a_change_of_price_across_it_is_one_movement():
    company = a_company([a_subscription(ends="2024-02-01"), a_subscription(starts="2024-02-04", mrr=1500)])
    assert movements_of(company) == [
        ("2024-01-01", "new", 1000, 1000, None),
        ("2024-02-04", "expansion", 500, 1500, None),
    ]
    assert [m[1] for m in movements_of(with_options(company, gap_tolerance_days=2))] == ["new", "churn", "reactivation"]


def test_a_tolerated_gap_without_a_change_leaves_no_trace():
    company = a_company([a_subscription(ends="2024-02-01"), a_subscription(starts="2024-02-03")])
    assert [m[1] for m in movements_of(company)] == ["new"]


def test_two_tolerated_gaps_in_a_row_are_both_bridged():
    company = a_company(
        [
            a_subscription(ends="2024-02-01"),
            a_subscription(starts="2024-02-02", ends="2024-03-01", mrr=2000),
            a_subscription(starts="2024-03-03", mrr=3000),
        ]
    )
    assert movements_of(company) == [
        ("2024-01-01", "new", 1000, 1000, None),
        ("2024-02-02", "expansion", 1000, 2000, None),
        ("2024-03-03", "expansion", 1000, 3000, None),
    ]


def test_several_subscriptions_of_a_customer_are_netted_per_day():
    company = a_company(
        [
            a_subscription(ends="2024-05-01", mrr=700),
            a_subscription(starts="2024-05-01", mrr=700),
            a_subscription(mrr=300),
        ]
    )
    assert movements_of(company) == [("2024-01-01", "new", 1000, 1000, None)]


def test_the_end_of_one_of_two_subscriptions_is_a_contraction():
    company = a_company([a_subscription(ends="2024-05-01", mrr=700), a_subscription(mrr=300)])
    assert movements_of(company)[1] == ("2024-05-01", "contraction", -700, 300, None)


def test_trials_and_free_plans_are_no_customers():
    company = a_company(
        [
            a_subscription(starts="2024-01-01", trial_ends_on=day("2024-01-15")),
            a_subscription("c2", mrr=0),
            a_subscription("c3", ends="2024-01-10", trial_ends_on=day("2024-01-15")),
        ]
    )
    assert movements_of(company) == [("2024-01-15", "new", 1000, 1000, None)]
    assert movements_of(company, "c2") == []
    assert movements_of(company, "c3") == []


def test_a_known_future_end_is_no_movement_yet():
    company = a_company([a_subscription(ends="2025-02-01")])
    assert [m[1] for m in movements_of(company)] == ["new"]


def test_a_pause_is_a_contraction_to_nothing_and_churn_after_the_limit():
    company = a_company([a_subscription(ends="2024-03-01"), a_subscription(starts="2024-03-01", status="paused")])
    assert movements_of(company) == [
        ("2024-01-01", "new", 1000, 1000, None),
        ("2024-03-01", "contraction", -1000, 0, "paused"),
        ("2024-05-30", "churn", 0, 0, "paused"),
    ]


def test_a_pause_that_ends_in_time_is_resumed_not_reactivated():
    company = a_company(
        [
            a_subscription(ends="2024-03-01"),
            a_subscription(starts="2024-03-01", ends="2024-04-01", status="paused"),
            a_subscription(starts="2024-04-01", mrr=1200),
        ]
    )
    assert movements_of(company)[1:] == [
        ("2024-03-01", "contraction", -1000, 0, "paused"),
        ("2024-04-01", "expansion", 1200, 1200, "resumed"),
    ]


def test_a_row_that_is_paused_since_a_known_day_was_paid_until_then():
    company = a_company([a_subscription(status="paused", paused_on=day("2024-11-01"))])
    assert movements_of(company) == [
        ("2024-01-01", "new", 1000, 1000, None),
        ("2024-11-01", "contraction", -1000, 0, "paused"),
    ]


def test_a_paused_row_alone_was_paid_until_its_end():
    company = a_company([a_subscription(ends="2024-06-01", status="paused")])
    assert [m[:2] for m in movements_of(company)] == [
        ("2024-01-01", "new"),
        ("2024-06-01", "contraction"),
        ("2024-08-30", "churn"),
    ]


def an_invoice(due: str, paid: str | None = None, **values):
    return {
        "invoice_id": due,
        "customer_id": "c1",
        "due_on": day(due),
        "paid_on": day(paid) if paid else None,
        "amount_cents": 1000,
        "status": "paid" if paid else "open",
    } | values


def test_past_due_is_involuntary_churn_thirty_days_after_the_first_unpaid_due_date():
    invoices = [an_invoice("2024-05-01", "2024-05-02"), an_invoice("2024-06-01"), an_invoice("2024-07-01")]
    company = a_company([a_subscription(status="past_due")], invoices=invoices)
    assert movements_of(company)[1] == ("2024-07-01", "churn", -1000, 0, "payment")


def test_past_due_inside_the_limit_is_still_a_customer():
    company = a_company([a_subscription(status="past_due")], invoices=[an_invoice("2024-12-15")])
    assert [m[1] for m in movements_of(company)] == ["new"]


def test_a_pause_after_the_end_that_was_sold_sells_nothing_although_unpaid_invoices_ended_it_before():
    sold = a_subscription(ends="2024-09-01", status="past_due")
    paused = a_subscription(starts="2024-09-01", ends="2024-10-01", status="paused")
    company = a_company([sold, paused], invoices=[an_invoice("2024-06-01")])
    moved = movements_of(company)
    assert moved[1] == ("2024-07-01", "churn", -1000, 0, "payment")
    assert {after for _on, _kind, _change, after, _cause in moved[1:]} == {0}


def test_void_invoices_and_credits_make_nobody_past_due():
    invoices = [an_invoice("2024-05-01", status="void"), an_invoice("2024-05-02", amount_cents=-500)]
    company = a_company([a_subscription(status="past_due")], invoices=invoices)
    assert [m[1] for m in movements_of(company)] == ["new"]


def test_an_end_nobody_gives_a_cause_for_is_neither_voluntary_nor_involuntary():
    assert movements_of(a_company([a_subscription(ends="2024-03-01")]))[1][4] == "unknown"


def test_a_stated_cause_goes_before_an_unknown_one_of_the_same_day():
    rows = [a_subscription(ends="2024-03-01"), a_subscription(ends="2024-03-01", cancel_kind="voluntary")]
    assert movements_of(a_company(rows))[1][4] == "voluntary"


def test_a_failed_payment_at_the_end_is_involuntary():
    company = a_company([a_subscription(ends="2024-03-01", cancel_kind="payment")])
    assert movements_of(company)[1][4] == "payment"


def a_purchase(on: str, cents: int = 3000, **values):
    return {"purchase_id": f"{on}{cents}", "customer_id": "c1", "on": day(on), "amount_cents": cents} | values


def test_purchases_keep_a_customer_for_the_window_and_overlapping_windows_join():
    company = a_company(shape="purchases", purchases=[a_purchase("2024-01-01"), a_purchase("2024-03-01")])
    found = movements_of(company)
    assert [m[:2] for m in found] == [("2024-01-01", "new"), ("2024-05-30", "churn")]
    assert found[1][4] == "inactivity"
    # 6,000 cents over 150 days of 30.4375-day months
    assert found[0][2] == round(6000 / (150 / 30.4375))


def test_a_purchase_after_the_window_is_a_reactivation():
    company = a_company(shape="purchases", purchases=[a_purchase("2024-01-01"), a_purchase("2024-08-01")])
    assert [m[1] for m in movements_of(company)] == ["new", "churn", "reactivation", "churn"]


def test_returns_never_make_the_amount_negative_and_a_free_purchase_still_counts():
    company = a_company(shape="purchases", purchases=[a_purchase("2024-11-01", 0), a_purchase("2024-11-02", -500)])
    assert movements_of(company) == [("2024-11-01", "new", 0, 0, None)]


def test_foreign_currency_is_converted_at_one_fixed_rate():
    company = a_company([a_subscription(currency="USD")])
    company = with_options(company, reporting_currency="EUR", currency_rates=(("USD", 0.9),))
    assert movements_of(company)[0][2] == 900


def test_the_activity_window_is_exact_whatever_the_gap_tolerance():
    company = a_company(shape="purchases", purchases=[a_purchase("2024-01-01"), a_purchase("2024-04-02")])
    assert [m[:2] for m in movements_of(company)][:3] == [
        ("2024-01-01", "new"),
        ("2024-03-31", "churn"),
        ("2024-04-02", "reactivation"),
    ]


def neighbours(company: StagedImport) -> list[tuple[str, str | None, str | None]]:
    engine = an_engine(company)
    rows = engine.rows(engine.table("movements").order_by("on"))
    return [tuple(r[c] and r[c].isoformat() for c in ("on", "previous_on", "next_on")) for r in rows]


def test_a_movement_names_the_movements_beside_it_and_no_day_at_which_nothing_changed():
    """The end and the start of a gap that is tolerated are days at which periods end and begin, and no movements."""
    rows = [a_subscription(ends="2024-03-01"), a_subscription(starts="2024-03-02", ends="2024-06-01")]
    assert neighbours(a_company(rows)) == [
        ("2024-01-01", None, "2024-06-01"),
        ("2024-06-01", "2024-01-01", None),
    ]


def test_the_books_say_when_a_movement_names_another_day_than_the_next_one():
    engine = an_engine(a_company([a_subscription(ends="2024-03-01")]))
    names = engine.files["movements"]
    wrong = pq.read_table(names[0])
    wrong = wrong.set_column(wrong.schema.get_field_index("next_on"), "next_on", wrong["on"])
    pq.write_table(wrong, names[0])
    checks = {
        check.name: check for check in release_checks(engine, engine.table("subscriptions").limit(0), day("2024-12-31"))
    }
    assert not checks["movements_chain"].passed
    assert "2 movements name another day" in checks["movements_chain"].detail

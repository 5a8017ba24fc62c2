"""Typed tables of many shapes become consolidated tables: amounts per month, customers found, use and answers derived."""

from datetime import date

from data.contracts import TABLES
from data.importers.recognise_roles import ROLES
from data.importers.transforms import NOT_MINE
from tests.unit.data.importers.typed import a_period, built, notes_of

DAY = date(2024, 1, 1)


def test_every_role_can_be_built_from_a_table_that_has_only_its_first_columns():
    for role in ROLES.values():
        if role.name in NOT_MINE:
            continue
        drafts, rows = built((role.name, [{f.name: None for f in role.fields}]))
        for draft in drafts:
            assert rows(draft.name, *TABLES[draft.name].names) is not None


def test_an_amount_is_brought_to_one_month_by_interval_count_quantity_and_discount():
    periods = [
        a_period(subscription_id="a", mrr=1000),
        a_period(subscription_id="b", arr=12000),
        a_period(subscription_id="c", price=12000, interval="year"),
        a_period(subscription_id="d", price=3000, interval="month", interval_count=3),
        a_period(subscription_id="e", price=500, interval="monthly", quantity=2),
        a_period(subscription_id="f", total=2000, interval="month", discount_percent=50),
        a_period(subscription_id="g", total=3000, interval="Quarterly"),
        a_period(subscription_id="h", total=1000, period_starts_on="2024-03-01", period_ends_on="2024-04-01"),
        a_period(subscription_id="i", price=700, interval="week"),
    ]
    _, rows = built(("subscriptions", periods))
    cents = dict(rows("subscriptions", "subscription_id", "mrr_cents"))
    assert {k: v for k, v in cents.items() if k != "i"} == dict.fromkeys("abcdefgh", 1000)
    assert cents["i"] == round(700 * 30.4375 / 7)


def test_an_unknown_interval_is_taken_as_a_month_and_said():
    drafts, rows = built(("subscriptions", [a_period(price=500, interval="per moon")]))
    assert rows("subscriptions", "mrr_cents", "interval") == [(500, None)]
    assert "no_interval" in notes_of(drafts, "subscriptions")


def test_a_trial_pays_nothing_whatever_its_row_says():
    drafts, rows = built(("subscriptions", [a_period(mrr=500, is_trial=True)]))
    assert rows("subscriptions", "mrr_cents") == [(0,)]
    assert "trial_amount" in notes_of(drafts, "subscriptions")


def test_words_for_states_and_kinds_of_cancellation_are_translated():
    periods = [
        a_period(subscription_id="a", mrr=1, status="trialing"),
        a_period(subscription_id="b", mrr=1, status="Canceled", ends_on="2024-05-01", cancel_kind="payment_failed"),
        a_period(subscription_id="c", mrr=1, status="unpaid"),
        a_period(subscription_id="d", mrr=1, status="on_hold", cancel_kind="cancellation_requested"),
        a_period(subscription_id="e", mrr=1, status="gibbous"),
        a_period(subscription_id="f", mrr=1, status="incomplete_expired"),
    ]
    drafts, rows = built(("subscriptions", periods), as_of=date(2024, 6, 1))
    found = {r[0]: r[1:] for r in rows("subscriptions", "subscription_id", "status", "cancel_kind", "mrr_cents")}
    assert found["a"][0] == "active"
    assert found["b"][:2] == ("cancelled", "payment")
    assert found["c"][0] == "past_due"
    assert found["d"][:2] == ("paused", "voluntary")
    assert found["e"][0] == "active"
    assert found["f"] == ("cancelled", None, 0)
    assert "unknown_status" in notes_of(drafts, "subscriptions")


def test_where_only_the_day_of_cancellation_tells_of_an_end_it_is_the_end_and_said():
    rows = [a_period(cancelled_on="2024-05-01"), a_period(subscription_id="s2", cancelled_on=None)]
    drafts, found = built(("subscriptions", rows))
    assert found("subscriptions", "subscription_id", "ends_on", "status") == [
        ("s1", date(2024, 5, 1), "cancelled"),
        ("s2", None, "active"),
    ]
    assert "ends_by_notice" in notes_of(drafts, "subscriptions")


def test_beside_an_end_the_day_of_cancellation_is_a_notice():
    drafts, found = built(("subscriptions", [a_period(cancelled_on="2024-05-01", ends_on=None)]))
    assert found("subscriptions", "ends_on") == [(None,)]
    assert "ends_by_notice" not in notes_of(drafts, "subscriptions")


def test_an_end_that_is_known_without_its_day_falls_on_the_last_day_and_is_said():
    drafts, rows = built(("subscriptions", [a_period(mrr=1, churned=True)]), as_of=date(2024, 6, 1))
    assert rows("subscriptions", "ends_on", "status") == [(date(2024, 6, 1), "cancelled")]
    assert "end_unknown" in notes_of(drafts, "subscriptions")


STRIPE = (
    ("subscriptions", [a_period(), a_period(subscription_id="s2", customer_id="c2")]),
    ("subscription_items", [
        {"subscription_id": "s1", "plan_id": "p1", "quantity": 2},
        {"subscription_id": "s1", "plan_id": "p2", "quantity": 1},
        {"subscription_id": "s1", "plan_id": "metered", "quantity": 1},
        {"subscription_id": "lost", "plan_id": "p1", "quantity": 1},
    ]),
    ("plans", [
        {"plan_id": "p1", "price_cents": 1000, "interval": "month", "currency": "usd", "name": "Base", "usage_type": "licensed", "charge_type": "recurring"},
        {"plan_id": "p2", "price_cents": 12000, "interval": "year", "currency": "usd", "name": "Plus", "usage_type": "licensed", "charge_type": "recurring"},
        {"plan_id": "metered", "price_cents": 999, "interval": "month", "currency": "usd", "name": "Meter", "usage_type": "metered", "charge_type": "recurring"},
        {"plan_id": "once", "price_cents": 5000, "interval": None, "currency": "usd", "name": "Setup", "usage_type": None, "charge_type": "one_time"},
    ]),
)  # fmt: skip


def test_items_and_plans_give_the_amount_and_metered_items_do_not_count():
    drafts, rows = built(*STRIPE)
    assert rows("subscriptions", "subscription_id", "mrr_cents", "currency") == [
        ("s1", 3000, "USD"),
        ("s2", None, None),
    ]
    assert "no_amount" in notes_of(drafts, "subscriptions")


def test_a_discount_lowers_the_amount_while_it_runs_and_ids_stay_unique():
    discounts = (
        "discounts",
        [
            {
                "discount_id": "d",
                "coupon_id": "half",
                "subscription_id": "s1",
                "starts_on": "2024-01-01",
                "ends_on": "2024-04-01",
            }
        ],
    )
    coupons = ("coupons", [{"coupon_id": "half", "percent_off": 50.0, "duration": "repeating"}])
    _, rows = built(*STRIPE, discounts, coupons)
    found = rows("subscriptions", "subscription_id", "starts_on", "ends_on", "mrr_cents")
    assert found[:2] == [("s1", DAY, date(2024, 4, 1), 1500), ("s1/2", date(2024, 4, 1), None, 3000)]


def test_a_discount_that_is_used_once_changes_no_monthly_amount():
    discounts = (
        "discounts",
        [{"discount_id": "d", "coupon_id": "half", "subscription_id": "s1", "starts_on": "2024-01-01"}],
    )
    coupons = ("coupons", [{"coupon_id": "half", "percent_off": 50.0, "duration": "once"}])
    _, rows = built(*STRIPE, discounts, coupons)
    assert rows("subscriptions", "subscription_id", "mrr_cents")[0] == ("s1", 3000)


def test_test_mode_is_left_out_and_said():
    drafts, rows = built(
        ("subscriptions", [a_period(mrr=1, live=True), a_period(subscription_id="t", mrr=1, live=False)])
    )
    assert rows("subscriptions", "subscription_id") == [("s1",)]
    assert "test_mode" in notes_of(drafts, "subscriptions")


def test_of_a_history_only_the_newest_row_counts():
    versions = [a_period(mrr=1, changed_at="2024-01-01 00:00:00"), a_period(mrr=2, changed_at="2024-02-01 00:00:00")]
    drafts, rows = built(("subscriptions", versions))
    assert rows("subscriptions", "mrr_cents") == [(2,)]
    assert "older_versions" in notes_of(drafts, "subscriptions")


def test_invoice_lines_pay_their_service_period_and_a_cancellation_ends_it():
    lines = [
        {"line_id": "l1", "invoice_id": "i1", "subscription_id": "s1", "kind": "subscription", "amount_cents": 12000, "period_starts_on": "2024-01-01", "period_ends_on": "2025-01-01", "proration": False},
        {"line_id": "l2", "invoice_id": "i1", "subscription_id": "s1", "kind": "subscription", "amount_cents": -300, "period_starts_on": "2024-01-01", "period_ends_on": "2024-02-01", "proration": True},
        {"line_id": "l3", "invoice_id": "i1", "subscription_id": None, "kind": "one_time", "amount_cents": 900, "period_starts_on": "2024-01-01", "period_ends_on": "2024-02-01", "proration": False},
    ]  # fmt: skip
    drafts, rows = built(
        ("invoice_lines", lines),
        ("invoices", [{"invoice_id": "i1", "customer_id": "c9", "due_on": "2024-01-05", "currency": "eur"}]),
        ("cancellations", [{"subscription_id": "s1", "customer_id": "c9", "ends_on": "2024-07-01"}]),
    )
    found = rows("subscriptions", "customer_id", "mrr_cents", "starts_on", "ends_on", "interval", "currency")
    assert found == [("c9", 1000, DAY, date(2024, 7, 1), "year", "EUR")]
    assert "proration" in notes_of(drafts, "subscriptions")
    assert rows("invoices", "amount_cents") == [(12600,)]


def test_movements_last_until_the_next_one():
    moves = [
        {"customer_id": "c1", "on": "2024-01-01", "mrr_cents": 1000, "name": "Firm"},
        {"customer_id": "c1", "on": "2024-03-01", "mrr_cents": 1500, "name": "Firm"},
        {"customer_id": "c1", "on": "2024-05-01", "mrr_cents": 0, "name": "Firm"},
    ]
    _, rows = built(("mrr_movements", moves))
    assert rows("subscriptions", "starts_on", "ends_on", "mrr_cents") == [
        (DAY, date(2024, 3, 1), 1000),
        (date(2024, 3, 1), date(2024, 5, 1), 1500),
    ]
    assert rows("customers", "customer_id", "name") == [("c1", "Firm")]


def test_subscription_events_make_periods_and_retracted_ones_are_void():
    events = [
        {"event_id": "1", "customer_id": "c", "subscription_id": "s", "kind": "subscription_start", "retracts": None, "on": "2024-01-01", "amount_cents": 1000},
        {"event_id": "2", "customer_id": "c", "subscription_id": "s", "kind": "subscription_cancelled", "retracts": None, "on": "2024-02-01", "amount_cents": None},
        {"event_id": "3", "customer_id": "c", "subscription_id": "s", "kind": "subscription_event_retracted", "retracts": "2", "on": "2024-02-02", "amount_cents": None},
        {"event_id": "4", "customer_id": "c", "subscription_id": "s", "kind": "subscription_cancelled", "retracts": None, "on": "2024-06-01", "amount_cents": None},
    ]  # fmt: skip
    drafts, rows = built(("subscription_events", events))
    assert rows("subscriptions", "starts_on", "ends_on", "mrr_cents") == [(DAY, date(2024, 6, 1), 1000)]
    assert "retracted" in notes_of(drafts, "subscriptions")


def test_customers_with_dates_of_their_own_are_paid_periods_when_nothing_else_is():
    customers = [
        {"customer_id": "c1", "signed_on": "2024-01-01", "churned_on": "2024-03-01", "churned": True},
        {"customer_id": "c2", "signed_on": "2024-01-01", "churned_on": None, "churned": False},
        {"customer_id": "c3", "signed_on": "2024-01-01", "churned_on": None, "churned": True},
    ]
    drafts, rows = built(("customers", customers), as_of=date(2024, 6, 1))
    found = rows("subscriptions", "customer_id", "ends_on", "mrr_cents")
    assert found == [("c1", date(2024, 3, 1), 100), ("c2", None, 100), ("c3", date(2024, 6, 1), 100)]
    assert {"from_customers", "no_amount", "end_unknown"} <= notes_of(drafts, "subscriptions")


def test_customers_of_two_files_are_joined_by_their_id():
    names = (
        "customers",
        [{"customer_id": "c1", "name": "Firm"}, {"customer_id": "c2", "name": "Shop"}],
        {"table": "crm"},
    )
    places = (
        "customers",
        [{"customer_id": "c1", "country": "DE", "Size": "9"}],
        {"table": "billing", "attributes": ["Size"]},
    )
    drafts, rows = built(names, places)
    assert rows("customers", "customer_id", "name", "country", "a_size") == [
        ("c1", "Firm", "DE", "9"),
        ("c2", "Shop", None, None),
    ]
    assert "sources_joined" in notes_of(drafts, "customers")


def test_customers_of_two_systems_without_a_common_id_are_listed_side_by_side_and_said():
    drafts, rows = built(
        ("customers", [{"customer_id": "cus_1", "name": "Firm"}], {"table": "stripe"}),
        ("customers", [{"customer_id": "77", "name": "Firm"}], {"table": "crm"}),
    )
    assert len(rows("customers", "customer_id")) == 2
    assert "sources_apart" in notes_of(drafts, "customers")


def test_a_systems_own_number_leads_to_the_number_the_company_uses():
    _, rows = built(
        ("customers", [{"customer_id": "org1", "external_id": "K-7"}], {"system": "Zendesk"}),
        ("users", [{"user_id": "u1", "customer_id": "org1"}], {"system": "Zendesk"}),
        (
            "tickets",
            [
                {"ticket_id": "1", "customer_id": "org1", "user_id": None, "opened_at": "2024-01-01"},
                {"ticket_id": "2", "customer_id": None, "user_id": "u1", "opened_at": "2024-01-01"},
            ],
            {"system": "Zendesk"},
        ),
    )
    assert rows("customers", "customer_id") == [("K-7",)]
    assert rows("tickets", "ticket_id", "customer_id") == [("1", "K-7"), ("2", "K-7")]

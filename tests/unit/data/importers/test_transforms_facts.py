"""Use, tickets, payments, answers and experiments of many shapes find their customers and become days and cases."""

from datetime import date, datetime

from tests.unit.data.importers.typed import a_period, built, notes_of


def test_use_that_names_a_subscription_finds_its_customer_and_days_are_derived():
    use = [
        {"event_id": "1", "subscription_id": "s1", "day": "2024-01-05", "feature": "map", "count": 3, "seconds": 90.0},
        {"event_id": "2", "subscription_id": "s1", "day": "2024-01-05", "feature": "list", "count": 2, "seconds": 30.0},
        {
            "event_id": "3",
            "subscription_id": "nobody",
            "day": "2024-01-05",
            "feature": "list",
            "count": 2,
            "seconds": 30.0,
        },
    ]
    drafts, rows = built(("subscriptions", [a_period(mrr=1)]), ("feature_usage", use))
    assert rows("usage_daily", "customer_id", "minutes", "core_actions", "features_used") == [("c1", 2.0, 5, 2)]
    assert rows("feature_usage", "customer_id", "feature", "count", "_row") == [
        ("c1", "list", 2, 3),
        ("c1", "map", 3, 2),
        (None, "list", 2, 4),
    ]
    assert "derived" in notes_of(drafts, "usage_daily")


def test_events_are_summed_to_days_with_sessions_as_logins():
    events = [
        {"user_id": "c1", "session_id": "x", "at": "2024-01-05 10:00:00", "event": "open"},
        {"user_id": "c1", "session_id": "x", "at": "2024-01-05 10:01:00", "event": "save"},
        {"user_id": "c1", "session_id": "y", "at": "2024-01-05 23:59:59", "event": "open"},
    ]
    _, rows = built(("events", events))
    day = date(2024, 1, 5)
    assert rows("usage_daily", "customer_id", "day", "logins", "core_actions", "features_used") == [
        ("c1", day, 2, 3, 2)
    ]


def test_users_of_one_day_are_counted_not_added_up():
    use = [{"customer_id": "c1", "user_id": u, "day": "2024-01-05", "logins": 2} for u in ("a", "b", "a")]
    _, rows = built(("usage_daily", use))
    assert rows("usage_daily", "logins", "active_users") == [(6, 2)]


def test_minutes_to_the_first_answer_become_a_moment():
    ticket = {
        "ticket_id": "1",
        "customer_id": "c",
        "opened_at": "2024-01-01 10:00:00",
        "first_response_minutes": 90,
        "resolution_hours": 2,
    }
    _, rows = built(("tickets", [ticket]))
    assert rows("tickets", "first_response_at", "resolved_at") == [
        (datetime(2024, 1, 1, 11, 30), datetime(2024, 1, 1, 12))
    ]


def test_the_first_public_answer_of_somebody_else_and_the_first_solved_state_count():
    _, rows = built(
        ("tickets", [{"ticket_id": "1", "customer_id": "c", "user_id": "asker", "opened_at": "2024-01-01 10:00:00", "status": "closed"}]),
        ("ticket_replies", [
            {"ticket_id": "1", "user_id": "asker", "at": "2024-01-01 10:01:00", "public": True},
            {"ticket_id": "1", "user_id": "agent", "at": "2024-01-01 10:02:00", "public": False},
            {"ticket_id": "1", "user_id": "agent", "at": "2024-01-01 10:03:00", "public": True},
        ]),
        ("ticket_changes", [{"ticket_id": "1", "field": "status", "value": "solved", "at": "2024-01-02 00:00:00"}]),
    )  # fmt: skip
    assert rows("tickets", "first_response_at", "resolved_at") == [(datetime(2024, 1, 1, 10, 3), datetime(2024, 1, 2))]


def test_satisfaction_of_other_scales_is_stretched_and_words_are_translated():
    tickets = [
        {"ticket_id": str(n), "customer_id": "c", "opened_at": "2024-01-01", "csat": float(n)} for n in (0, 5, 10)
    ]
    drafts, rows = built(("tickets", tickets))
    assert rows("tickets", "csat") == [(1.0,), (3.0,), (5.0,)]
    assert "csat_scale" in notes_of(drafts, "tickets")
    words = [
        {"ticket_id": w, "customer_id": "c", "opened_at": "2024-01-01", "satisfaction": w}
        for w in ("Good", "bad", "4", "Offered")
    ]
    drafts, rows = built(("tickets", words))
    assert rows("tickets", "ticket_id", "csat") == [("4", 4.0), ("Good", 5.0), ("Offered", None), ("bad", 1.0)]


def test_payments_tell_when_and_how_often_an_invoice_was_tried():
    _, rows = built(
        ("invoices", [{"invoice_id": "i", "customer_id": "c", "due_on": "2024-01-05", "amount_cents": 100, "paid": None}]),
        ("payments", [
            {"payment_id": "1", "invoice_id": "i", "at": "2024-01-05", "status": "failed", "failure_code": "card_declined"},
            {"payment_id": "2", "invoice_id": "i", "at": "2024-01-08", "status": "succeeded", "failure_code": None},
        ]),
    )  # fmt: skip
    found = rows("invoices", "invoice_id", "paid_on", "attempts", "failure_code")
    assert found == [("i", date(2024, 1, 8), 2, "card_declined")]


def test_payments_without_an_invoice_stand_as_invoices():
    payment = {
        "payment_id": "ch_1",
        "customer_id": "c",
        "at": "2024-01-05 10:00:00",
        "amount_cents": 500,
        "paid": False,
        "status": "failed",
        "failure_code": "expired_card",
    }
    _, rows = built(("payments", [payment]))
    assert rows("invoices", "invoice_id", "due_on", "paid_on", "failure_code") == [
        ("ch_1", date(2024, 1, 5), None, "expired_card")
    ]


def test_a_paid_invoice_without_a_day_counts_as_paid_when_due_and_is_said():
    drafts, rows = built(
        ("invoices", [{"invoice_id": "i", "customer_id": "c", "due_on": "2024-01-05", "amount_cents": 1, "paid": True}])
    )
    assert rows("invoices", "paid_on") == [(date(2024, 1, 5),)]
    assert "paid_day_unknown" in notes_of(drafts, "invoices")


def test_churn_events_become_exit_surveys_and_end_nothing():
    drafts, rows = built(
        ("subscriptions", [a_period(mrr=1)]),
        (
            "exits",
            [{"exit_id": "e", "customer_id": "c1", "on": "2024-03-01", "reason": "price", "text": "too expensive"}],
        ),
    )
    assert rows("surveys", "response_id", "kind", "reason", "text") == [("e", "exit", "price", "too expensive")]
    assert rows("subscriptions", "ends_on") == [(None,)]
    assert "exits" in notes_of(drafts, "surveys")


def test_a_file_that_names_no_experiment_is_one():
    _, rows = built(("assignments", [{"customer_id": "c", "variant": "gate_40"}], {"table": "cookie_cats"}))
    assert rows("assignments", "experiment_key", "variant") == [("cookie_cats", "gate_40")]

"""Codes of billing systems and answers of exit surveys come in as files and become reasons of our list."""

from datetime import UTC, date, datetime
from pathlib import Path

from analysis.feedback.losses import listed, read_feedback
from data.database import open_database
from data.engine import open_engine
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.lake import Lake
from data.records import LossQuery
from data.release import publish
from data.settings import settings

TODAY = date(2026, 11, 22)
STRIPE = """id,Customer ID,Plan,Quantity,Currency,Interval,Amount,Status,Cancellation Reason,Created (UTC),\
Start (UTC),Start Date (UTC),Current Period Start (UTC),Current Period End (UTC),Canceled At (UTC),Ended At (UTC)
"""
SUBSCRIPTION = (
    "sub_{n},cus_{n},Team,1,eur,month,49.00,{status},{why},2025-01-01 10:00,2025-01-01 10:00,2025-01-01 10:00,"
    "2026-03-01 10:00,2026-04-01 10:00,{ended},{ended}\n"
)
SURVEY = "response_id,customer_id,at,kind,score,reason,text\n" + "".join(
    f"r{n},cus_{n},2026-04-03 09:00,exit,3,{reason},{text}\n"
    for n, reason, text in ((1, "too_complex", "Nobody here could use it."), (3, "Der Mond war voll", ""))
)


def test_a_stripe_export_and_a_survey_file_tell_why_customers_left(tmp_path: Path):
    rows = [("cancellation_requested", 1), ("payment_failed", 2), ("cancellation_requested", 3), ("", 4)]
    lines = [
        SUBSCRIPTION.format(
            n=n, why=why, status="canceled" if n < 4 else "active", ended="2026-04-01 10:00" if n < 4 else ""
        )
        for why, n in rows
    ]
    (tmp_path / "subscriptions.csv").write_text(STRIPE + "".join(lines))
    (tmp_path / "answers.csv").write_text(SURVEY)
    found, tables = settings(), {"surveys": str(tmp_path / "answers.csv")}
    asked = ImportRequest(
        paths=(str(tmp_path / "subscriptions.csv"),), tables=tables, today=TODAY, home=found.home, as_of=TODAY
    )
    database = open_database(found)
    release = publish(found, database, stage(asked), now=datetime(2026, 11, 22, 9, tzinfo=UTC)).release

    engine = open_engine(Lake(found.lake_url), release)
    losses = {loss.customer_id: loss for loss in listed(engine, LossQuery(), read_feedback(database))}
    # "cancellation_requested" says who ended it and not why; the survey does.
    assert (losses["cus_1"].stated, losses["cus_1"].survey_text) == ("poor_experience", "Nobody here could use it.")
    assert (losses["cus_2"].stated, losses["cus_2"].suggested) == ("payment_failure", "payment_failure")
    assert (losses["cus_3"].stated, losses["cus_3"].said, losses["cus_3"].unmapped) == ("", "Der Mond war voll", True)

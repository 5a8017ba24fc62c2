"""Whom a list of the losses of a range leaves out."""

from datetime import date

from data.queries.reasons import came_and_left, losses
from data.records import EVERYBODY, Period
from tests.builders import a_company, a_subscription, an_engine

YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))


def test_who_came_or_came_back_and_left_inside_a_range_is_counted_beside_its_losses():
    spells = {
        "there, gone": [("2023-01-01", "2024-05-01")],
        "there, gone twice": [("2023-01-01", "2024-02-01"), ("2024-06-01", "2024-09-01")],
        "joined inside": [("2024-02-01", "2024-05-01")],
        "came back inside": [("2022-01-01", "2023-05-01"), ("2024-02-01", "2024-05-01")],
        "came back to stay": [("2022-01-01", "2023-05-01"), ("2024-02-01", None)],
        "gone before": [("2022-01-01", "2023-05-01")],
    }
    engine = an_engine(a_company([a_subscription(c, *spell) for c, of in spells.items() for spell in of]))
    listed = {row["customer_id"] for row in engine.rows(losses(engine, EVERYBODY, YEAR))}
    assert listed == {"there, gone", "there, gone twice"}
    assert came_and_left(engine, EVERYBODY, YEAR) == len({"joined inside", "came back inside"})

"""One row per customer: tenure and flag become one period that ends, or still runs, on the as-of day."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import DataProblem
from tests.unit.data.importers.loading import load_snapshot

MAP = {"customer_id": "id", "tenure_months": "tenure", "churned": "churned", "mrr": "fee"}
PERIODS = "SELECT starts_on, ends_on, status, mrr_cents FROM subscriptions ORDER BY customer_id"


def test_tenure_counts_back_from_the_as_of_day_in_calendar_months(tmp_path: Path) -> None:
    text = "id,tenure,churned,fee\na,1,No,10\nb,12,Yes,20.5\n"
    loaded = load_snapshot(tmp_path, text, MAP, as_of=date(2024, 3, 31))
    assert loaded.rows(PERIODS) == [
        (date(2024, 2, 29), None, "active", 1000),
        (date(2023, 3, 31), date(2024, 3, 31), "cancelled", 2050),
    ]


def test_everybody_in_the_file_was_there_before_it_was_made_and_it_is_said(tmp_path: Path) -> None:
    loaded = load_snapshot(tmp_path, "id,tenure,churned,fee\na,0,Yes,1\nb,0,No,1\n", MAP, as_of=date(2024, 3, 31))
    assert loaded.rows(PERIODS) == [
        (date(2024, 3, 30), date(2024, 3, 31), "cancelled", 100),
        (date(2024, 3, 30), None, "active", 100),
    ]
    assert loaded.notes("start_moved")[0].count == 2


@given(st.integers(0, 200), st.dates(date(2020, 1, 1), date(2026, 1, 1)))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_whole_months_between_start_and_as_of_equal_the_tenure(tmp_path: Path, months: int, as_of: date) -> None:
    loaded = load_snapshot(tmp_path, f"id,tenure,churned,fee\na,{months},No,1\n", MAP, as_of=as_of)
    assert loaded.column(f"SELECT datesub('month', starts_on, DATE '{as_of}') FROM subscriptions") == [months]


def test_tenure_may_be_days(tmp_path: Path) -> None:
    map_ = {"customer_id": "id", "tenure_days": "days", "churned": "churned"}
    loaded = load_snapshot(tmp_path, "id,days,churned\na,10,No\n", map_, as_of=date(2024, 3, 31))
    assert loaded.column("SELECT starts_on FROM subscriptions") == [date(2024, 3, 21)]


def test_start_and_loss_may_be_dates(tmp_path: Path) -> None:
    map_ = {"customer_id": "id", "started_on": "since", "churned_on": "left", "mrr": "fee"}
    text = "id,since,left,fee\na,2023-01-05,2024-02-01,10\nb,2023-06-01,,10\n"
    loaded = load_snapshot(tmp_path, text, map_)
    assert loaded.rows(PERIODS) == [
        (date(2023, 1, 5), date(2024, 2, 1), "cancelled", 1000),
        (date(2023, 6, 1), None, "active", 1000),
    ]
    assert loaded.staged.as_of == date(2024, 2, 1)
    assert loaded.staged.shape == "subscriptions"
    assert "not known" not in loaded.notes("snapshot")[0].text


def test_everything_unmapped_becomes_an_attribute_with_its_label(tmp_path: Path) -> None:
    loaded = load_snapshot(tmp_path, "id,tenure,churned,fee,PaymentMethod\na,1,No,1,Mailed check\n", MAP)
    table = next(t for t in loaded.staged.tables if t.name == "customers")
    assert dict(table.attributes) == {"a_payment_method": "PaymentMethod"}
    assert loaded.column("SELECT a_payment_method FROM customers") == ["Mailed check"]


def test_without_ids_customers_are_numbered_and_it_is_said(tmp_path: Path) -> None:
    map_ = {"tenure_months": "months_active", "churned": "churned"}
    loaded = load_snapshot(tmp_path, "months_active,churned,csat\n3.0,1.0,9\n2.0,0.0,4\n", map_)
    assert loaded.column("SELECT count(DISTINCT customer_id) FROM customers") == [2]
    assert loaded.notes("ids_made")
    assert loaded.notes("mrr_assumed")


def test_customers_numbered_by_their_row_are_not_merged_into_others(tmp_path: Path) -> None:
    text = "id,months_active,churned\na,3,1\nb,2,0\n"
    map_ = {"tenure_months": "months_active", "churned": "churned"}
    with pytest.raises(DataProblem, match="--map customer_id=COLUMN"):
        load_snapshot(tmp_path, text.replace("id,", "colour,"), map_, mode="merge")
    merged = load_snapshot(tmp_path, text, map_ | {"customer_id": "id"}, mode="merge")
    assert merged.column("SELECT customer_id FROM customers ORDER BY 1") == ["a", "b"]


def test_a_negative_tenure_is_rejected(tmp_path: Path) -> None:
    rows = "".join(f"c{i},3,No,1\n" for i in range(40))
    loaded = load_snapshot(tmp_path, f"id,tenure,churned,fee\n{rows}x,-2,No,1\n", MAP)
    assert loaded.rows("SELECT count(*) FROM customers") == [(40,)]
    assert '"-2"' in loaded.rejects or "'-2" in loaded.rejects


def test_a_file_without_flag_or_tenure_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="churned"):
        load_snapshot(tmp_path, "id,colour\na,red\n", {"customer_id": "id"})

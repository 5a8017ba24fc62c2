"""What leaves the app in files is what the page shows, and cannot run."""

import io

import pytest
from openpyxl import load_workbook

from dashboard.tables import Column, csv_bytes, xlsx_bytes

COLUMNS = (Column("name", "Name"), Column("mrr_cents", "MRR", "money"), Column("rate", "Rate", "rate"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://a")'])
def test_a_text_that_a_spreadsheet_would_run_is_led_in_by_an_apostrophe_in_csv(text: str):
    line = csv_bytes([{"name": text}], COLUMNS).decode("utf-8-sig").splitlines()[1]
    assert line.lstrip('"').startswith("'")


def test_negative_numbers_stay_numbers_in_csv():
    assert "-5" in csv_bytes([{"name": "a", "mrr_cents": -5, "rate": -0.5}], COLUMNS).decode("utf-8-sig").split(",")[3]


def test_csv_keeps_field_names_minor_units_and_rates_as_the_reports_have_them():
    text = csv_bytes([{"name": "Müller", "mrr_cents": 1234, "rate": 0.05}], COLUMNS).decode("utf-8-sig")
    assert text.splitlines() == ["name,mrr_cents,rate", "Müller,1234,0.05"]


@pytest.mark.parametrize(("currency", "shown"), [("EUR", 12.34), ("JPY", 1234)])
def test_a_sheet_shows_money_in_whole_units_of_its_currency(currency: str, shown: float):
    sheet = opened(xlsx_bytes([{"name": "a", "mrr_cents": 1234}], COLUMNS, currency))
    assert sheet["B2"].value == shown


def test_a_formula_from_data_is_text_in_a_sheet():
    cell = opened(xlsx_bytes([{"name": "=1+1"}], COLUMNS, "EUR"))["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def opened(content: bytes):
    return load_workbook(io.BytesIO(content)).active

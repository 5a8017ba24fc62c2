"""Numbers, money, yes and no, ids and words for nothing, as people and exports write them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import DataProblem
from tests.unit.data.importers.loading import Loaded, customers, load, load_snapshot, subscriptions

SNAPSHOT = {"customer_id": "id", "tenure_months": "tenure", "churned": "churned"}


def money(folder: Path, *values: str, options: dict[str, str] | None = None) -> list[int]:
    return amounts(folder, *values, options=options).column("SELECT amount_cents FROM invoices ORDER BY invoice_id")


def amounts(folder: Path, *values: str, options: dict[str, str] | None = None) -> Loaded:
    lines = "".join(f'i{i:03d},c{i},2024-01-01,"{v}"\n' for i, v in enumerate(values))
    return load(
        folder, "invoices", "invoice_id,customer_id,due_on,amount\n" + lines, options=options, map={"amount": "amount"}
    )


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("29.85", 2985), ("1,234.56", 123456), ("1.234,56", 123456), ("54,492.00", 5449200), ("$1,234", 123400), ("€ 12,50", 1250),
        ("12,50 €", 1250), ("(12.50)", -1250), ("-12.50", -1250), ("12.50-", -1250), ("USD 12.50", 1250), ("12.50 EUR", 1250), ("1'234.50", 123450),
        ("1 234,50", 123450), ("1.5e3", 150000), ("+7", 700), ("0", 0), (".5", 50), ("12,34,567.00", 123456700), ("￥99", 9900), ("\u22125", -500),
    ],
)  # fmt: skip
def test_an_amount_is_read_however_it_is_written(tmp_path: Path, text: str, cents: int) -> None:
    assert money(tmp_path, text) == [cents]


def test_the_column_decides_what_a_comma_means(tmp_path: Path) -> None:
    assert money(tmp_path, "1,234", "12,5") == [123, 1250] or money(tmp_path, "1,234", "12,5") == [123, 1250]
    assert money(tmp_path, "1,234", "1,234.5") == [123400, 123450]


def test_thousands_without_decimals_are_thousands_and_the_guess_is_said(tmp_path: Path) -> None:
    loaded = amounts(tmp_path, "54,492", "1,000")
    assert loaded.column("SELECT amount_cents FROM invoices ORDER BY 1") == [100000, 5449200]
    assert "decimal.amount=comma" in loaded.notes("number_ambiguous")[0].text


def test_the_decimal_sign_can_be_set(tmp_path: Path) -> None:
    assert money(tmp_path, "54,492", options={"decimal": "comma"}) == [5449]


def test_cents_are_rounded_half_to_even(tmp_path: Path) -> None:
    assert money(tmp_path, "0.125", "0.135", "0.145") == [12, 14, 14]


@pytest.mark.parametrize(("currency", "units"), [("JPY", 1200), ("USD", 120000), ("KWD", 1200000), ("jpy", 1200)])
def test_minor_units_follow_the_currency(tmp_path: Path, currency: str, units: int) -> None:
    text = f"invoice_id,customer_id,due_on,amount,currency\ni,c,2024-01-01,1200,{currency}\n"
    loaded = load(tmp_path, "invoices", text)
    assert loaded.rows("SELECT amount_cents, currency FROM invoices") == [(units, currency.upper())]


def test_the_currency_of_a_file_without_one_can_be_set(tmp_path: Path) -> None:
    loaded = amounts(tmp_path, "1200", options={"currency": "JPY"})
    assert loaded.rows("SELECT amount_cents, currency FROM invoices") == [(1200, "JPY")]


def test_minor_units_stand_beside_major_units(tmp_path: Path) -> None:
    text = "subscription_id,customer_id,mrr_cents,starts_on\ns,c,2985,2024-01-01\n"
    assert load(tmp_path, "subscriptions", text).column("SELECT mrr_cents FROM subscriptions") == [2985]


def test_a_yearly_amount_is_a_twelfth_a_month_half_to_even(tmp_path: Path) -> None:
    text = "subscription_id,customer_id,arr,starts_on\na,c,0.06,2024-01-01\nb,c,0.18,2024-01-01\nc,c,1200,2024-01-01\n"
    assert load(tmp_path, "subscriptions", text).column(
        "SELECT mrr_cents FROM subscriptions ORDER BY subscription_id"
    ) == [0, 2, 10000]


def test_negative_and_zero_charges_are_kept_where_they_are_credits(tmp_path: Path) -> None:
    assert money(tmp_path, "-11062.06", "0", "5") == [-1106206, 0, 500]


def test_a_negative_monthly_amount_is_rejected_with_its_reason(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},10,2024-01-01," for i in range(40)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines, "s99,c99,-4,2024-01-01,"))
    assert "is below 0" in loaded.rejects


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("TRUE", "FALSE"),
        ("True", "False"),
        ("true", "false"),
        ("T", "F"),
        ("Yes", "No"),
        ("1", "0"),
        ("1.0", "0.0"),
        ("Y", "N"),
        ("True.", "False."),
        ("Churned", "Stayed"),
        ("是", "否"),
    ],
)
def test_yes_and_no_in_every_spelling(tmp_path: Path, yes: str, no: str) -> None:
    loaded = load_snapshot(tmp_path, f"id,tenure,churned\na,3,{yes}\nb,3,{no}\n", SNAPSHOT)
    assert loaded.column("SELECT status FROM subscriptions ORDER BY customer_id") == ["cancelled", "active"]


def test_a_third_level_of_a_flag_stays_text_in_an_attribute(tmp_path: Path) -> None:
    text = "id,tenure,churned,TechSupport\na,3,Yes,No internet service\nb,3,No,Yes\nc,3,No,No\n"
    loaded = load_snapshot(tmp_path, text, SNAPSHOT)
    assert loaded.column("SELECT a_tech_support FROM customers ORDER BY customer_id") == [
        "No internet service",
        "Yes",
        "No",
    ]


def test_a_third_level_where_yes_or_no_is_needed_is_rejected(tmp_path: Path) -> None:
    lines = "".join(f"c{i},3,No\n" for i in range(40))
    loaded = load_snapshot(tmp_path, f"id,tenure,churned\n{lines}c99,3,perhaps\n", SNAPSHOT)
    assert "is not yes or no" in loaded.rejects


def test_none_and_na_stay_levels_of_a_category(tmp_path: Path) -> None:
    text = customers("customer_id,Offer,region", "1,None,NA", "2,Offer A,EU", "3,Offer B,NA", "4, ,EU")
    loaded = load(tmp_path, "customers", text)
    assert loaded.column("SELECT a_offer FROM customers ORDER BY customer_id") == ["None", "Offer A", "Offer B", None]
    assert loaded.column("SELECT region FROM customers ORDER BY customer_id") == ["NA", "EU", "NA", "EU"]


def test_none_and_na_are_nothing_where_the_other_values_are_numbers(tmp_path: Path) -> None:
    text = customers("customer_id,employees,Score", "1,NA,None", "2,12,3", "3,None,4", "4,-,N/A")
    loaded = load(tmp_path, "customers", text)
    assert loaded.column("SELECT employees FROM customers ORDER BY customer_id") == [None, 12, None, None]
    assert loaded.column("SELECT a_score FROM customers ORDER BY customer_id") == [None, "3", "4", None]
    assert loaded.notes("blank_values")[0].count == 2


def test_a_single_blank_in_a_column_of_numbers_is_counted_not_dropped(tmp_path: Path) -> None:
    text = "id,tenure,churned,TotalCharges\na,0,No, \nb,3,Yes,29.85\n"
    loaded = load_snapshot(tmp_path, text, SNAPSHOT)
    assert [(n.column, n.count) for n in loaded.notes("blank_values")] == [("TotalCharges", 1)]
    assert loaded.rows("SELECT count(*) FROM customers") == [(2,)]


def test_ids_keep_leading_zeros(tmp_path: Path) -> None:
    assert load(tmp_path, "customers", customers("customer_id,name", "00001,a", "058875,b")).column(
        "SELECT customer_id FROM customers ORDER BY 1"
    ) == ["00001", "058875"]


def test_ids_that_became_floats_are_mended_only_when_all_did(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", customers("customer_id,name", "17850.0,a", "13047.0,b"))
    assert loaded.column("SELECT customer_id FROM customers ORDER BY 1") == ["13047", "17850"]
    assert loaded.notes("id_float")
    mixed = load(tmp_path, "customers", customers("customer_id,name", "17850.0,a", "v1.0b,b"))
    assert mixed.column("SELECT customer_id FROM customers ORDER BY 1") == ["17850.0", "v1.0b"]


def test_ids_in_scientific_notation_are_kept_and_their_lost_digits_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", customers("customer_id,name", "1.03006E+13,a", "1.03007E+13,b"))
    assert loaded.column("SELECT customer_id FROM customers ORDER BY 1") == ["1.03006E+13", "1.03007E+13"]
    assert loaded.notes("id_scientific")[0].count == 2


def test_zip_codes_and_two_numbers_in_one_text_stay_text(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", customers("customer_id,Zip Code,Lat Long", '1,02134,"33.96, -118.27"'))
    assert loaded.rows("SELECT a_zip_code, a_lat_long FROM customers") == [("02134", "33.96, -118.27")]


def test_typos_in_categories_stay_as_they_are(tmp_path: Path) -> None:
    assert load(tmp_path, "customers", customers("customer_id,region", "1,Surburban", "2,San Fancisco")).column(
        "SELECT region FROM customers ORDER BY 1"
    ) == ["San Fancisco", "Surburban"]


@pytest.mark.parametrize(
    ("text", "interval"),
    [("annual", "year"), ("Yearly", "year"), ("monthly", "month"), ("Quarterly", "quarter"), ("按年", "year")],
)
def test_choices_are_translated(tmp_path: Path, text: str, interval: str) -> None:
    file = f"subscription_id,customer_id,mrr,interval,starts_on,status\ns,c,10,{text},2024-01-01,canceled\n"
    rows = load(tmp_path, "subscriptions", file).rows('SELECT "interval", status FROM subscriptions')
    assert rows == [(interval, "cancelled")]


def test_a_part_of_a_whole_number_is_rejected(tmp_path: Path) -> None:
    lines = [f"c{i},2024-01-01,{i}" for i in range(40)]
    text = "customer_id,day,logins\n" + "\n".join([*lines, "c99,2024-01-01,1.7"])
    loaded = load(tmp_path, "usage_daily", text)
    assert "is not a whole number" in loaded.rejects
    assert loaded.rows("SELECT count(*) FROM usage_daily") == [(40,)]


def test_numbers_that_are_none_are_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="is not a number"):
        amounts(tmp_path, "abc", "inf", "nan?")


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40),
    st.sampled_from(["{:.2f}", "{:,.2f}", "${:,.2f}", "{:.2f} EUR"]),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_the_same_cents_come_out_of_every_way_to_write_them(tmp_path: Path, cents: list[int], form: str) -> None:
    assert money(tmp_path, *(form.format(c / 100) for c in cents)) == cents


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_continental_numbers_give_the_same_cents(tmp_path: Path, cents: list[int]) -> None:
    texts = [f"{c / 100:,.2f}".translate(str.maketrans(",.", ".,")) for c in cents]
    assert money(tmp_path, *texts) == cents

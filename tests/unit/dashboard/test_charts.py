"""Charts are specifications of named data, in the language and the theme of the reader."""

from datetime import date

import pytest

from dashboard.charts import base, rates, seasons, stacks, waterfall
from dashboard.language import speaking

SPECS = {
    "rates": lambda code: rates.spec(code, "Share", ".1~%"),
    "rates by series": lambda code: rates.spec(code, "Share", ".1~%", ("a", "b")),
    "waterfall": lambda code: waterfall.spec(code, "MRR", "~s"),
    "stacks": lambda code: stacks.spec(code, "Customers", "~s", ("New", "Lost")),
    "seasons": lambda code: seasons.spec(code, "Share", ".1~%", ("2026", "2025")),
}


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("code", ["en", "zh_Hans"])
def test_a_specification_holds_no_data_and_no_colour_of_its_own(name: str, code: str):
    spec = SPECS[name](code)
    assert "datasets" not in spec
    assert "scheme" not in str(spec)
    assert "#" not in str(spec).replace("'#'", "")


@pytest.mark.parametrize("name", SPECS)
def test_every_value_axis_says_what_it_measures(name: str):
    titles = [
        channel.get("title")
        for layer in SPECS[name]("en")["layer"]
        for channel in [layer["encoding"].get("y", {})]
        if channel.get("field") not in {None, "high", "after"}
    ]
    assert titles
    assert all(titles)


@pytest.mark.parametrize("name", SPECS)
def test_a_specification_is_built_once(name: str):
    assert SPECS[name]("en") is SPECS[name]("en")


def test_months_carry_their_year_where_it_begins():
    with speaking("en"):
        assert base.tick(date(2026, 1, 1), "month", first=False) == "2026-01-01|Jan|2026"
        assert base.tick(date(2026, 2, 1), "month", first=False) == "2026-02-01|Feb"
        assert base.tick(date(2026, 2, 1), "month", first=True) == "2026-02-01|Feb|2026"


@pytest.mark.parametrize(("code", "name"), [("en", "Q2"), ("zh_Hans", "2季度")])
def test_a_quarter_is_named_on_the_axis(code: str, name: str):
    """Published: the abbreviated names of quarters in Unicode's CLDR."""
    with speaking(code):
        assert base.tick(date(2024, 4, 1), "quarter", first=False) == f"2024-04-01|{name}"


@pytest.mark.parametrize(
    ("code", "pattern", "shown"),
    [("en", "~s", "format"), ("zh_Hans", "~s", "labelExpr"), ("zh_Hans", ".1~%", "format")],
)
def test_only_large_numbers_in_chinese_are_counted_in_ten_thousands(code: str, pattern: str, shown: str):
    axis = base.value_axis(code, pattern).to_dict()
    assert {"format", "labelExpr"} & set(axis) == {shown}

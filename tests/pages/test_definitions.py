"""The definition lens never puts rates over 30 days beside rates over a quarter."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("demo")


def apart(at: AppTest) -> list[str]:
    """Definitions told apart from the table, by name."""
    return [c.value.split(":")[0] for c in at.caption if "over 30 days." in c.value]


def test_by_month_all_definitions_stand_in_one_table():
    assert apart(open_app("definitions")) == []


@pytest.mark.parametrize("grain", ["quarter", "year"])
@pytest.mark.slow
def test_by_quarter_and_year_rates_over_30_days_are_told_apart(grain: str):
    assert apart(open_app("definitions", grain=grain)) == ["Stripe", "Baremetrics"]

"""Every page opens on no data, on a small company, in both languages, and never on half a story."""

import pytest

from dashboard import navigation
from tests.pages.app import open_app

PAGES = [name for name in navigation.entries() if name != "overview"]
#: Pages that make sense before there are data.
WITHOUT_DATA = {"metric_dictionary", "data", "calculator"}


@pytest.mark.parametrize("page", PAGES)
def test_without_data_a_page_says_what_to_load(page: str):
    at = open_app(page)
    assert ("No customer data yet" in [h.value for h in at.header]) == (page not in WITHOUT_DATA)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("demo")
def test_a_page_opens_on_a_small_company(page: str):
    at = open_app(page)
    assert not at.error
    assert len(at.title) == 1


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("page", "said"),
    [("personas", "No customers were there at the start of the period."), ("interviews", "Nobody was lost")],
)
def test_a_range_before_the_data_holds_nobody_and_no_finding(page: str, said: str):
    at = open_app(page, period="custom", start="2010-01-01", end="2011-01-01")
    assert [i.value for i in at.info if i.value.startswith(said)]
    assert not at.header


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.usefixtures("demo")
@pytest.mark.slow
def test_a_segment_nobody_is_in_is_no_crash(page: str):
    assert not open_app(page, segment="industry:in:nobody does this").exception


@pytest.mark.parametrize("page", navigation.entries())
@pytest.mark.usefixtures("other_shape")
@pytest.mark.slow
def test_a_page_opens_on_data_without_contracts(page: str):
    assert not open_app(page).error


@pytest.mark.parametrize("other_shape", ["snapshot"], indirect=True)
@pytest.mark.usefixtures("other_shape")
def test_the_overview_of_a_snapshot_answers_for_all_customers_of_the_file():
    at = open_app("overview")
    assert at.header[0].value.startswith("Of 40 customers in the file of Oct 31, 2026, 10 have left")

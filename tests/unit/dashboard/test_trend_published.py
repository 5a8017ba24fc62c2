"""The grey band names whom it is about, what it is and how old it is."""

from datetime import date

import pytest

from analysis.trends.benchmarks import benchmarks_for, published, yardstick
from dashboard.cli.reports import Asked, benchmarks
from dashboard.gateway import trends
from dashboard.language import speaking
from dashboard.trend_published import AGES, KINDS, band
from data.records import Scope
from tests.builders import a_company, a_subscription, an_engine


def test_an_average_is_called_an_average():
    (drawn,) = benchmarks_for("customer_churn_rate", "month", year=2026)
    with speaking("en"):
        (row,) = band(drawn)
    assert row["name"] == "Grey: published average of all subscription sites, 3.3%, year not stated"
    assert (row["low"], row["high"]) == (0.0327, 0.0327)


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_a_median_of_groups_is_a_band_from_the_lowest_to_the_highest(language: str):
    """Published: SaaS Capital Research Brief 28, gross retention 90 to 93 % by contract size, 2023."""
    drawn = yardstick(benchmarks_for("grr_12m", "month", year=2026), "private B2B SaaS by contract size")
    with speaking(language):
        (row,) = band(drawn)
    assert (row["low"], row["high"]) == (0.90, 0.93)
    assert "2023" in row["name"]
    assert ("median" in row["name"]) == (language == "en")


def test_recent_figures_are_those_published_in_the_last_five_years_and_those_without_a_year():
    assert AGES["recent"] == "Published in the last five years, or undated"
    years = {b.year for b in published() if b in benchmarks_for(b.metric, "month", year=2026)}
    assert None in years
    assert all(year is None or year >= 2021 for year in years)


def test_nothing_published_draws_nothing():
    assert band(None) == []


def test_every_kind_has_a_name():
    assert {b.kind for b in published()} == set(KINDS)


@pytest.mark.slow
def test_page_and_command_line_call_the_same_figures_old_by_the_year_of_the_release():
    """Data of 2019 are five years old in a release of 2024, whatever year it is read in."""
    company = a_company([a_subscription("c1", "2023-01-01")], as_of=date(2024, 6, 30))
    told = benchmarks(an_engine(company), Asked(Scope())).rows
    page = trends.published("customer_churn_rate", Scope())
    assert 2019 in {b.year for b in page}
    assert [(b.year, b.source) for b in page] == [
        (row["year"], row["source"]) for row in told if row["metric"] == "customer_churn_rate"
    ]

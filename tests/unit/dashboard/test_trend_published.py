"""The grey band names whom it is about, what it is and how old it is."""

import pytest

from analysis.trends.benchmarks import benchmarks_for, published, yardstick
from dashboard.language import speaking
from dashboard.trend_published import KINDS, band


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


def test_nothing_published_draws_nothing():
    assert band(None) == []


def test_every_kind_has_a_name():
    assert {b.kind for b in published()} == set(KINDS)

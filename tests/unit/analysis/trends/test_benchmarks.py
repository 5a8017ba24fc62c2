"""Published figures: each as it was published, and never two kinds, segments or sources in one yardstick."""

from analysis.trends.benchmarks import benchmarks_for, published, segments_of, yardstick

MONTHLY = ("customer_churn_rate", "month")
EVERYBODY = "all subscription sites"


def test_monthly_rates_never_stand_beside_yearly_figures():
    assert {b.basis for b in benchmarks_for(*MONTHLY, year=2026)} == {"monthly"}
    assert {b.basis for b in benchmarks_for("customer_churn_rate", "year", year=2026)} == {"annual"}
    assert benchmarks_for("customer_churn_rate", "quarter", year=2026) == ()
    assert {b.basis for b in benchmarks_for("grr_12m", "month", year=2026)} == {"annual"}


def test_figures_of_old_data_and_replaced_editions_are_hidden_unless_asked_for():
    """Published: 3.27 % is Recurly's later edition; 5.60 %, 4.91 % and 6.77 % its earlier; 2019 is seven years ago."""
    assert [b.low for b in benchmarks_for(*MONTHLY, year=2026)] == [0.0327]
    every = {b.low for b in benchmarks_for(*MONTHLY, year=2026, old_too=True)}
    assert every == {0.0327, 0.0560, 0.0491, 0.0677, 0.0548, 0.0515, 0.0681}


def test_five_years_are_not_yet_old():
    assert 2019 in {b.year for b in benchmarks_for(*MONTHLY, year=2024)}
    assert 2019 not in {b.year for b in benchmarks_for(*MONTHLY, year=2025)}


def test_recurlys_benchmark_pages_are_averages_and_its_annual_report_gives_medians():
    """Published: the parts of the pages do not add up to their total, being averages apart (3.95 + 1.38 is not 5.60);
    the annual report writes 5.48 %, 5.15 % and 6.81 % MEDIAN."""
    pages = [b for b in published() if "Recurly churn rate benchmarks" in b.source]
    report = [b for b in published() if "Recurly annual report" in b.source]
    assert {b.kind for b in pages} == {"average"}
    assert [(b.low, b.kind) for b in report] == [(0.0548, "median"), (0.0515, "median"), (0.0681, "median")]


def test_a_yardstick_is_one_figure_of_one_segment_source_and_year():
    every = benchmarks_for(*MONTHLY, year=2026, old_too=True)
    assert set(segments_of(every)) == {EVERYBODY, "B2B subscription sites", "B2C subscription sites"}
    found = {segment: yardstick(every, segment) for segment in segments_of(every)}
    assert {segment: (b.low, b.high, b.year, b.kind) for segment, b in found.items() if b} == {
        EVERYBODY: (0.0327, 0.0327, None, "average"),
        "B2B subscription sites": (0.0515, 0.0515, 2019, "median"),
        "B2C subscription sites": (0.0681, 0.0681, 2019, "median"),
    }


def test_the_best_firms_and_claims_of_vendors_are_no_yardstick():
    top = [b for b in published() if b.kind in {"top", "vendor claim"}]
    assert top
    assert all(yardstick(top, b.segment) is None for b in top)


def test_every_published_figure_is_a_rate_with_a_source():
    for found in published():
        assert 0 < found.low <= found.high < 1.5
        assert found.source
        assert found.kind in {"median", "average", "top", "vendor claim"}


def test_a_rate_of_another_kind_has_no_published_figure_beside_it():
    """Published figures count customers over a month or a year; renewal counts revenue, Stripe 30 days in any period."""
    assert benchmarks_for(*MONTHLY, year=2026, definition="renewal") == ()
    assert {b.basis for b in benchmarks_for("customer_churn_rate", "year", year=2026, definition="stripe")} == {
        "monthly"
    }
    assert benchmarks_for("gross_mrr_churn_rate", "year", year=2020, definition="renewal") != ()

"""What the overview compares, and that all of it is judged together, on rows that can be counted by hand."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.kpis.apart import Apart
from analysis.kpis.changes import Pair
from analysis.kpis.headline import FIGURES, Headline
from analysis.kpis.judgement import judge, overview
from analysis.kpis.report import KpiReport, KpiRow
from analysis.results import Estimate
from data.records import Compare, Condition, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine
from tests.unit.analysis.kpis.test_changes import a_row

APRIL, MAY = a_row(4, 30, 1000), a_row(5, 48, 1000)
JUNE = replace(a_row(6, 5, 1000), complete=False)
LAST_YEAR = replace(a_row(5, 20, 1000), period_start=date(2023, 5, 1), period_end=date(2023, 6, 1))
MONTH, YEAR = Pair(MAY, APRIL, "month"), Pair(MAY, LAST_YEAR, "month")
APART = Apart(MAY, a_row(5, 90, 1000), 0, "this")


def a_headline(*rows: KpiRow, against: Apart | None = None) -> Headline:
    """Rows of months; the last complete one beside the month before and the same month last year."""
    last = next((row for row in reversed(rows) if row.complete), None)
    return Headline(KpiReport(rows), last, {"month": MONTH, "year": YEAR} if last else {}, against)


@pytest.mark.parametrize(
    ("compare", "compared", "judged"),
    [
        ("previous", MONTH, 2),
        ("year", YEAR, 2),
        ("segment", Pair(APART.this, APART.other, "month"), 3),
    ],
)
def test_what_is_compared_with_is_chosen_and_a_pair_shown_twice_is_judged_once(
    compare: Compare, compared: Pair, judged: int
):
    """Only the churn rate has an interval here, so each pair is one comparison."""
    found = judge(a_headline(APRIL, MAY, JUNE, against=APART), compare, "month")
    assert found.other is not None
    assert found.other.pair == compared
    assert found.judged == judged
    assert {name: span.pair for name, span in found.spans.items()} == {"month": MONTH, "year": YEAR}


def test_every_comparison_of_the_page_counts_into_the_verdict_on_each():
    """Hand calculation: 30 against 48 of 1,000 has p = 0.0376; twice as much, the q of two, is no finding any more."""
    alone = judge(replace(a_headline(APRIL, MAY), spans={"month": MONTH}), "previous", "month")
    equal = Pair(replace(MAY, period_start=date(2024, 5, 2)), MAY, "month")
    beside = judge(replace(a_headline(APRIL, MAY), spans={"month": MONTH, "year": equal}), "previous", "month")
    rates = [found.spans["month"].changes["customer_churn_rate"] for found in (alone, beside)]
    assert [rate.q_value for rate in rates] == pytest.approx([0.0376, 2 * 0.0376], abs=5e-4)
    assert [rate.beyond_chance for rate in rates] == [True, False]


def test_every_figure_of_the_overview_has_a_change_in_each_pair():
    found = judge(a_headline(APRIL, MAY), "previous", "month")
    assert found.other is not None
    assert all(tuple(one.changes) == tuple(FIGURES) for one in (*found.spans.values(), found.other))


def test_retention_over_a_year_of_two_neighbouring_months_is_said_to_overlap():
    kept = Estimate(0.9, 0.8, 0.95, 100, "delta")
    months = [replace(row, grr_12m=kept) for row in (APRIL, MAY)]
    found = judge(Headline(KpiReport(tuple(months)), months[1], {}), "previous", "month")
    assert found.other is not None
    assert found.other.changes["grr_12m"].overlapping
    assert found.other.changes["grr_12m"].beyond_chance is None
    assert not found.other.changes["customer_churn_rate"].overlapping


@pytest.mark.parametrize("compare", ["previous", "year", "segment"])
def test_without_a_complete_period_nothing_is_compared(compare: Compare):
    found = judge(a_headline(JUNE), compare, "month")
    assert (found.headline.last, found.spans, found.other, found.judged) == (None, {}, None, 0)


def test_the_first_complete_period_has_none_before_it():
    assert judge(a_headline(MAY, JUNE), "previous", "month").other is None


@pytest.mark.parametrize("compare", ["year", "segment"])
def test_what_the_data_do_not_hold_is_not_compared_with(compare: Compare):
    assert judge(replace(a_headline(APRIL, MAY), spans={}), compare, "month").other is None


def test_another_segment_is_counted_only_when_segments_are_compared():
    company = a_company(
        [a_subscription("c1"), a_subscription("c2", ends="2024-11-15"), a_subscription("c3")],
        customers=[a_customer(f"c{i}", industry="retail" if i == 1 else "health") for i in (1, 2, 3)],
    )
    engine, health = an_engine(company), Segment((Condition("industry", "in", ("health",)),))
    retail = Scope(segment=Segment((Condition("industry", "in", ("retail",)),)))
    beside = overview(engine, retail, "segment", health).other
    assert beside is not None
    assert [row.customers_start for row in (beside.pair.now, beside.pair.before)] == [1, 1]
    assert overview(engine, retail, "previous", health).headline.against is None
    assert overview(engine, Scope(), "segment").other is None

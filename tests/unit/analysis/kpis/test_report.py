"""Key figures at the edges of the data: snapshots, incomplete periods; every number counted by hand."""

from datetime import date

import pytest

from analysis.kpis.report import kpis
from analysis.results import Estimate, NotEnoughData
from dashboard.cli.reports import Asked, benchmarks
from data.records import Scope
from tests.builders import a_company, a_subscription, an_engine


@pytest.mark.slow
def test_a_snapshot_has_no_figure_that_needs_time_and_none_published_to_compare_with():
    rows = [a_subscription(f"s{n}", "2022-01-01", "2024-12-31" if n < 3 else None) for n in range(12)]
    engine = an_engine(a_company(rows, shape="snapshot"))
    (row,) = kpis(engine, Scope()).rows
    assert (row.customers_start, row.customers_churned) == (12, 3)
    timeless = NotEnoughData("a snapshot does not say when customers left")
    assert {row.grr_12m, row.nrr_12m, row.ltv_cents, row.quick_ratio} == {timeless}
    assert not benchmarks(engine, Asked(Scope())).rows


@pytest.mark.slow
def test_twelve_months_of_an_incomplete_year_end_with_the_data():
    # 24 customers at 10.00 from 2022; one of twelve leaves on the 15th of each month of 2023, none later.
    rows = [a_subscription(f"a{n}", "2022-01-01", f"2023-{n + 1:02}-15" if n < 12 else None) for n in range(24)]
    engine = an_engine(a_company(rows, as_of=date(2024, 3, 31)))
    # Of 2025 there are no data: it has no row, rather than one in which surely nobody leaves.
    whole, begun = kpis(engine, Scope(grain="year", start=date(2023, 1, 1), end=date(2026, 1, 1))).rows
    # On 1 April 2023 three of the 24 had left: 12 of 21 are still there a year later.
    assert [r.grr_12m.value for r in (whole, begun) if isinstance(r.grr_12m, Estimate)] == [12 / 24, 12 / 21]
    (march,) = kpis(engine, Scope(start=date(2024, 3, 1), end=date(2024, 4, 1))).rows
    assert (begun.grr_12m, begun.nrr_12m) == (march.grr_12m, march.nrr_12m)
    assert not begun.complete

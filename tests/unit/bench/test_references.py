"""The references of the bench give the product's numbers: a ratio of two different things would say nothing."""

from datetime import date

import pytest

from analysis.kpis.report import kpis
from analysis.personas.crosstab import crosstab
from data.derived.build import batches
from data.derived.movements import movements
from data.derived.periods import customer_periods
from data.engine import Engine, duckdb_backend
from data.lake import Lake
from data.records import MetricOptions, Scope
from data.settings import settings
from tests.bench import (
    cohort_grid,
    company,
    crosstab_cells,
    kpi_numbers,
    kpis_pandas,
    kpis_sql,
    movements_build,
    movements_pandas,
    movements_sql,
    proof_months,
    survival_curves,
)
from tests.builders import a_company, a_subscription, unpublished


@pytest.fixture
def demo() -> Engine:
    company.make(600)
    return company.opened()


def _rows(engine: Engine, files: list[str]) -> list[tuple[object, ...]]:
    return duckdb_backend().con.sql(f'select * from read_parquet({files}) order by customer_id, "on"').fetchall()


@pytest.mark.slow
def test_movements_by_hand_and_in_pandas_are_the_products(demo: Engine) -> None:
    release, lake = company.release_of(demo), Lake(settings().lake_url)
    options, as_of = release.options, release.as_of
    ours = _rows(demo, lake.files(movements_build.TABLE, movements_build.product(demo, release)))
    version = movements_sql.build(demo, lake, options, as_of)
    assert _rows(demo, lake.files("movements_by_hand", version)) == ours
    frame = movements_pandas.movements(movements_pandas.Frames(demo), options, as_of)
    duckdb_backend().con.register("frame", frame.assign(cause=frame.cause.astype("string")))
    theirs = duckdb_backend().con.sql(
        'select * replace ("on"::date as "on", started_on::date as started_on, previous_on::date as previous_on, next_on::date as next_on) from frame'
    )
    assert theirs.fetchall() == ours


@pytest.mark.slow
def test_a_year_of_key_figures_by_hand_and_in_pandas_is_the_products(demo: Engine) -> None:
    year = kpi_numbers.year_of(demo)
    ours = kpis(demo, year.scope).rows
    frames = kpis_pandas.Frames(demo)
    for counted in (kpis_sql.kpis(demo, year), kpis_pandas.kpis(frames, year)):
        assert kpi_numbers.differences(ours, kpi_numbers.numbers(year, counted)) == []


@pytest.mark.slow
def test_cohorts_and_survival_by_hand_and_by_lifelines_are_the_products(demo: Engine) -> None:
    assert cohort_grid.same(cohort_grid.grid(demo), cohort_grid.by_hand(demo))
    ours, memory = survival_curves.curves(demo), survival_curves.InMemory(demo)
    assert survival_curves.same(ours, survival_curves.by_hand(demo))
    assert survival_curves.same(ours, memory.curves())


@pytest.mark.slow
def test_cross_tabs_by_hand_are_the_products(demo: Engine) -> None:
    for scope in (crosstab_cells.year_of(demo), Scope()):
        ours = crosstab(demo, scope, crosstab_cells.BY)
        assert crosstab_cells.same(ours, crosstab_cells.by_hand(demo, scope))


def test_pauses_and_unpaid_renewals_are_read_as_the_product_reads_them() -> None:
    engine = unpublished(
        a_company(
            [
                a_subscription("c1", ends="2024-03-01"),
                a_subscription("c1", starts="2024-03-01", status="paused"),
                a_subscription("c2", starts="2024-02-01", ends="2024-06-01", status="paused"),
                a_subscription("c3", starts="2024-01-01", status="past_due"),
                a_subscription("c4", starts="2024-01-01", status="past_due", renews_on=date(2024, 5, 1)),
            ],
            invoices=[
                {
                    "invoice_id": "i1",
                    "customer_id": "c3",
                    "due_on": date(2024, 4, 1),
                    "amount_cents": 5,
                    "status": "open",
                }
            ],
        )
    )
    options, as_of = MetricOptions(), date(2024, 12, 31)
    found = duckdb_backend().con.sql(movements_sql.query(engine, options, as_of)).order('customer_id, "on"').fetchall()
    ours = batches(engine, movements(customer_periods(engine, options, as_of), options, as_of, paid_only=True))
    table = ours.read_all().sort_by([("customer_id", "ascending"), ("on", "ascending")]).to_pylist()
    assert found == [tuple(row.values()) for row in table]


@pytest.mark.slow
def test_months_of_proof_by_hand_are_the_products(demo: Engine) -> None:
    for metric in (proof_months.CHURN, proof_months.EARLY):
        ours = proof_months.counts(demo, metric)
        assert len(ours) == 48
        assert sum(lost for _n, lost in ours.values()) > 0
        theirs = proof_months.by_hand(demo, metric)
        # SQL by hand has no row where nobody signed.
        assert {place: theirs.get(place, (0, 0.0)) for place in ours} == ours

"""The demo company keeps the import contract and comes out the same every time."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.contracts import TABLES, Column
from data.errors import DataProblem
from data.sample.columns import ARROW_TYPES
from data.sample.stage import stage_demo
from data.staged import Progress, StagedImport, StagedTable

END = date(2026, 10, 31)


def rows(staged: StagedImport, table: str) -> pa.Table:
    return next(t for t in staged.tables if t.name == table).batches().read_all()


@pytest.fixture(scope="module")
def demo() -> StagedImport:
    return stage_demo(600, 36, 7, end=END)


def every_table(staged: StagedImport) -> list[tuple[StagedTable, pa.Table]]:
    return [(table, table.batches().read_all()) for table in staged.tables]


def broken(values: pa.ChunkedArray, column: Column) -> str:
    """Say what in these values breaks the contract of their column; nothing when all is well."""
    if column.required and values.null_count:
        return f"{column.name} is empty"
    if column.allowed and set(values.drop_null().to_pylist()) - set(column.allowed):
        return f"{column.name} has a value that is not allowed"
    known = values.drop_null()
    if column.low is not None and len(known) and pc.min(known).as_py() < column.low:
        return f"{column.name} is too small"
    if column.high is not None and len(known) and pc.max(known).as_py() > column.high:
        return f"{column.name} is too large"
    return ""


def test_every_table_has_the_columns_of_its_contract_in_order_then_attributes(demo: StagedImport) -> None:
    for table, found in every_table(demo):
        expected = [pa.field(c.name, ARROW_TYPES[c.kind]) for c in TABLES[table.name].columns]
        expected += [pa.field(name, pa.string()) for name in table.attributes]
        assert list(found.schema) == expected


def test_every_value_is_allowed_by_its_contract(demo: StagedImport) -> None:
    complaints = [
        f"{table.name}: {broken(found[column.name], column)}"
        for table, found in every_table(demo)
        for column in TABLES[table.name].columns
        if broken(found[column.name], column)
    ]
    assert complaints == []


def test_keys_are_unique(demo: StagedImport) -> None:
    for table, found in every_table(demo):
        key = list(TABLES[table.name].key)
        assert found.group_by(key).aggregate([]).num_rows == found.num_rows, table.name


def test_every_row_belongs_to_a_customer(demo: StagedImport) -> None:
    known = rows(demo, "customers")["customer_id"]
    for table, found in every_table(demo):
        if "customer_id" in found.column_names:
            assert pc.all(pc.is_in(found["customer_id"], known)).as_py() in (True, None), table.name


def test_counts_and_newest_day_are_those_of_the_rows(demo: StagedImport) -> None:
    for table, found in every_table(demo):
        assert (table.read, table.loaded, table.rejected) == (found.num_rows, found.num_rows, 0)
        assert table.newest is not None
        assert table.newest <= demo.as_of


def test_nothing_has_happened_after_the_as_of_date(demo: StagedImport) -> None:
    planned = {"ends_on", "trial_ends_on", "renews_on", "due_on"}
    for table, found in every_table(demo):
        for column in TABLES[table.name].columns:
            if column.kind in ("date", "timestamp") and column.name not in planned:
                latest = pc.max(found[column.name].cast(pa.date32(), safe=False)).as_py()
                assert latest is None or latest <= demo.as_of, (table.name, column.name)


def test_a_reader_can_be_had_again_and_gives_the_same_rows(demo: StagedImport) -> None:
    for table in demo.tables:
        assert table.batches().read_all().equals(table.batches().read_all())


def test_the_same_parameters_give_the_same_rows_and_hash() -> None:
    first, again = stage_demo(200, 18, 5, end=END), stage_demo(200, 18, 5, end=END)
    assert [t.content_hash for t in first.tables] == [t.content_hash for t in again.tables]
    assert all(rows(first, t.name).equals(rows(again, t.name)) for t in first.tables)


@pytest.mark.parametrize(
    "other",
    [
        lambda: stage_demo(201, 18, 5, end=END),
        lambda: stage_demo(200, 19, 5, end=END),
        lambda: stage_demo(200, 18, 6, end=END),
        lambda: stage_demo(200, 18, 5, end=date(2026, 9, 30)),
        lambda: stage_demo(200, 18, 5, end=END, effects=()),
    ],
    ids=["customers", "months", "seed", "end", "effects"],
)
def test_other_parameters_give_other_rows_and_another_hash(other: Callable[[], StagedImport]) -> None:
    first, second = stage_demo(200, 18, 5, end=END), other()
    assert not {t.content_hash for t in first.tables} & {t.content_hash for t in second.tables}
    assert not rows(first, "subscriptions").equals(rows(second, "subscriptions"))


def test_the_company_ends_with_the_last_month_that_is_complete() -> None:
    assert stage_demo(10, 6, 1, end=date(2026, 11, 22)).as_of == date(2026, 10, 31)
    assert stage_demo(10, 6, 1, end=date(2026, 11, 30)).as_of == date(2026, 11, 30)


def test_days_after_the_last_complete_month_change_nothing() -> None:
    first, later = stage_demo(50, 12, 3, end=END), stage_demo(50, 12, 3, end=date(2026, 11, 22))
    assert [t.content_hash for t in first.tables] == [t.content_hash for t in later.tables]


def test_the_working_folder_is_gone_when_nobody_holds_the_demo(tmp_path) -> None:
    staged = stage_demo(20, 6, 1, end=END, folder=tmp_path)
    assert list(tmp_path.iterdir())
    del staged
    assert list(tmp_path.iterdir()) == []


def test_progress_reaches_the_number_of_customers() -> None:
    seen: list[Progress] = []
    stage_demo(20, 6, 1, end=END, progress=seen.append)
    assert (seen[-1].rows, seen[-1].total) == (20, 20)


@pytest.mark.parametrize(
    ("customers", "months", "seed"), [(0, 36, 7), (6_000_000, 36, 7), (10, 5, 7), (10, 121, 7), (10, 36, -1)]
)
def test_parameters_out_of_range_are_refused_with_the_range(customers: int, months: int, seed: int) -> None:
    with pytest.raises(DataProblem, match="choose"):
        stage_demo(customers, months, seed, end=END)


def test_an_unknown_effect_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DataProblem, match=r"'magic'.*price_rise"):
        stage_demo(10, 6, 1, end=END, effects=["magic"])


@settings(max_examples=12, deadline=None)
@given(
    customers=st.integers(1, 60),
    months=st.integers(6, 50),
    seed=st.integers(0, 2**32),
    end=st.dates(date(2001, 1, 1), date(2060, 12, 31)),
)
@pytest.mark.slow
def test_any_company_keeps_the_contract(customers: int, months: int, seed: int, end: date) -> None:
    staged = stage_demo(customers, months, seed, end=end)
    assert (staged.as_of + timedelta(days=1)).day == 1
    test_every_value_is_allowed_by_its_contract(staged)
    test_keys_are_unique(staged)
    test_every_row_belongs_to_a_customer(staged)
    test_nothing_has_happened_after_the_as_of_date(staged)
    assert rows(staged, "customers").num_rows == customers


@settings(max_examples=12, deadline=None)
@given(customers=st.integers(1, 80), months=st.integers(6, 40), seed=st.integers(0, 2**32))
def test_periods_of_one_customer_follow_each_other_without_overlap(customers: int, months: int, seed: int) -> None:
    periods = rows(stage_demo(customers, months, seed, end=END), "subscriptions").to_pylist()
    for before, after in itertools.pairwise(periods):
        assert before["ends_on"] is None or before["starts_on"] < before["ends_on"]
        if before["customer_id"] == after["customer_id"]:
            assert before["ends_on"] is not None
            assert before["ends_on"] <= after["starts_on"]
            assert (before["cancel_reason"] is not None) == (before["ends_on"] < after["starts_on"])

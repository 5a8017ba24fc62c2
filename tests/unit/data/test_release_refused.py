"""Imports that must not become a release, and what they leave behind."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake.exceptions import DeltaError

from data.errors import Busy, DataProblem, NoData
from data.import_lock import importing
from data.importers.options import parse
from data.settings import settings
from data.staged import StagedImport, StagedTable
from tests.builders import a_company, a_subscription, published
from tests.unit.data.releases import figures, needed_files, parquet_files, the_releases


def customers(count: int, first: int = 0, mrr: int = 1000) -> StagedImport:
    return a_company([a_subscription(f"c{n}", mrr=mrr) for n in range(first, first + count)])


# --- a large fall ------------------------------------------------------------------------------------------------


def test_a_file_that_was_cut_off_is_refused_with_both_totals_the_limit_and_the_way_out():
    published(customers(100))
    before = figures(1)
    with pytest.raises(DataProblem) as refused:
        published(customers(40))
    assert str(refused.value) == (
        "Against release 1 this import takes active customers from 100 to 40 (-60%) and their MRR in cents from "
        "100,000 to 40,000 (-60%); a fall of more than 50% is refused, because most often a file was cut off. Nothing "
        "was changed. Check the files; if it is true, import them again with --option max_total_change=0.61."
    )
    assert [r.number for r in the_releases()] == [1]
    assert figures(1) == before


@pytest.mark.slow
def test_the_way_out_it_names_is_one():
    published(customers(100))
    assert published(replace(customers(40), max_total_change=0.61)).new
    assert parse({"max_total_change": "0.61"})[1].max_total_change == 0.61


@pytest.mark.slow
def test_a_fall_of_money_alone_is_refused_too():
    published(customers(10))
    with pytest.raises(DataProblem, match=r"active customers from 10 to 10 \(-0%\) and their MRR in cents from 10,000"):
        published(customers(10, mrr=10))


@pytest.mark.slow
def test_half_may_go_and_everything_may_grow():
    published(customers(100))
    assert published(customers(50)).new
    assert published(customers(500)).new


@pytest.mark.slow
def test_another_company_may_be_smaller():
    published(customers(100))
    assert published(customers(5, first=1000)).new


@pytest.mark.slow
def test_the_limit_can_be_lowered_and_lifted():
    published(customers(100))
    with pytest.raises(DataProblem, match="more than 10%"):
        published(replace(customers(80), max_total_change=0.1))
    assert published(replace(customers(1), max_total_change=1.0)).new


@pytest.mark.slow
def test_a_company_that_comes_back_without_a_single_active_customer_is_refused():
    published(customers(10))
    gone = a_company([a_subscription(f"c{n}", ends="2024-02-01") for n in range(10)])
    with pytest.raises(DataProblem, match=r"from 10 to 0 \(-100%\).*max_total_change=1\."):
        published(gone)


@pytest.mark.slow
def test_a_merge_is_never_a_fall():
    published(customers(10))
    assert published(replace(customers(2, mrr=1), mode="merge")).new


@pytest.mark.parametrize("value", ["2", "-1", "half"])
def test_a_limit_that_is_no_share_is_refused(value: str):
    with pytest.raises(DataProblem, match="max_total_change"):
        parse({"max_total_change": value})


def test_the_limit_does_not_change_what_the_files_are():
    assert parse({"max_total_change": "0.9", "decimal": "comma"})[1].given == {"decimal": "comma"}


# --- failures on the way -----------------------------------------------------------------------------------------


class BrokenDisk(OSError):
    """A file that cannot be read to its end."""


#: DuckDB and Delta wrap what a reader raises.
ENGINE_ERRORS = (BrokenDisk, duckdb.Error, DeltaError)


def breaking(table: StagedTable) -> StagedTable:
    """The table whose second batch cannot be read."""

    def batches() -> pa.RecordBatchReader:
        whole = table.batches().read_all()

        def some() -> Iterator[Any]:
            yield from whole.to_batches()
            raise BrokenDisk("the disk was pulled out")

        return pa.RecordBatchReader.from_batches(whole.schema, some())

    return replace(table, batches=batches)


@pytest.mark.parametrize("broken", ["customers", "subscriptions"])
@pytest.mark.slow
def test_a_failure_while_a_table_is_written_leaves_the_release_before_whole(broken: str):
    published(customers(10))
    before = figures(1)
    coming = customers(20)
    tables = tuple(breaking(t) if t.name == broken else t for t in coming.tables)
    with pytest.raises(ENGINE_ERRORS, match="pulled out"):
        published(replace(coming, tables=tables))
    assert [r.number for r in the_releases()] == [1]
    assert figures(1) == before


@pytest.mark.slow
def test_the_next_import_deletes_what_a_failed_one_wrote():
    published(customers(10))
    for _ in range(2):
        coming = customers(20)
        with pytest.raises(ENGINE_ERRORS, match="pulled out"):
            published(replace(coming, tables=(coming.tables[0], breaking(coming.tables[1]))))
    assert parquet_files() > needed_files()
    published(customers(12))
    assert parquet_files() == needed_files()
    assert [r.number for r in the_releases()] == [2, 1]
    assert figures(1)[-1]["customers_end"] == 10


def test_customers_without_anything_that_says_when_they_start_are_refused():
    with pytest.raises(NoData, match="Nothing says when a customer starts and ends"):
        published(StagedImport((customers(3).tables[0],), customers(1).as_of, customers(1).options))
    assert the_releases() == []


# --- two at once -------------------------------------------------------------------------------------------------


def test_a_second_import_is_refused_while_one_runs():
    published(customers(3))
    with importing(settings().home), pytest.raises(Busy, match="Another import is running"), importing(settings().home):
        raise AssertionError("two at once")
    assert published(customers(4)).new


@pytest.mark.slow
def test_publishing_is_a_part_of_the_import_that_staged():
    with importing(settings().home):
        assert published(customers(3)).new
    with importing(settings().home):
        assert published(customers(4)).new

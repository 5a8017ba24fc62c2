"""Releases that stay, releases that go, and the files of both."""

import pytest

from data.database import open_database
from data.database.repositories import releases
from data.errors import NoData
from data.settings import settings
from data.staged import StagedImport
from tests.builders import a_company, a_subscription, published
from tests.unit.data.releases import figures, needed_files, parquet_files, the_releases

pytestmark = pytest.mark.slow


def month(number: int) -> StagedImport:
    """The company as it stood in one of several months: each with other customers and amounts."""
    rows = [a_subscription(f"c{n}", starts=f"2024-{n + 1:02}-01", mrr=100 * number) for n in range(10)]
    rows += [a_subscription("left", ends=f"2024-{number + 3:02}-01")]
    return a_company(rows)


@pytest.fixture
def keep_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_KEEP_RELEASES", "1")


@pytest.mark.usefixtures("keep_one")
def test_a_release_pinned_by_a_review_gives_its_numbers_after_all_others_went():
    published(month(1))
    before = figures(1)
    releases.pin(open_database(settings()), 1, "review 2024Q1")
    for number in range(2, 6):
        published(month(number))
    assert [r.number for r in the_releases()] == [5, 1]
    assert figures(1) == before
    assert figures(5) != before
    assert before[-1]["mrr_end_cents"] == 1000
    with pytest.raises(NoData, match="Release 3 was dropped"):
        figures(3)


@pytest.mark.usefixtures("keep_one")
def test_the_files_of_dropped_releases_go_but_not_those_somebody_may_be_reading():
    published(month(1))
    of_the_first = parquet_files()
    published(month(2))
    assert of_the_first < parquet_files(), "the release before the latest is left until the next import"
    published(month(3))
    left = {file.parent.name for file in of_the_first & parquet_files()}
    assert left == {"customers"}, "all three releases have the same customers table"


@pytest.mark.usefixtures("keep_one")
def test_a_table_that_no_release_holds_any_more_leaves_no_file():
    company = a_company([a_subscription()], touches=[{"touch_id": "t", "customer_id": "c1", "kind": "call"}])
    published(company)
    assert parquet_files("touches")
    for number in (1, 2, 3):
        published(a_company([a_subscription("x1", mrr=number)]))
    assert not parquet_files("touches")
    published(company)
    assert the_releases()[0].rows["touches"] == 1


def test_without_pruning_every_file_belongs_to_a_release():
    for number in range(1, 4):
        published(month(number))
    assert parquet_files() == needed_files()

"""The list of releases: what differs between two, which one the pages look at, and what came of each import."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import imports, releases
from data.database import close_databases, open_database
from data.errors import DataProblem, NoData
from data.records import MetricOptions
from data.release import publish
from data.settings import settings
from data.staged import StagedImport
from tests.builders import a_company, a_subscription
from tests.pages.app import open_app


@pytest.fixture(scope="module")
def two_releases_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Release 1 with two customers, release 2 with three of whom one is lost, read with another tolerance."""
    home = tmp_path_factory.mktemp("two") / "home"
    stays, leaves = a_subscription("c1", mrr=1000), a_subscription("c2", mrr=2000)
    left = leaves | {"ends_on": datetime(2024, 6, 1).date(), "status": "cancelled"}
    more = a_company(
        [stays, left, a_subscription("c3", mrr=500)], options=MetricOptions(gap_tolerance_days=7), as_of=END
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        _publish(a_company([stays, leaves], as_of=END), 1)
        _publish(more, 2)
        close_databases()
    yield home
    close_databases()


END = datetime(2024, 12, 31).date()


def _publish(company: StagedImport, day: int) -> None:
    publish(settings(), open_database(settings()), company, now=datetime(2025, 1, day, 9, tzinfo=UTC))


@pytest.fixture
def two_releases(two_releases_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", str(two_releases_home))


def table(at: AppTest, first_column: str) -> pd.DataFrame:
    """The table whose first column is called so, its first column as the index."""
    return next(t.value for t in at.table if t.value.columns[0] == first_column).set_index(first_column)


@pytest.mark.usefixtures("two_releases")
def test_two_releases_are_compared_in_totals_rows_and_options():
    at = open_app("data", part="releases")
    totals, rows = table(at, "What"), table(at, "Table")
    assert list(totals.loc["Customers known"].str.replace("\\", "")) == ["2", "3", "+1"]
    assert list(totals.loc["Customers now"].str.replace("\\", "")) == ["2", "2", "+0"]
    assert list(totals.loc["MRR"].str.replace("\\", "")) == ["€30.00", "€15.00", "−€15.00"]
    assert list(rows.loc["subscriptions"]) == ["2", "3"]
    assert r"gap\_tolerance\_days\: 3 → 7" in [caption.value for caption in at.caption]


@pytest.mark.usefixtures("two_releases")
def test_the_other_way_round_every_change_is_the_opposite():
    at = open_app("data", part="releases")
    at.selectbox(key="releases.before").set_value(2).run()
    at.selectbox(key="releases.after").set_value(1).run()
    assert list(table(at, "What").loc["Customers known"]) == ["3", "2", "−1"]
    assert r"gap\_tolerance\_days\: 7 → 3" in [caption.value for caption in at.caption]


@pytest.mark.usefixtures("two_releases")
def test_an_earlier_release_is_looked_at_on_every_page_until_the_latest_is_chosen_again():
    at = open_app("data", part="releases")
    at.selectbox(key="releases.look").set_value(1).run()
    assert at.query_params["release"] == "1"
    at.switch_page("../pages/customers.py").run()
    assert "**2 customers" in " ".join(m.value for m in at.markdown)
    at.switch_page("../pages/data.py").run()
    at.selectbox(key="releases.look").set_value(0).run()
    assert "release" not in at.query_params
    at.switch_page("../pages/customers.py").run()
    assert "**3 customers" in " ".join(m.value for m in at.markdown)


@pytest.mark.usefixtures("two_releases")
def test_sources_are_those_of_the_release_that_is_looked_at():
    at = open_app("data", part="sources", release="1")
    (sources,) = at.dataframe
    rows = dict(zip(sources.value["table"], sources.value["rows"], strict=True))
    assert (rows["customers"], rows["subscriptions"]) == (2, 2)
    assert pd.isna(rows["tickets"])


def test_without_data_there_is_nothing_to_compare_and_a_way_to_begin():
    assert "There is no release yet. Load files first." in [i.value for i in open_app("data", part="releases").info]
    assert "Nothing has been imported yet." in [i.value for i in open_app("data", part="log").info]
    with pytest.raises(NoData, match="Load files on the Data page"):
        releases.chosen()


def test_the_log_tells_why_an_import_was_refused_in_the_words_of_the_page(tmp_path: Path):
    path = tmp_path / "weather.csv"
    path.write_text("day,rain\n2026-01-01,3\n", encoding="utf-8")
    job = imports.check(imports.Wish((str(path),)))
    assert job.future is not None
    job.future.exception()
    at = open_app("data", part="log")
    assert at.expander[0].label.endswith("refused")
    told = " ".join(m.value for m in at.expander[0].markdown)
    assert r"weather\.csv" in told
    assert "“This is”" in told
    assert "--" not in told.replace("\\", "")


def test_rejected_rows_that_were_cleared_away_are_said_to_be_gone():
    with pytest.raises(DataProblem, match="Load the files again"):
        imports.rejects(str(settings().home / "rejects" / "20260101-001" / "rejects.csv"))

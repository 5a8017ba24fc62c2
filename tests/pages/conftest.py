"""Homes with data, made once; every test that names one opens the app on it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from streamlit import config

from data.database import close_databases, open_database
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.release import publish
from data.sample.stage import stage_demo
from data.settings import settings

END = date(2026, 10, 31)


@pytest.fixture(autouse=True)
def bench_keeps_its_notes() -> Iterator[None]:
    """The test bench keeps functions in the session's state; in the app, and so in the browser tests, none may be."""
    option = "runner.enforceSerializableSessionState"
    before = config.get_option(option)
    config.set_option(option, False)
    yield
    config.set_option(option, before)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small demo company, published as release 1; to be read, not written."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(home))
        staged = stage_demo(customers=300, months=24, end=END, usage=False, folder=home)
        publish(settings(), open_database(settings()), staged, now=datetime(2026, 11, 22, 9, tzinfo=UTC))
        close_databases()
    yield home
    close_databases()


@pytest.fixture
def demo(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Open the app on the small demo company."""
    monkeypatch.setenv("CHURN_HOME", str(demo_home))
    return demo_home


@pytest.fixture
def own_demo(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Open the app on a copy of the small demo company that the test may write to."""
    home = tmp_path / "own"
    shutil.copytree(demo_home, home)
    monkeypatch.setenv("CHURN_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def other_homes(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A home per shape of data without contracts, published when first asked for; to be read, not written."""

    @cache
    def published(shape: str) -> Path:
        home = tmp_path_factory.mktemp(shape)
        path = home / "file.csv"
        path.write_text(_OTHER_SHAPES[shape])
        asked = ImportRequest(today=END, home=home, as_of=END)
        if shape == "snapshot":
            asked = replace(asked, snapshot=str(path))
        else:
            asked = replace(asked, tables={"purchases" if shape == "shop" else "usage_daily": str(path)})
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CHURN_HOME", str(home))
            publish(settings(), open_database(settings()), stage(asked), now=datetime(2026, 11, 22, 9, tzinfo=UTC))
            close_databases()
        return home

    return published


@pytest.fixture(params=["snapshot", "shop", "usage"])
def other_shape(
    request: pytest.FixtureRequest, other_homes: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> str:
    """Open the app on data without contracts: one row per customer, purchases, or days of use."""
    monkeypatch.setenv("CHURN_HOME", str(other_homes(request.param)))
    return request.param


_DAYS = [END - timedelta(days=i) for i in range(0, 700, 7)]
_OTHER_SHAPES = {
    "snapshot": "customer_id,tenure_months,churned,mrr\n"
    + "".join(f"c{i},{i % 30},{'Yes' if i % 4 == 0 else 'No'},{10 + i}\n" for i in range(40)),
    "shop": "purchase_id,customer_id,on,amount\n"
    + "".join(f"p{i},c{i * i % 37},{day},{10 + i}\n" for i, day in enumerate(_DAYS)),
    "usage": "customer_id,day,logins\n" + "".join(f"c{i * i % 37},{day},{1 + i}\n" for i, day in enumerate(_DAYS)),
}

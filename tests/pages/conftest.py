"""Homes with data, made once; every test that names one opens the app on it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit import config

from data.database import close_databases, open_database
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

"""Fixtures every test may use, markers by folder, and the rule that continuous integration skips nothing that counts."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from tests import datasets, slow

# No time limit per example: the first one pays for imports, and a busy machine is no bug.
hypothesis_settings.register_profile("churn-review", deadline=None)
# For `make check`: fewer examples of what `make test` tries at length.
hypothesis_settings.register_profile("quick", deadline=None, max_examples=15)
hypothesis_settings.load_profile("churn-review")

ROOT = Path(__file__).resolve().parent.parent

#: Every test below tests/<folder> carries the marker.
FOLDER_MARKERS = {"browser": "browser", "golden": "golden", "simulation": "slow", "property": "slow", "parity": "slow"}

#: Where a skip would hide that nothing was tried.
NEVER_SKIPPED = {"browser", "golden", "postgres"}


@pytest.hookimpl(tryfirst=True)  # before pytest applies -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    measured = set(slow.LIST.read_text(encoding="utf-8").split())
    for item in items:
        if item.nodeid.partition("[")[0] in measured:
            item.add_marker("slow")
        folder = item.path.relative_to(ROOT / "tests").parts[0] if item.path.is_relative_to(ROOT / "tests") else ""
        if folder in FOLDER_MARKERS:
            item.add_marker(FOLDER_MARKERS[folder])


def nothing_may_be_skipped() -> bool:
    """True in continuous integration, or when REQUIRE_ALL=1 asks for it."""
    return os.environ.get("CI") == "true" or os.environ.get("REQUIRE_ALL") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if skipped and nothing_may_be_skipped() and any(item.get_closest_marker(name) for name in NEVER_SKIPPED):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and here nothing may be: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and nothing_may_be_skipped():
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped as a whole, and here nothing may be: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)


@pytest.fixture(autouse=True)
def churn_home(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own for the databases and the lake of every test; no setting of the developer leaks in."""
    home = tmp_path / "home"
    # Not the test's own `monkeypatch`: one that undoes its changes would write into the developer's data.
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("CHURN_") and not name.startswith("CHURN_TEST_")]:
            environment.delenv(name)
        environment.setenv("CHURN_HOME", str(home))
        yield home


@pytest.fixture(scope="session")
def shared_datasets() -> Path:
    """Folder of the public data sets (IBM Telco, RavenStack, CDNOW, ...)."""
    found = datasets.folder()
    if found is None:
        # Not a silent gap: with CI=true a skipped golden test fails the run (see above).
        pytest.skip(datasets.HOW_TO_NAME_IT)
    return found

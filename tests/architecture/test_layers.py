"""The layers, the lint rules and the types hold; the same commands as `make check`, so that the suite alone shows it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT


def _run(*command: str) -> None:
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_imports_keep_every_contract() -> None:
    _run("lint-imports", "--no-logo", "--no-cache")


def test_ruff_finds_nothing() -> None:
    _run("ruff", "check", "--no-cache", ".")


def test_the_layout_is_ruffs() -> None:
    _run("ruff", "format", "--check", "--no-cache", ".")


@pytest.mark.slow
def test_types_hold() -> None:
    _run("pyright", "--pythonpath", sys.executable)

"""An import killed at any moment leaves the release before it whole, and the next one finds nothing in its way."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli.commands import app
from data.database import close_databases
from data.import_lock import importing
from tests.unit.data.releases import needed_files, parquet_files

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
AS_OF = ("--as-of", "2024-12-31")


def write(file: Path, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> Path:
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        writer.writerows(rows)
    return file


def the_files(folder: Path, customers: int, cents: int) -> list[str]:
    """Arguments that import a company of this size from three files."""
    folder.mkdir()
    written = {
        "customers": write(
            folder / "customers.csv", ("customer_id", "name"), ((f"c{n}", f"N {n}") for n in range(customers))
        ),
        "subscriptions": write(
            folder / "subscriptions.csv",
            ("subscription_id", "customer_id", "mrr_cents", "starts_on", "ends_on"),
            (
                (f"s{n}", f"c{n}", cents, f"2024-{n % 9 + 1:02}-01", "" if n % 5 else "2024-11-15")
                for n in range(customers)
            ),
        ),
        "tickets": write(
            folder / "tickets.csv",
            ("ticket_id", "customer_id", "opened_at"),
            ((f"t{n}", f"c{n}", "2024-05-06 07:08:09") for n in range(customers)),
        ),
    }
    return [a for name, file in written.items() for a in ("--table", f"{name}={file}")]


def command(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def key_figures(release: str = "latest") -> dict[str, Any]:
    told = command("report", "kpis", "--release", release, "--json")
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home that holds one release, made from `old`, and the files of a larger one in `new`."""
    folder = tmp_path_factory.mktemp("killed")
    old = the_files(folder / "old", 60, 1000)
    the_files(folder / "new", 12_000, 1300)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(folder / "home"))
        done = command("import", *old, *AS_OF)
        assert done.exit_code == 0, done.output
    close_databases()
    return folder


@pytest.fixture
def home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own with that release."""
    copy = tmp_path / "home"
    shutil.copytree(prepared / "home", copy)
    monkeypatch.setenv("CHURN_HOME", str(copy))
    return copy


def the_new_files(prepared: Path) -> list[str]:
    names = ("customers", "subscriptions", "tickets")
    return [a for name in names for a in ("--table", f"{name}={prepared / 'new' / name}.csv")]


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The real command in a process of its own; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], step: str) -> None:
    """Read what it tells of its progress until the step is announced."""
    told = []
    for line in process.stderr or ():
        told.append(line)
        if line.startswith(step):
            return
    raise AssertionError(f"{step} was never announced: {''.join(told)}")


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was done before it could be killed"


def nothing_is_left_over(home: Path) -> None:
    assert list((home / "scratch").iterdir()) == []
    assert parquet_files() == needed_files()
    assert not (home / "import.unfinished").exists()


#: Announced when: staged files lie in the scratch folder; all tables are written; both derived tables are.
MOMENTS = ("reading subscriptions", "tickets", "checks")


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_step_the_release_before_is_whole(prepared: Path, home: Path, moment: str):
    before = key_figures()
    with started("import", *the_new_files(prepared), *AS_OF) as process:
        wait_for(process, moment)
        kill(process)
    assert key_figures() == before
    assert before["rows"][-1]["customers_end"] == 48
    with importing(home):
        pass  # the lock is free
    done = command("import", *the_new_files(prepared), *AS_OF)
    assert done.exit_code == 0, done.output
    assert key_figures()["rows"][-1]["customers_end"] == 9_600
    assert key_figures("1") == before
    nothing_is_left_over(home)


def test_killed_just_before_the_record_everything_is_written_and_nothing_counts(prepared: Path, home: Path):
    before, files = key_figures(), parquet_files()
    # As long as this connection may write, the import waits at its very last step.
    others = sqlite3.connect(home / "app.db", isolation_level=None)
    with started("import", *the_new_files(prepared), *AS_OF) as process:
        wait_for(process, "checks")
        others.execute("begin immediate")
        wait_for(process, "recording")
        time.sleep(0.2)
        kill(process)
    others.execute("rollback")
    others.close()
    assert {file.parent.name for file in parquet_files() - files} == {
        "customers",
        "subscriptions",
        "tickets",
        "movements",
        "lifetimes",
    }
    assert key_figures() == before
    assert command("import", *the_new_files(prepared), *AS_OF).exit_code == 0
    assert key_figures()["release"] == 2
    nothing_is_left_over(home)


def test_a_killed_demo_leaves_nothing_in_the_way(home: Path):
    before = key_figures()
    with started("demo", "--customers", "3000", "--months", "12") as process:
        wait_for(process, "customers")
        kill(process)
    assert list((home / "scratch").iterdir()), "it was killed while its files were still needed"
    assert key_figures() == before
    assert command("demo", "--customers", "40", "--months", "12").exit_code == 0
    nothing_is_left_over(home)


def test_while_one_import_runs_the_second_is_refused_in_plain_words(prepared: Path, home: Path):
    with started("import", *the_new_files(prepared), *AS_OF) as process:
        wait_for(process, "reading")
        process.send_signal(signal.SIGSTOP)
        second = subprocess.run(
            [sys.executable, "-m", "dashboard", "import", *the_new_files(prepared), *AS_OF],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ,
        )
        process.send_signal(signal.SIGCONT)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.strip() == "Another import is running. Wait until it is done, then start this one again."
        wait_for(process, "Release 2")
        assert process.wait() == 0
    assert key_figures()["release"] == 2
    nothing_is_left_over(home)

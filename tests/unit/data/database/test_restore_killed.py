"""A restore waits for nobody and loses nothing: refused while others write, mended after one that was killed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.backup import backup, restore
from data.database import close_databases, open_database
from data.database.repositories import releases, segments
from data.errors import Busy, DataProblem
from data.records import EVERYBODY
from data.release import importing
from data.settings import Settings
from tests.unit.data.database.homes import NOW, another_zip, customers, publish

ROOT = Path(__file__).resolve().parents[4]


def test_while_an_import_runs_nothing_is_saved_or_brought_back(tmp_path: Path) -> None:
    found = Settings(home=tmp_path / "home")

    with importing(found.home):
        with pytest.raises(Busy, match="Another import is running"):
            backup(found, tmp_path / "all.zip", now=NOW)
        with pytest.raises(Busy, match="Another import is running"):
            restore(found, tmp_path / "all.zip")
    close_databases()


def test_that_a_home_is_empty_is_looked_at_when_nobody_can_fill_it_any_more(home: Settings, tmp_path: Path) -> None:
    backup(home, tmp_path / "all.zip", now=NOW)

    with importing(home.home), pytest.raises(Busy, match="Another import is running"):
        restore(home, tmp_path / "all.zip")


KILLED = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from data.backup import restore
from data.database import open_database
from data.settings import Settings
settings = Settings(home=Path(sys.argv[1]))
event.listen(open_database(settings).engine, "commit", lambda _: os._exit(9))
restore(settings, Path(sys.argv[2]), replace=True)
"""


@pytest.fixture
def cut_short(tmp_path: Path) -> Iterator[Settings]:
    """A home of 13 customers, in which a restore of 5 was killed between its new lake and its new database."""
    settings, file = Settings(home=tmp_path / "home"), tmp_path / "all.zip"
    database = open_database(settings)
    publish(settings, database, 5)
    backup(settings, file, now=NOW)
    publish(settings, database, 13)
    run = subprocess.run([sys.executable, "-c", KILLED, settings.home, file], cwd=ROOT, check=False)
    assert run.returncode == 9
    yield settings
    open_database(settings).close()


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before the new lake", "after the new lake"])
def test_what_a_killed_restore_had_moved_away_is_put_back_by_the_next(
    cut_short: Settings, moment: str, tmp_path: Path
) -> None:
    """Before, the next restore deleted the only original first, even if it then failed."""
    if moment == "before the new lake":
        shutil.rmtree(cut_short.lake_url)

    another_zip(tmp_path / "other.zip")
    with pytest.raises(DataProblem, match="is not a backup"):
        restore(cut_short, tmp_path / "other.zip", replace=True)

    latest = releases.latest(open_database(cut_short))
    assert latest is not None
    assert len(customers(cut_short, latest)) == 13
    assert sorted(each.name for each in cut_short.home.iterdir() if each.is_dir()) == ["lake"]
    restore(cut_short, tmp_path / "all.zip", replace=True)
    assert len(customers(cut_short, releases.get(open_database(cut_short), 1))) == 5


@pytest.mark.slow
def test_a_killed_restore_after_which_somebody_wrote_is_left_to_people(cut_short: Settings, tmp_path: Path) -> None:
    segments.save(open_database(cut_short), "later", EVERYBODY)
    before = sorted(cut_short.home.rglob("*.parquet"))

    with pytest.raises(DataProblem, match=r"earlier restore was cut short.*Run `check`"):
        restore(cut_short, tmp_path / "all.zip", replace=True)

    assert sorted(cut_short.home.rglob("*.parquet")) == before

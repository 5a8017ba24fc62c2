"""Reading sees one state, writing is all or nothing, and nobody writes over what they have not seen."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from data.database import Database, connection, open_database
from data.database.repositories import annotations, segments
from data.database.tables import ReleasePinRow, SegmentRow
from data.errors import Busy, SettingsProblem
from data.records import EVERYBODY
from data.settings import Settings


def names(database: Database) -> list[str]:
    return [saved.name for saved in segments.all(database)]


def test_a_database_is_opened_once_and_anew_after_it_was_closed(empty_database: Settings) -> None:
    first = open_database(empty_database)
    assert open_database(empty_database) is first

    first.close()

    second = open_database(empty_database)
    assert second is not first
    connection.close_databases()


def test_what_fails_half_way_stores_nothing(database: Database) -> None:
    def saves_and_fails() -> None:
        with database.writing():
            segments.save(database, "retail", EVERYBODY)
            raise RuntimeError("power cut")

    version = database.data_version()
    with pytest.raises(RuntimeError, match="power cut"):
        saves_and_fails()

    assert names(database) == []
    assert database.data_version() == version


def test_a_write_inside_another_is_stored_with_it(database: Database) -> None:
    version = database.data_version()

    with database.writing():
        segments.save(database, "retail", EVERYBODY)
        segments.save(database, "finance", EVERYBODY)
        assert names(database) == ["finance", "retail"]

    assert names(database) == ["finance", "retail"]
    assert database.data_version() == version + 1


def test_an_inner_write_that_is_refused_leaves_the_outer_one_whole(database: Database) -> None:
    with database.writing():
        segments.save(database, "retail", EVERYBODY)
        with pytest.raises(Busy):
            segments.save(database, "retail", EVERYBODY)

    assert names(database) == ["retail"]


def test_every_write_raises_the_data_version_and_no_read_does(database: Database) -> None:
    before = database.data_version()
    segments.save(database, "retail", EVERYBODY)
    segments.all(database)

    assert database.data_version() == before + 1


def test_a_reader_sees_the_state_from_before_an_unfinished_write(database: Database) -> None:
    with database.writing() as session:
        segments.save(database, "retail", EVERYBODY)
        session.flush()
        with ThreadPoolExecutor(1) as other:
            assert other.submit(names, database).result() == []


def test_what_is_changed_while_reading_is_not_stored(database: Database) -> None:
    segments.save(database, "retail", EVERYBODY)

    with database.reading() as session:
        session.scalars(select(SegmentRow)).one().name = "finance"

    assert names(database) == ["retail"]


def test_two_that_change_the_same_record_at_once_do_not_lose_a_change(database: Database) -> None:
    seen = segments.save(database, "retail", EVERYBODY)
    segments.save(database, "retail", EVERYBODY, version=seen.version)
    annotation = annotations.add(database, datetime(2026, 1, 1, tzinfo=UTC).date(), "price rise")
    annotations.change(database, annotation, annotation.__class__(**{**vars(annotation), "title": "Price rise"}))

    with pytest.raises(Busy, match="changed by somebody else"):
        annotations.change(database, annotation, annotation)


def test_a_row_changed_behind_a_session_is_not_written_over(database: Database) -> None:
    segments.save(database, "retail", EVERYBODY)

    def changes_an_outdated_row() -> None:
        with database.writing() as session:
            row = session.scalars(select(SegmentRow)).one()
            session.execute(text("UPDATE segments SET version = version + 1"))
            row.name = "finance"

    with pytest.raises(Busy, match="Load it again and repeat"):
        changes_an_outdated_row()
    assert names(database) == ["retail"]


def test_forty_times_eight_increments_are_all_counted(database: Database) -> None:
    segments.save(database, "0", EVERYBODY)

    def increment(_: int) -> None:
        with database.writing() as session:
            row = session.scalars(select(SegmentRow)).one()
            row.name = str(int(row.name) + 1)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(increment, range(320)))
    assert names(database) == ["320"]


def test_a_writer_that_waits_too_long_is_told_so(empty_database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "WAIT_SECONDS", 0.1)
    database = open_database(empty_database)
    holding, finished = threading.Event(), threading.Event()

    def hold() -> None:
        with database.writing():
            holding.set()
            finished.wait(10)

    with ThreadPoolExecutor(1) as other:
        held = other.submit(hold)
        holding.wait(10)
        with pytest.raises(Busy, match="Somebody else is writing"):
            segments.save(database, "retail", EVERYBODY)
        finished.set()
        held.result()
    database.close()


def test_foreign_keys_are_kept(database: Database) -> None:
    def pins_nothing() -> None:
        with database.writing() as session:
            session.add(ReleasePinRow(release_number=9, holder="nobody"))

    with pytest.raises(IntegrityError):
        pins_nothing()


def test_an_error_of_the_database_that_is_no_lock_is_not_called_busy(database: Database) -> None:
    def reads_what_is_not_there() -> None:
        with database.writing() as session:
            session.connection().exec_driver_sql("SELECT 1").close()
            raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(OperationalError, match="disk I/O error"):
        reads_what_is_not_there()


def test_moments_come_back_in_utc_whatever_zone_they_were_written_in(database: Database) -> None:
    in_shanghai = datetime(2026, 11, 22, 17, 0, tzinfo=timezone(timedelta(hours=8)))
    segments.save(database, "retail", EVERYBODY)
    with database.writing() as session:
        session.scalars(select(SegmentRow)).one().archived_at = in_shanghai

    with database.reading() as session:
        stored = session.scalars(select(SegmentRow.archived_at)).one()
    assert stored == in_shanghai
    assert stored.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    segments.save(database, "retail", EVERYBODY)

    def stores_a_naive_moment() -> None:
        with database.writing() as session:
            session.scalars(select(SegmentRow)).one().archived_at = datetime(2026, 11, 22)

    with pytest.raises(Exception, match="has no time zone"):
        stores_a_naive_moment()


def test_sqlite_writes_ahead_so_that_readers_do_not_wait(tmp_path: Path) -> None:
    database = open_database(Settings(home=tmp_path))
    with database.engine.connect() as opened:
        assert opened.scalar(text("PRAGMA journal_mode")) == "wal"
        assert opened.scalar(text("PRAGMA foreign_keys")) == 1
        assert opened.scalar(text("PRAGMA busy_timeout")) == 10_000
    database.close()


def unreachable_server(folder: Path) -> Settings:
    return Settings(home=folder, database_url="postgresql://me:hunter2@127.0.0.1:1/none")


def a_folder_that_is_a_file(folder: Path) -> Settings:
    (folder / "taken").write_text("a file")
    return Settings(home=folder, database_url=f"sqlite:///{folder}/taken/app.db")


def a_file_that_is_no_database(folder: Path) -> Settings:
    (folder / "app.db").write_text("no database " * 200)
    return Settings(home=folder)


@pytest.mark.parametrize("wrong", [unreachable_server, a_folder_that_is_a_file, a_file_that_is_no_database])
def test_a_database_that_cannot_be_opened_names_the_variable_to_set(
    wrong: Callable[[Path], Settings], tmp_path: Path
) -> None:
    with pytest.raises(SettingsProblem, match="CHURN_DATABASE_URL") as refused:
        open_database(wrong(tmp_path))

    assert "hunter2" not in str(refused.value)


def test_the_recent_version_is_that_of_ones_own_last_write(database: Database) -> None:
    for name in ("retail", "finance", "travel"):
        before = database.recent_version()
        segments.save(database, name, EVERYBODY)
        assert database.recent_version() == before + 1 == database.data_version()


def test_the_recent_version_follows_other_processes_after_a_moment(
    database: Database, empty_database: Settings
) -> None:
    seen = database.recent_version()
    other = Database(connection.connect(empty_database.database_url))
    segments.save(other, "retail", EVERYBODY)
    other.engine.dispose()

    deadline = time.monotonic() + 30
    while database.recent_version() == seen and time.monotonic() < deadline:
        time.sleep(0.02)
    assert database.recent_version() == seen + 1

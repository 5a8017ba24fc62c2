"""A backup brings back the same releases, records and rows, on either database, or changes nothing at all."""

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from sqlalchemy import text

from analysis.kpis.report import KpiReport, kpis
from data.backup import backup, restore
from data.database import close_databases, open_database
from data.database.dump import TABLES, lines, snapshot
from data.database.migrate import HEAD
from data.database.repositories import actions, audit, releases, segments, users
from data.engine import open_engine
from data.errors import Busy, DataProblem, SettingsProblem
from data.lake import Lake
from data.records import EVERYBODY, Scope
from data.records_improvement import Action
from data.settings import Settings, settings
from tests.builders import a_company, a_subscription, published
from tests.postgres import PostgresServer
from tests.unit.data.database.homes import NOW, another_zip, customers, publish


def content(settings: Settings) -> dict[str, list[str]]:
    """Every row of the app database but the data version and the audit log's own entry of a restore."""
    with open_database(settings).engine.connect() as connection:
        return {name: list(lines(connection, name)) for name in TABLES if name not in {"data_version", "audit_log"}}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Where a backup is restored to: SQLite and PostgreSQL, whatever it came from."""
    with ExitStack() as until_done:
        settings = Settings(home=tmp_path / "restored")
        if request.param == "postgresql":
            server: PostgresServer = request.getfixturevalue("postgres_server")
            address = until_done.enter_context(server.fresh_database())
            settings = Settings(home=tmp_path / "restored", database_url=address)
        yield settings
        open_database(settings).close()


def test_a_home_for_backups_has_something_of_everything_people_write(home: Settings) -> None:
    empty = {name for name, rows in content(home).items() if not rows}
    assert {
        name for name in empty if name.startswith(("action", "review", "verdict", "finding", "win", "out"))
    } == set()


def test_everything_comes_back_on_either_database(home: Settings, empty_home: Settings, tmp_path: Path) -> None:
    held = backup(home, tmp_path / "all.zip", now=NOW)
    restored = restore(empty_home, tmp_path / "all.zip")

    assert restored == held
    assert (held.releases, held.created_at, held.revision) == ((3, 2), NOW, HEAD)
    assert content(empty_home) == content(home)
    before, after = open_database(home), open_database(empty_home)
    assert releases.all(after) == releases.all(before)
    for release in releases.all(before):
        assert customers(empty_home, release) == customers(home, release)
        assert len(customers(empty_home, release)) == release.rows["customers"]


def test_work_goes_on_after_a_restore(home: Settings, empty_home: Settings, tmp_path: Path) -> None:
    backup(home, tmp_path / "all.zip", now=NOW)
    restore(empty_home, tmp_path / "all.zip")
    database = open_database(empty_home)

    assert publish(empty_home, database, 13).number == 4
    assert len(customers(empty_home, releases.get(database, 4))) == 13
    assert len(customers(empty_home, releases.get(database, 2))) == 5
    assert segments.save(database, "new", EVERYBODY).version == 1
    with pytest.raises(Exception, match="append-only"), database.writing() as session:
        session.execute(text("DELETE FROM audit_log"))
    with pytest.raises(Exception, match="append-only"), database.writing() as session:
        session.execute(text("UPDATE review_packs SET digest = 'x'"))
    assert actions.create(database, Action("Mails")).id == 2


def test_a_restore_is_in_the_audit_log_and_caches_notice_it(
    home: Settings, empty_home: Settings, tmp_path: Path
) -> None:
    backup(home, tmp_path / "all.zip", now=NOW)
    before = open_database(home).data_version()
    restore(empty_home, tmp_path / "all.zip", who="mia")
    database = open_database(empty_home)

    assert database.data_version() > before
    newest, *older = audit.entries(database)
    assert (newest.who, newest.action, newest.subject) == ("mia", "restored", "app database")
    assert older == audit.entries(open_database(home))


def test_only_versions_that_releases_name_are_copied(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    database = open_database(settings)
    for count in (3, 5, 8):
        publish(settings, database, count)
    releases.drop(database, keep=1)
    write_deltalake(
        f"{settings.lake_url}/customers", pa.table({"killed": [1]}), mode="overwrite", schema_mode="overwrite"
    )

    held = backup(settings, tmp_path / "all.zip", now=NOW)

    assert [(each.table, each.version, each.rows) for each in held.lake] == [("customers", 2, 8)]
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = archive.namelist()
    assert len([name for name in names if name.endswith(".parquet")]) == 1
    assert sorted(name[-7:] for name in names if "_delta_log" in name) == ["00.json", "01.json", "02.json"]
    database.close()


def test_checkpoints_of_a_long_history_are_copied_unless_they_lie_after_the_releases(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    database = open_database(settings)
    for count in range(1, 4):
        publish(settings, database, count)
    DeltaTable(f"{settings.lake_url}/customers").create_checkpoint()
    backup(settings, tmp_path / "with.zip", now=NOW)
    write_deltalake(
        f"{settings.lake_url}/customers", pa.table({"killed": [1]}), mode="overwrite", schema_mode="overwrite"
    )
    DeltaTable(f"{settings.lake_url}/customers").create_checkpoint()
    backup(settings, tmp_path / "without.zip", now=NOW)

    for name, has_pointer in (("with", True), ("without", False)):
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as archive:
            assert any(each.endswith("_last_checkpoint") for each in archive.namelist()) is has_pointer
        there = Settings(home=tmp_path / name)
        restore(there, tmp_path / f"{name}.zip")
        assert len(customers(there, releases.get(open_database(there), 3))) == 3
        open_database(there).close()
    database.close()


def test_a_home_without_data_can_be_saved_and_brought_back(tmp_path: Path) -> None:
    empty, other = Settings(home=tmp_path / "a"), Settings(home=tmp_path / "b")

    backup(empty, tmp_path / "empty.zip", now=NOW)
    restore(other, tmp_path / "empty.zip")

    assert releases.latest(open_database(other)) is None
    open_database(empty).close()
    open_database(other).close()


def test_a_file_that_is_there_is_not_written_over_unless_asked(home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"the only copy")
    with pytest.raises(DataProblem, match="--replace"):
        backup(home, file, now=NOW)
    assert file.read_bytes() == b"the only copy"
    assert [each.name for each in tmp_path.glob("photo*")] == ["photo.jpg"]


def test_a_backup_under_the_same_name_replaces_the_old_one_when_asked(home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    backup(home, file, now=NOW)
    publish(home, open_database(home), 13)

    assert backup(home, file, now=NOW, replace=True).releases == (4, 3, 2)
    assert sorted(each.name for each in tmp_path.glob("all.zip*")) == ["all.zip"]


def test_a_home_that_is_not_empty_is_refused_with_the_way_out(home: Settings, tmp_path: Path) -> None:
    backup(home, tmp_path / "all.zip", now=NOW)
    before = content(home)

    with pytest.raises(DataProblem, match=r"The app database is not empty.*--replace"):
        restore(home, tmp_path / "all.zip")

    assert content(home) == before


def test_a_lake_without_its_database_is_not_overwritten(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    backup(Settings(home=tmp_path / "empty"), tmp_path / "all.zip", now=NOW)
    (Path(settings.lake_url) / "customers").mkdir(parents=True)

    with pytest.raises(DataProblem, match=r"The lake .* is not empty"):
        restore(settings, tmp_path / "all.zip")
    open_database(settings).close()
    open_database(Settings(home=tmp_path / "empty")).close()


def test_with_replace_everything_becomes_as_it_was(home: Settings, tmp_path: Path) -> None:
    backup(home, tmp_path / "all.zip", now=NOW)
    before, version = content(home), open_database(home).data_version()
    publish(home, open_database(home), 21)
    segments.save(open_database(home), "later", EVERYBODY)

    restore(home, tmp_path / "all.zip", replace=True)

    assert content(home) == before
    latest = releases.latest(open_database(home))
    assert latest is not None
    assert len(customers(home, latest)) == 8
    assert open_database(home).data_version() > version + 2
    assert sorted(each.name for each in home.home.iterdir() if each.is_dir()) == ["lake"]


def an_unfinished_file(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-500])


def another_file(file: Path) -> None:
    file.write_bytes(b"customer_id,churned\n")


def a_newer_format(file: Path) -> None:
    rewrite(file, lambda name, held: held | {"revision": "9999"} if name == "manifest.json" else held)


def a_lost_record(file: Path) -> None:
    rewrite(file, lambda name, held: b"" if name == "database/mappings.jsonl" else held)


def a_lost_row(file: Path) -> None:
    def one_more(each: dict[str, object]) -> dict[str, object]:
        return each | {"rows": 99}

    rewrite(
        file,
        lambda name, held: (
            held | {"lake": [one_more(each) for each in held["lake"]]} if name == "manifest.json" else held
        ),
    )


def a_lost_lake_file(file: Path) -> None:
    rewrite(file, lambda name, held: None if name.endswith(".parquet") else held)


def a_lost_lake(file: Path) -> None:
    rewrite(file, lambda name, held: None if name.startswith("lake/") else held)


def a_flipped_byte(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        first = next(each for each in archive.infolist() if each.filename.endswith(".parquet"))
    damaged = bytearray(file.read_bytes())
    damaged[first.header_offset + len(first.filename) + 200] ^= 0xFF
    file.write_bytes(damaged)


def rewrite(file: Path, change: Callable) -> None:
    """Writes the zip again with every entry as `change` gives it (None = left out; the manifest as a document)."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, held in entries.items():
            changed = change(name, json.loads(held) if name == "manifest.json" else held)
            if changed is not None:
                archive.writestr(name, json.dumps(changed) if isinstance(changed, dict) else changed)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (Path.unlink, "There is no file"),
        (an_unfinished_file, "is damaged"),
        (another_file, "is damaged"),
        (another_zip, "is not a backup"),
        (a_newer_format, "newer version of this program"),
        (a_lost_record, "mappings has 0 records of 1"),
        (a_lost_row, "rows; its release counted 99"),
        (a_lost_lake_file, "lacks 1 of its files"),
        (a_lost_lake, "does not hold version"),
        (a_flipped_byte, "is damaged"),
    ],
)
def test_a_damaged_backup_is_refused_and_changes_nothing(
    damage: Callable[[Path], None], says: str, home: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    backup(home, file, now=NOW)
    damage(file)
    before = content(home)

    with pytest.raises(DataProblem, match=says):
        restore(home, file, replace=True)

    assert content(home) == before
    latest = releases.latest(open_database(home))
    assert latest is not None
    assert len(customers(home, latest)) == 8
    assert sorted(each.name for each in home.home.iterdir() if each.is_dir()) == ["lake"]


def test_a_backup_of_an_older_program_is_brought_to_the_newest_schema(
    home: Settings, empty_home: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    backup(home, file, now=NOW)
    first_schema = ("data_version", "releases", "release_pins")

    def as_at_0001(name: str, held: object) -> object:
        if name == "manifest.json" and isinstance(held, dict):
            kept = {table: count for table, count in held["records"].items() if table in first_schema}
            return held | {"revision": "0001", "records": kept}
        return held if name.startswith("lake/") or Path(name).stem in first_schema else None

    rewrite(file, as_at_0001)
    restore(empty_home, file)

    database = open_database(empty_home)
    assert releases.all(database) == releases.all(open_database(home))
    assert users.local_administrator(database).role == "administrator"


def test_a_lake_that_lost_a_file_is_not_called_a_backup(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    database = open_database(settings)
    publish(settings, database, 3)
    next((Path(settings.lake_url) / "customers").glob("*.parquet")).unlink()

    with pytest.raises(Busy, match="is gone"):
        backup(settings, tmp_path / "all.zip", now=NOW)
    assert list(tmp_path.glob("all.zip*")) == []
    database.close()


def test_a_place_that_cannot_be_written_is_named(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match=r"nowhere/all\.zip cannot be written: No such file or directory"):
        backup(home, tmp_path / "nowhere" / "all.zip", now=NOW)


def test_a_lake_in_an_object_store_is_refused_with_the_way_out(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, lake_url="s3://bucket/lake")

    with pytest.raises(SettingsProblem, match="copy folders only"):
        backup(settings, tmp_path / "all.zip", now=NOW)
    with pytest.raises(SettingsProblem, match="copy folders only"):
        restore(settings, tmp_path / "all.zip")


def test_a_backup_sees_one_state_while_others_write(home: Settings) -> None:
    database = open_database(home)

    with snapshot(database.engine) as connection:
        assert len(list(lines(connection, "mappings"))) == 1
        publish(home, database, 34)
        assert len(list(lines(connection, "releases"))) == 3
    assert len(releases.all(database)) == 3


@pytest.mark.slow
def test_a_restored_home_gives_the_same_numbers(
    churn_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = a_company(
        [
            a_subscription("c1", "2023-01-01", "2024-03-15", mrr=4_000),
            *(a_subscription(f"c{n}", "2023-05-01", mrr=100 * n) for n in range(2, 30)),
        ]
    )

    def numbers() -> KpiReport:
        found = settings()
        release = releases.latest(open_database(found))
        return kpis(open_engine(Lake(found.lake_url), release), Scope())

    published(company)
    before = numbers()
    backup(settings(), tmp_path / "all.zip", now=NOW)
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "restored"))
    restore(settings(), tmp_path / "all.zip")

    assert numbers() == before
    assert any(row.mrr_churn_cents for row in before.rows)
    close_databases()

"""One file that holds everything: the app database and the versions of the lake that releases name."""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from glob import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from sqlalchemy import Connection, Engine, select

from data.database import LOCAL_USER, open_database
from data.database.connection import conflicts_explained
from data.database.dump import TABLES, is_unused, lines, replace_all, snapshot
from data.database.migrate import HEAD
from data.database.tables import ReleaseRow
from data.errors import Busy, DataProblem, SettingsProblem
from data.lake_versions import parts, refuse_unless_whole
from data.release import importing
from data.settings import Settings

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class LakeVersion:
    """One version of one table of the lake, and the rows the release counted in it."""

    table: str
    version: int
    rows: int


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    revision  Schema of the app database it was written at.
    releases  Numbers of the releases whose numbers can be had again from it, newest first.
    records   Rows per table of the app database; tables that others refer to come first.
    """

    created_at: datetime
    revision: str
    releases: tuple[int, ...]
    records: dict[str, int]
    lake: tuple[LakeVersion, ...]


def backup(settings: Settings, file: Path, *, now: datetime, replace: bool = False) -> Backup:
    """Writes everything into one zip file; with `replace` in place of a file of that name, once the new one is whole.

    Busy while an import runs: it clears old files away.
    """
    if file.exists() and not replace:
        raise DataProblem(
            f"There is a file {file} already, perhaps the only copy of something. Nothing was written. Name another "
            "file, or say --replace to put the new backup in its place."
        )
    lake = _folder(settings)
    engine = open_database(settings).engine
    with importing(settings.home):
        return _write_whole(file, engine, lake, now)


def restore(settings: Settings, file: Path, *, replace: bool = False, who: str = LOCAL_USER) -> Backup:
    """Brings back what a backup holds; into an empty home, or with `replace` in place of everything that is there.

    The file is checked first, and whatever fails leaves all as it was. Stop the app before: it holds old files open.
    """
    lake = _folder(settings)
    database = open_database(settings)
    fresh = lake.with_name(f"{lake.name}.restoring")
    with importing(settings.home), _readable(file) as archive, _no_leftovers(fresh), conflicts_explained():
        version = database.data_version()
        _undo_cut_short(lake, version)
        if not replace:
            with database.engine.connect() as connection:
                _refuse_unless_empty(is_unused(connection), lake)
        held = _manifest(archive, file)
        _unpack_lake(archive, held, fresh)
        swapped = _in_place_of(lake, fresh / "lake", _replaced(lake, version))
        with swapped, database.engine.execution_options(writing=True).begin() as connection:
            replace_all(connection, held.revision, _records(archive, held), who)
    database.close()
    return held


def _folder(settings: Settings) -> Path:
    if "://" in settings.lake_url:
        raise SettingsProblem(
            f"The lake {settings.lake_url} is not a folder, and backups copy folders only. Copy it with the tools of "
            "its store, or set CHURN_LAKE_URL to a folder."
        )
    return Path(settings.lake_url)


def _write_whole(file: Path, engine: Engine, lake: Path, now: datetime) -> Backup:
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        with ZipFile(unfinished, "w", ZIP_DEFLATED) as archive, snapshot(engine) as connection:
            held = _write(archive, connection, lake, now)
        unfinished.replace(file)
    except OSError as refused:
        raise SettingsProblem(
            f"The backup {file} cannot be written: {refused.strerror}. Name a file in a folder that exists, with "
            "enough space, that this user may write to."
        ) from refused
    finally:
        unfinished.unlink(missing_ok=True)
    return held


def _write(archive: ZipFile, connection: Connection, lake: Path, now: datetime) -> Backup:
    kept = select(ReleaseRow).where(ReleaseRow.dropped_at.is_(None)).order_by(ReleaseRow.number.desc())
    releases = connection.execute(kept.with_only_columns(ReleaseRow.number, ReleaseRow.tables, ReleaseRow.rows)).all()
    needed = {
        LakeVersion(table, version, rows[table]) for _, tables, rows in releases for table, version in tables.items()
    }
    _write_lake(archive, lake, needed)
    held = Backup(
        created_at=now,
        revision=HEAD,
        releases=tuple(number for number, _, _ in releases),
        records={name: _write_lines(archive, name, lines(connection, name)) for name in TABLES},
        lake=tuple(sorted(needed, key=lambda each: (each.table, each.version))),
    )
    archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **asdict(held)}, indent=1, default=datetime.isoformat))
    return held


def _write_lake(archive: ZipFile, lake: Path, needed: Iterable[LakeVersion]) -> None:
    versions: dict[str, set[int]] = {}
    for each in needed:
        versions.setdefault(each.table, set()).add(each.version)
    for table, wanted in sorted(versions.items()):
        for part in sorted(parts(lake / table, wanted)):
            try:
                # Stored as it is: Parquet is compressed already.
                archive.write(lake / table / part, f"lake/{table}/{part}", ZIP_STORED)
            except FileNotFoundError as gone:
                raise Busy(
                    f"{table}/{part} of the lake is gone: an import cleared it away during the backup, or the lake is "
                    "damaged. Start the backup again; if it stops here again, run `check`."
                ) from gone


def _write_lines(archive: ZipFile, name: str, found: Iterable[str]) -> int:
    count = 0
    with archive.open(f"database/{name}.jsonl", "w", force_zip64=True) as entry:
        for line in found:
            count += 1
            entry.write(f"{line}\n".encode())
    return count


def _refuse_unless_empty(unused: bool, lake: Path) -> None:
    if unused and not (lake.exists() and any(lake.iterdir())):
        return
    raise DataProblem(
        f"{'The lake ' + str(lake) if unused else 'The app database'} is not empty, and a restore would lose what is "
        "there. Set CHURN_HOME to an empty folder, or restore with --replace after a backup of what is there."
    )


@contextmanager
def _readable(file: Path) -> Iterator[ZipFile]:
    """The opened file; DataProblem when it is missing, or found to be damaged by whoever reads it."""
    try:
        with ZipFile(file) as archive:
            yield archive
    except FileNotFoundError as missing:
        raise DataProblem(f"There is no file {file}. Name a file that `backup` wrote.") from missing
    except (BadZipFile, EOFError) as damaged:
        raise DataProblem(
            f"The backup {file} is damaged ({damaged}). Nothing was changed; use another one."
        ) from damaged


def _manifest(archive: ZipFile, file: Path) -> Backup:
    if MANIFEST not in archive.namelist():
        raise DataProblem(f"{file} is not a backup of this program: it has no {MANIFEST}.")
    read = json.loads(archive.read(MANIFEST))
    if read["format"] > FORMAT or read["revision"] > HEAD:
        raise DataProblem(
            f"{file} was written by a newer version of this program (schema {read['revision']}; this one knows "
            f"{HEAD}). Install that version, then restore."
        )
    return Backup(
        created_at=datetime.fromisoformat(read["created_at"]),
        revision=read["revision"],
        releases=tuple(read["releases"]),
        records=read["records"],
        lake=tuple(LakeVersion(**each) for each in read["lake"]),
    )


def _unpack_lake(archive: ZipFile, held: Backup, folder: Path) -> None:
    """Unpacks the lake below the folder and makes sure that every release has its files and rows."""
    lake = folder / "lake"
    lake.mkdir(parents=True)
    for name in archive.namelist():
        if name.startswith("lake/"):
            archive.extract(name, folder)
    for each in held.lake:
        refuse_unless_whole(lake / each.table, each.version, each.rows)


def _records(archive: ZipFile, held: Backup) -> Iterator[tuple[str, Iterator[str]]]:
    return ((name, _read_lines(archive, name, expected)) for name, expected in held.records.items())


def _read_lines(archive: ZipFile, name: str, expected: int) -> Iterator[str]:
    count = 0
    with archive.open(f"database/{name}.jsonl") as entry:
        for line in entry:
            count += 1
            yield line.decode()
    if count != expected:
        raise DataProblem(f"The backup is damaged: {name} has {count} records of {expected}. Nothing was changed.")


@contextmanager
def _no_leftovers(folder: Path) -> Iterator[None]:
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _replaced(lake: Path, version: int) -> Path:
    """Where the lake lies while another takes its place; named by the data version of the database it belongs to."""
    return lake.with_name(f"{lake.name}.replaced-{version}")


def _undo_cut_short(lake: Path, version: int) -> None:
    """Puts back the lake that a restore which was killed had moved away, as long as the database is still its own.

    Otherwise that restore was complete, or somebody wrote since; DataProblem, since only people can tell.
    """
    own = _replaced(lake, version)
    for old in lake.parent.glob(f"{escape(lake.name)}.replaced*"):
        if old != own:
            raise DataProblem(
                f"An earlier restore was cut short, and {old} is the lake from before it. Run `check`: if it finds "
                f"everything whole, delete {old}; if not, delete {lake} and rename {old} to {lake.name}. Then restore "
                "again."
            )
    if own.exists():
        if lake.exists():
            shutil.rmtree(lake)
        own.rename(lake)


@contextmanager
def _in_place_of(lake: Path, fresh: Path, old: Path) -> Iterator[None]:
    """Puts the fresh folder where the lake is, and the lake at `old`; puts it back when the block fails."""
    with ExitStack() as unless_done:
        if lake.exists():
            lake.rename(old)
            unless_done.callback(old.rename, lake)
        fresh.rename(lake)
        unless_done.callback(shutil.rmtree, lake)
        yield
        unless_done.pop_all()
    shutil.rmtree(old, ignore_errors=True)

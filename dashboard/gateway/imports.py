"""Loading data: files kept for an import, what they are, the check, the load, and the log of all imports."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from glob import has_magic
from itertools import count
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from analysis.imports.load import Loaded, load_demo, load_files
from dashboard.gateway import jobs, releases
from dashboard.gateway.clock import now, today
from dashboard.gateway.jobs import Job
from data.database.repositories import imports, mappings
from data.errors import DataProblem
from data.exact_paths import matching
from data.importers import preview as looking
from data.importers.preview import TableLook, fields_of, roles, still_missing
from data.importers.request import ImportRequest
from data.records import Document, ImportRun
from data.settings import settings
from data.staged import Progress

__all__ = ["TableLook", "fields_of", "roles", "still_missing"]

#: The wish of making the demo company, of which there is only one.
DEMO = "demo company"
#: Uploads that nobody loaded are removed after so long.
_KEEP_UPLOADS = timedelta(days=1)


@dataclass(frozen=True)
class Wish:
    """What the reader wants to load, and how.

    paths    Files, folders or database addresses.
    tables   Role -> path where the reader said what a file is.
    mapping  Role -> field -> header where the reader mapped columns.
    options  Metric and reading options as text.
    reject_share  The share (0-1) of bad rows of a file that is accepted; None = what the settings say.
    without  Tables of a folder, workbook or archive that the reader left out, each by its path.
    visit    The way through the steps it belongs to; one begun anew is shown nothing of the one before.
    """

    paths: tuple[str, ...]
    tables: Mapping[str, str] = field(default_factory=dict[str, str])
    mapping: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    as_of: date | None = None
    mode: Literal["replace", "merge"] = "replace"
    reject_share: float | None = None
    without: tuple[str, ...] = ()
    visit: str = ""

    @property
    def key(self) -> str:
        """The same wish and the same files, the same key; whoever makes it."""
        said = {name: value for name, value in vars(self).items() if name != "visit"}
        files = _files_of((*self.paths, *self.tables.values()))
        return hashlib.sha256(json.dumps([said, files], default=str, sort_keys=True).encode()).hexdigest()


def _files_of(paths: Sequence[str]) -> list[tuple[str, int, int]]:
    """Name, size and time of change of every file, so that a new one of the same name is another wish.

    What lies in a database cannot be told so.
    """
    found = sorted({file for path in paths for file in _files_at(path)})
    return [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in found]


def _files_at(path: str) -> list[Path]:
    """The file, the file of a sheet, the files below a folder, or those that match a pattern."""
    place = Path(path).expanduser()
    book, mark, _sheet = str(place).rpartition("#")
    # A path that cannot be read has no files here; whoever opens it says what is wrong with it.
    with suppress(OSError):
        if place.is_dir():
            return [file for file in place.rglob("*") if file.is_file()]
        tried = [place, *(matching(path) if has_magic(path) else []), *([Path(book)] if mark else [])]
        return [file for file in tried if file.is_file()]
    return []


def new_visit() -> str:
    """A name for one way through the steps, that no other has."""
    return secrets.token_hex(8)


def keep(files: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    """Keep uploaded files on disk for the import, each in a folder of its own; returns their paths."""
    _sweep()
    folder = settings().home / "uploads" / secrets.token_hex(8)
    names = distinct([Path(name).name for name, _content in files])
    paths = [folder / str(number) / name for number, name in enumerate(names, 1)]
    for path, (_name, content) in zip(paths, files, strict=True):
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return tuple(str(path) for path in paths)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, with a number in each that was there before: export.csv and export (2).csv."""
    told: list[str] = []
    for name in names:
        stem, dot, ending = name.partition(".")
        numbered = (f"{stem} ({n}){dot}{ending}" for n in count(2))
        told.append(name if name not in told else next(other for other in numbered if other not in told))
    return tuple(told)


def _sweep() -> None:
    parent, limit = settings().home / "uploads", (now() - _KEEP_UPLOADS).timestamp()
    for folder in parent.iterdir() if parent.exists() else ():
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)


def look(wish: Wish, said: Mapping[str, str]) -> tuple[TableLook, ...]:
    """What the files are; `said` (table -> role) is what the reader says against the proposal."""
    chosen = tuple(sorted(said.items()))
    return _look(replace(wish, tables={}, mapping={}).key, wish.visit, chosen, _request(wish, dry_run=True))


@st.cache_resource(max_entries=8, show_spinner=False)
def _look(key: str, visit: str, said: tuple[tuple[str, str], ...], _request: ImportRequest) -> tuple[TableLook, ...]:
    return looking.preview(replace(_request, tables={}, mapping={}), dict(said))


def _request(wish: Wish, *, dry_run: bool) -> ImportRequest:
    current = settings()
    named = set(wish.tables.values())
    return ImportRequest(
        paths=tuple(path for path in wish.paths if path not in named),
        tables=dict(wish.tables),
        without=wish.without,
        mapping={"tables": {role: dict(columns) for role, columns in wish.mapping.items()}} if wish.mapping else {},
        as_of=wish.as_of,
        mode=wish.mode,
        max_reject_share=current.max_reject_share if wish.reject_share is None else wish.reject_share,
        options=dict(wish.options),
        dry_run=dry_run,
        today=today(),
        home=current.home,
    )


def accepted_rejects() -> float:
    """The share (0-1) of bad rows of a file that is accepted where nobody says otherwise."""
    return settings().max_reject_share


def check(wish: Wish) -> Job:
    """Start checking every value of the files; nothing is changed."""
    return jobs.start("check", wish.key, _work(wish, dry_run=True), wish.visit)


def load(wish: Wish) -> Job:
    """Start loading the files as a new release."""
    return jobs.start("load", wish.key, _work(wish, dry_run=False), wish.visit)


def demo(visit: str = "", customers: int = 2_000, months: int = 36, seed: int = 7) -> Job:
    """Start making the demo company."""
    current, database = settings(), releases.database()

    def work(report: Callable[[Progress], None]) -> Loaded:
        return load_demo(current, database, customers=customers, months=months, seed=seed, now=now(), progress=report)

    return jobs.start("demo", DEMO, work, visit)


def _work(wish: Wish, *, dry_run: bool) -> Callable[[Callable[[Progress], None]], Loaded]:
    current, database, request = settings(), releases.database(), _request(wish, dry_run=dry_run)
    return lambda report: load_files(current, database, request, now=now(), progress=report)


def log() -> list[ImportRun]:
    """The last imports, newest first."""
    return imports.all(releases.database())


def rejects(path: str) -> bytes:
    """The file of rejected rows of an import; only files below the data folder are given out."""
    file, home = Path(path).resolve(), settings().home.resolve()
    if not file.is_relative_to(home) or not file.is_file():
        raise DataProblem(
            f"The file of rejected rows {file.name} is gone. Load the files again to have it written anew."
        )
    return file.read_bytes()


def saved_mappings() -> list[Document]:
    """The newest version of every saved mapping."""
    return mappings.all(releases.database())


def save_mapping(name: str, wish: Wish) -> Document:
    """Keep how columns were mapped under a name, as its next version."""
    document: dict[str, Any] = {"name": name, "tables": wish.mapping, "options": wish.options}
    return mappings.save(releases.database(), name, document)

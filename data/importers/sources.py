"""From the paths a reader names to raw tables: single files, folders, patterns, archives, databases."""

import glob
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from data.errors import DataProblem
from data.exact_paths import matching
from data.importers import containers, database_source
from data.importers.openers import Found, Opener, file_name
from data.importers.options import ReadOptions
from data.importers.raw import FILE, ROW, RawTable
from data.importers.recognise_names import squeezed
from data.importers.workbench import Workbench, quoted
from data.staged import Note

#: Files that lie beside data and hold none.
_ASIDE = frozenset(
    [
        ".md",
        ".rst",
        ".pdf",
        ".html",
        ".htm",
        ".py",
        ".sql",
        ".r",
        ".ipynb",
        ".yml",
        ".yaml",
        ".toml",
        ".log",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".svg",
        ".docx",
        ".pptx",
        ".sha256",
        ".md5",
        ".lock",
        ".ini",
        ".cfg",
        ".db",
        ".sqlite",
        ".ds_store",
    ]
)
_ASIDE_NAMES = frozenset(["readme", "license", "licence", "changelog", "notice", "thumbs.db", "makefile"])


def tables_of(bench: Workbench, path: str, options: ReadOptions, known: frozenset[str] = frozenset()) -> Found:
    """Open whatever `path` names; several files of a folder with the same header become one table."""
    opener = Opener(bench, options, known)
    if database_source.is_address(path):
        return opener.database(path)
    place = Path(path).expanduser()
    try:
        return _at(opener, path, place)
    except PermissionError:
        raise DataProblem(f"{path} may not be read: ask for the right to read it.") from None
    except OSError as problem:
        raise DataProblem(f"{path} cannot be read ({problem.strerror or problem}).") from None


def _at(opener: Opener, path: str, place: Path) -> Found:
    if place.is_dir():
        return _folder(opener, place)
    if not place.exists() and glob.has_magic(path):
        return _together(opener.bench, [_file(opener, p, str(p)) for p in _matching(path)])
    book, mark, sheet = path.rpartition("#")
    if not place.exists() and mark and Path(book).is_file():
        return _at(opener.for_sheet(sheet), book, Path(book))
    if not place.exists():
        raise DataProblem(f"There is no file {path}. Check the path.")
    if not place.is_file():
        raise DataProblem(f"{path} is neither a file nor a folder.")
    return _file(opener, place, path)


def _matching(pattern: str) -> list[Path]:
    found = matching(pattern)
    if not found:
        raise DataProblem(f"No file matches {pattern}.")
    return found


def _folder(opener: Opener, folder: Path) -> Found:
    found: list[Found] = []
    skipped: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if _is_aside(path):
            skipped.append(path.relative_to(folder).as_posix())
        else:
            found.append(_file(opener, path, str(path)))
    together = _together(opener.bench, found)
    if not together.tables:
        raise DataProblem(
            f"The folder {folder} holds no table that can be read (CSV, Excel, Parquet, JSON lines, or these in an "
            f"archive)."
        )
    if skipped:
        text = f"{len(skipped)} file(s) of {folder.name} hold no table and were left aside: {', '.join(skipped[:5])}."
        together = replace(together, notes=(*together.notes, Note("file_skipped", text, count=len(skipped))))
    return together


def _is_aside(path: Path) -> bool:
    name = path.name.lower()
    if name.startswith((".", "~$")) or path.suffix.lower() in _ASIDE:
        return True
    if path.stem.lower() in _ASIDE_NAMES or name in _ASIDE_NAMES:
        return True
    # A JSON document beside data is a description unless it is an array or lines of objects.
    return path.suffix.lower() == ".json" and not _is_records(path)


def _is_records(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"[") or (head.startswith(b"{") and b"}" in head.split(b"\n", 1)[0])


def _file(opener: Opener, path: Path, shown: str) -> Found:
    """Open one file; what is packed in it is opened in turn."""
    form = containers.form_of(path)
    if form == "packed":
        return _file(opener, containers.unpack(opener.bench, path), shown)
    if form == "zip":
        inside = containers.members(opener.bench, path)
        parts = [_file(opener, inner, f"{shown}/{name}") for name, inner in inside if not _is_aside(inner)]
        if not parts:
            raise DataProblem(f"{path.name} is an archive without any table.")
        return _together(opener.bench, parts, within=shown)
    if form == "excel":
        return _together(opener.bench, opener.workbook(path, shown))
    return opener.single(form, path, shown)


def _together(bench: Workbench, parts: Sequence[Found], within: str = "") -> Found:
    """Join tables of one folder, or all `within` one archive, with the same columns (in any order) into one."""
    groups: dict[tuple[str, frozenset[str]], list[RawTable]] = {}
    waiting = {relation: late for part in parts for relation, late in part.waiting.items()}
    broken = [b for p in parts for b in p.broken]
    for raw in (raw for part in parts for raw in part.tables):
        alike = frozenset(_alike(c) for c in raw.columns)
        groups.setdefault((within or raw.path.replace("\\", "/").rpartition("/")[0], alike), []).append(raw)
    tables: list[RawTable] = []
    for group in groups.values():
        if len(group) == 1:
            tables.append(group[0])
            continue
        loaded = [waiting.pop(raw.relation).load(bench, raw) if raw.relation in waiting else (raw, ()) for raw in group]
        broken += [(raw.path, b) for raw, records in loaded for b in records]
        tables.append(_union(bench, [raw for raw, _ in loaded]))
    return Found(tuple(tables), tuple(broken), tuple(n for p in parts for n in p.notes), waiting)


def _union(bench: Workbench, group: Sequence[RawTable]) -> RawTable:
    first = group[0]
    relation = bench.view("raw", " UNION ALL ".join(_as_in(first, raw) for raw in group))
    parts = tuple(path for raw in group for path in raw.parts or (raw.path,))
    text = (
        f"{len(parts)} files with the same columns are read as one table: "
        f"{file_name(parts[0])} to {file_name(parts[-1])}."
    )
    return replace(
        first,
        path=f"{parts[0]} and {len(parts) - 1} more",
        parts=parts,
        relation=relation,
        rows=sum(raw.rows for raw in group),
        notes=(*(n for raw in group for n in raw.notes), Note("files_joined", text, count=len(parts))),
        hashes=tuple(sorted(h for raw in group for h in raw.hashes)),
    )


def _as_in(first: RawTable, raw: RawTable) -> str:
    own = {_alike(c): c for c in raw.columns}
    picked = ", ".join(f"{quoted(own[_alike(c)])} AS {quoted(c)}" for c in first.columns)
    return f"SELECT {ROW}, {FILE}, {picked} FROM {quoted(raw.relation)}"


def _alike(column: str) -> str:
    return squeezed(column) or column.lower()

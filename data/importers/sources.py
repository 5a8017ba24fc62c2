"""From the paths a reader names to raw tables: every form of file, folders, archives, databases."""

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import duckdb

from data.errors import DataProblem
from data.importers import containers, database_source, headers, jsonlines, workbook
from data.importers.dialect import Dialect, dialect_of, layout_of
from data.importers.encoding import encoding_of
from data.importers.options import ReadOptions
from data.importers.raw import FILE, ROW, ROW_BITS, RawTable
from data.importers.recognise_names import squeezed
from data.importers.survey import survey
from data.importers.textfile import Broken, TextTable, load, load_records
from data.importers.workbench import Workbench, literal, quoted
from data.staged import Note

#: Files that lie beside data and hold none.
_ASIDE = (
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
)
_ASIDE_NAMES = ("readme", "license", "licence", "changelog", "notice", "thumbs.db", "makefile")


@dataclass(frozen=True)
class Found:
    """Raw tables of one path, records that fitted no columns, and what was said on the way."""

    tables: tuple[RawTable, ...] = ()
    broken: tuple[tuple[str, Broken], ...] = ()
    notes: tuple[Note, ...] = ()


def tables_of(bench: Workbench, path: str, options: ReadOptions, known: frozenset[str] = frozenset()) -> Found:
    """Open whatever `path` names; several files of a folder with the same header become one table."""
    if database_source.is_address(path):
        return _database(bench, path)
    place = Path(path)
    if place.is_dir():
        return _folder(bench, place, options, known)
    if not place.exists() and glob.has_magic(path):
        return _together(bench, [_file(bench, p, str(p), options, known) for p in _matching(path)])
    if not place.exists():
        raise DataProblem(f"There is no file {path}. Check the path.")
    return _file(bench, place, path, options, known)


def _matching(pattern: str) -> list[Path]:
    found = sorted(Path(p) for p in glob.glob(pattern))  # noqa: PTH207  Path.glob takes no absolute pattern
    if not found:
        raise DataProblem(f"No file matches {pattern}.")
    return found


def _folder(bench: Workbench, folder: Path, options: ReadOptions, known: frozenset[str]) -> Found:
    found, skipped = [], []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if _is_aside(path):
            skipped.append(path.relative_to(folder).as_posix())
        else:
            found.append(_file(bench, path, str(path), options, known))
    together = _together(bench, found)
    if not together.tables:
        raise DataProblem(f"The folder {folder} holds no table that can be read (CSV, Excel, Parquet, JSON lines).")
    if skipped:
        text = f"{len(skipped)} file(s) of {folder.name} hold no table and were left aside: {', '.join(skipped[:5])}."
        together = replace(together, notes=(*together.notes, Note("file_skipped", text, count=len(skipped))))
    return together


def _is_aside(path: Path) -> bool:
    name = path.name.lower()
    if (
        name.startswith((".", "~$"))
        or path.suffix.lower() in _ASIDE
        or path.stem.lower() in _ASIDE_NAMES
        or name in _ASIDE_NAMES
    ):
        return True
    # A JSON document beside data is a description unless it is an array or lines of objects.
    return path.suffix.lower() == ".json" and not _is_records(path)


def _is_records(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(1 << 16).lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"[") or (head.startswith(b"{") and b"}" in head.split(b"\n", 1)[0])


def _file(bench: Workbench, path: Path, shown: str, options: ReadOptions, known: frozenset[str]) -> Found:
    form = containers.form_of(path)
    if form == "packed":
        return _inner(bench, containers.unpack(bench, path), shown, options, known)
    if form == "zip":
        parts = [
            _inner(bench, inner, f"{shown}/{name}", options, known)
            for name, inner in containers.members(bench, path)
            if not _is_aside(inner)
        ]
        if not parts:
            raise DataProblem(f"{path.name} is an archive without any table.")
        return _together(bench, parts)
    if form == "excel":
        return _workbook(bench, path, shown, options, known)
    if form == "parquet":
        return _parquet(bench, path, shown)
    if form == "json":
        return _json(bench, path, shown, options)
    return _text(bench, path, shown, options, known)


def _inner(bench: Workbench, path: Path, shown: str, options: ReadOptions, known: frozenset[str]) -> Found:
    """Read an unpacked file; its scratch copy is not needed afterwards."""
    found = _file(bench, path, shown, options, known)
    path.unlink(missing_ok=True)
    return found


def _text(bench: Workbench, path: Path, shown: str, options: ReadOptions, known: frozenset[str]) -> Found:
    facts = survey(path)
    codec = encoding_of(facts, options.of("encoding"))
    sample = facts.head.decode(codec, errors="replace").lstrip("\ufeff").replace("\0", "")
    whole = facts.size <= len(facts.head)
    layout = dialect_of(sample, whole, options.of("delimiter"), options.of("header"), known)
    table = load(bench, path, codec, facts.ascii, facts.nuls == 0, layout)
    _refuse_cut_off(path.name, facts.tail.decode("latin-1"), table, options)
    return _made(bench, shown, table, layout, (facts.sha256,), _said_of_text(_short(shown), codec, layout))


def _refuse_cut_off(shown: str, tail: str, table: TextTable, options: ReadOptions) -> None:
    """A last line that is both unfinished and short of fields means that the file was cut off."""
    last = max((b.row for b in table.broken), default=0)
    if options.of("truncated") == "accept" or not table.broken or tail.endswith(("\n", "\r", "\n\0")):
        return
    if last >= table.last_row:
        raise DataProblem(
            f"{shown} is cut off: its last row {last} ends in the middle ({table.broken[-1].reason}). Fetch the "
            f"whole file, "
            "or load what is there with --option truncated=accept."
        )


def _said_of_text(shown: str, codec: str, layout: Dialect) -> list[Note]:
    notes = []
    if codec not in ("utf-8", "utf-8-sig"):
        notes.append(
            Note(
                "encoding",
                f"{shown} is not UTF-8; it is read as {codec} (set --option encoding=NAME if that is wrong).",
            )
        )
    if layout.header is None:
        notes.append(
            Note("no_header", f"{shown} has no header row; its columns are column_1 to column_{layout.width}.")
        )
    if layout.skip:
        notes.append(
            Note(
                "lines_skipped", f"{shown}: {layout.skip} line(s) before the header were left aside.", count=layout.skip
            )
        )
    return notes


def _workbook(bench: Workbench, path: Path, shown: str, options: ReadOptions, known: frozenset[str]) -> Found:
    digest, wanted = survey(path).sha256, options.of("sheet")
    parts = []
    for sheet in workbook.sheets(path):
        if wanted and sheet.name != wanted:
            continue
        layout = layout_of(sheet.rows, options.of("header"), known)
        first = layout.skip + (layout.header is not None)
        numbered = ((i + 1, row) for i, row in enumerate(sheet.rows) if i >= first and any(row))
        table = load_records(bench, numbered, layout.width)
        parts.append(
            _made(
                bench,
                f"{shown}#{sheet.name}",
                table,
                layout,
                (digest,),
                _said_of_text(_short(shown), "utf-8", layout),
                excel=True,
            )
        )
    if not parts:
        raise DataProblem(
            f"{path.name} has no sheet {wanted!r} with rows."
            if wanted
            else f"{path.name} is a workbook without any row."
        )
    return _together(bench, parts)


def _json(bench: Workbench, path: Path, shown: str, options: ReadOptions) -> Found:
    facts = survey(path)
    codec = encoding_of(facts, options.of("encoding"))
    keys = jsonlines.headers(path, codec)
    table = load_records(bench, jsonlines.rows(path, codec, keys), len(keys))
    return _made(bench, shown, table, Dialect("", len(keys), 0, tuple(keys)), (facts.sha256,), [])


def _database(bench: Workbench, address: str) -> Found:
    source = database_source.parse(address)
    records, digest = database_source.rows(source), sha256()
    keys = next(records)

    def numbered() -> Iterator[tuple[int, Sequence[str]]]:
        for row, record in enumerate(records, start=1):
            digest.update("\x1f".join(record).encode() + b"\x1e")
            yield row, record

    table = load_records(bench, numbered(), len(keys))
    layout = Dialect("", len(keys), 0, tuple(keys))
    return _made(bench, source.shown, table, layout, (digest.hexdigest(),), [], name=source.name)


def _parquet(bench: Workbench, path: Path, shown: str) -> Found:
    target = bench.file(".parquet")
    try:
        names = [r[0] for r in bench.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})")]
        columns = ", ".join(f"nullif(trim(CAST({quoted(n)} AS VARCHAR)), '') AS c{i}" for i, n in enumerate(names))
        query = f"SELECT {columns} FROM read_parquet({literal(str(path))})"
        rows = bench.number(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    except duckdb.Error as problem:
        raise DataProblem(
            f"{path.name} cannot be read as Parquet ({str(problem).splitlines()[0]}); it may be cut off."
        ) from None
    layout = Dialect("", len(names), 0, tuple(names))
    return _made(bench, shown, TextTable(target, rows, len(names)), layout, (survey(path).sha256,), [])


def _made(
    bench: Workbench,
    shown: str,
    table: TextTable,
    layout: Dialect,
    hashes: tuple[str, ...],
    notes: list[Note],
    name: str = "",
    excel: bool = False,
) -> Found:
    """Put the cleaned header over the loaded columns."""
    columns, said = _columns(layout, _short(shown))
    first = 1 + (layout.header is not None)
    row = ROW if table.numbered else f"file_row_number + {first} AS {ROW}"
    picked = ", ".join(f"c{i} AS {quoted(column)}" for i, column in enumerate(columns))
    query = (
        f"SELECT {row}, {literal(_short(shown))} AS {FILE}, {picked} "
        f"FROM read_parquet({literal(str(table.parquet))}, file_row_number=true)"
    )
    relation = bench.view("raw", query)
    if not table.rows and not table.broken:
        notes = [*notes, Note("no_rows", f"{_short(shown)} has a header and no rows.", severity="warning")]
    raw = RawTable(name or _stem(shown), shown, relation, columns, table.rows, (*notes, *said), excel, hashes)
    return Found((raw,), tuple((raw.path, broken) for broken in table.broken))


def _columns(layout: Dialect, shown: str) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    if layout.header is None:
        return headers.numbered(layout.width), ()
    cells = [*layout.header[: layout.width]]
    cells = ["", *cells] if layout.shift == 1 else [*cells, *[""] * (layout.width - len(cells))]
    return headers.clean(cells, shown)


def _short(shown: str) -> str:
    """Return the file's own name, with sheet or member."""
    return shown.replace("\\", "/").rsplit("/", 1)[-1]


def _stem(shown: str) -> str:
    last = _short(shown)
    return last.split("#", 1)[1] if "#" in last else last.split(".", 1)[0]


def _together(bench: Workbench, parts: Sequence[Found]) -> Found:
    """Join tables of one folder with the same columns (in any order) into one."""
    groups: dict[tuple[str, frozenset[str]], list[RawTable]] = {}
    for raw in (raw for part in parts for raw in part.tables):
        alike = frozenset(_alike(c) for c in raw.columns)
        groups.setdefault((raw.path.rpartition("/")[0], alike), []).append(raw)
    tables = tuple(_union(bench, group) for group in groups.values())
    return Found(tables, tuple(b for p in parts for b in p.broken), tuple(n for p in parts for n in p.notes))


def _union(bench: Workbench, group: Sequence[RawTable]) -> RawTable:
    first = group[0]
    if len(group) == 1:
        return first
    selects = [_as_in(first, raw, number) for number, raw in enumerate(group)]
    relation = bench.view("raw", " UNION ALL ".join(selects))
    text = (
        f"{len(group)} files with the same columns are read as one table: {_short(first.path)} to "
        f"{_short(group[-1].path)}."
    )
    return replace(
        first,
        path=f"{first.path} and {len(group) - 1} more",
        relation=relation,
        rows=sum(raw.rows for raw in group),
        notes=(*(n for raw in group for n in raw.notes), Note("files_joined", text, count=len(group))),
        hashes=tuple(sorted(h for raw in group for h in raw.hashes)),
    )


def _as_in(first: RawTable, raw: RawTable, number: int) -> str:
    own = {_alike(c): c for c in raw.columns}
    picked = ", ".join(f"{quoted(own[_alike(c)])} AS {quoted(c)}" for c in first.columns)
    return f"SELECT {ROW} + {number << ROW_BITS} AS {ROW}, {FILE}, {picked} FROM {quoted(raw.relation)}"


def _alike(column: str) -> str:
    return squeezed(column) or column.lower()

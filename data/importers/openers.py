"""One opener per form of file: text, workbook, JSON lines, Parquet, database, each to raw tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import duckdb

from data.errors import DataProblem
from data.importers import database_source, headers, jsonlines
from data.importers.dialect import Dialect, dialect_of, layout_of
from data.importers.encoding import encoding_of
from data.importers.options import ReadOptions
from data.importers.raw import FILE, ROW, RawTable
from data.importers.survey import Survey, survey
from data.importers.textfile import Broken, TextTable, is_direct, load, load_records, scan
from data.importers.workbench import Workbench, as_parquet, literal, quoted, this_file
from data.importers.workbook import Sheet, sheets
from data.staged import Note

#: Clean text files of this size are not loaded before it is known how they are read: then their values can be typed
#: in the same pass, which halves the time.
BIG = 32 << 20


@dataclass(frozen=True)
class Waiting:
    """A big text file that is looked at, but not loaded yet."""

    path: Path
    codec: str
    facts: Survey
    layout: Dialect
    options: ReadOptions

    @property
    def rows(self) -> int:
        """About how many rows the file has, from the length of the first ones."""
        return round(self.facts.size / max(len(self.facts.head) / max(self.facts.head.count(b"\n"), 1), 1))

    def load(self, bench: Workbench, raw: RawTable) -> tuple[RawTable, tuple[Broken, ...]]:
        """Load the file as text under the raw table's relation."""
        table = load(bench, self.path, self.codec, self.facts.ascii, self.facts.nuls == 0, self.layout)
        _refuse_cut_off(self.path.name, self.facts, table, self.options)
        bench.replace_view(raw.relation, _headed(table, self.layout, raw.path, raw.columns))
        return replace(raw, rows=table.rows), table.broken


@dataclass(frozen=True)
class Found:
    """Raw tables of one path, records that fitted no columns by path, what was said, and what is not loaded yet."""

    tables: tuple[RawTable, ...] = ()
    broken: tuple[tuple[str, Broken], ...] = ()
    notes: tuple[Note, ...] = ()
    waiting: Mapping[str, Waiting] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Opener:
    """Opens files for one import; `known` are squeezed column names that make a first row a header."""

    bench: Workbench
    options: ReadOptions
    known: frozenset[str]

    def for_sheet(self, sheet: str) -> "Opener":
        """Return an opener that takes one sheet of a workbook."""
        return replace(self, options=ReadOptions({**self.options.given, "sheet": sheet}))

    def single(self, form: str, path: Path, shown: str) -> Found:
        """Open a file that holds one table."""
        if form == "parquet":
            return self.parquet(path, shown)
        return self.json(path, shown) if form == "json" else self.text(path, shown)

    def text(self, path: Path, shown: str) -> Found:
        """Open delimited text."""
        facts, options = survey(path), self.options
        codec = encoding_of(facts, options.of("encoding"))
        sample = facts.head.decode(codec, errors="replace").lstrip("\ufeff").replace("\0", "")
        whole = facts.size <= len(facts.head)
        layout = dialect_of(sample, whole, options.of("delimiter"), options.of("header"), self.known)
        notes = _said_of_text(file_name(shown), codec, layout)
        if facts.size >= BIG and facts.nuls == 0 and is_direct(codec, layout):
            return self._later(Waiting(path, codec, facts, layout, options), shown, notes)
        table = load(self.bench, path, codec, facts.ascii, facts.nuls == 0, layout)
        _refuse_cut_off(path.name, facts, table, options)
        return self._made(shown, table, layout, facts.sha256, notes)

    def _later(self, waiting: Waiting, shown: str, notes: list[Note]) -> Found:
        columns, said = _columns(waiting.layout, file_name(shown))
        picked = ", ".join(f"c{i} AS {quoted(column)}" for i, column in enumerate(columns))
        source = scan(waiting.path, waiting.layout)
        relation = self.bench.view(
            "raw", f"SELECT CAST(NULL AS BIGINT) AS {ROW}, {literal(shown)} AS {FILE}, {picked} FROM {source}"
        )
        raw = RawTable(_stem(shown), shown, relation, columns, 0, (*notes, *said), hashes=(waiting.facts.sha256,))
        return Found((raw,), waiting={relation: waiting})

    def workbook(self, path: Path, shown: str) -> list[Found]:
        """Open every sheet with rows, or the one the reader asked for."""
        digest, wanted = survey(path).sha256, self.options.of("sheet")
        found = [
            self._sheet(sheet, f"{shown}#{sheet.name}", digest)
            for sheet in sheets(path)
            if not wanted or sheet.name == wanted
        ]
        if not found:
            what = f"no sheet {wanted!r} with rows" if wanted else "no sheet with rows"
            raise DataProblem(f"{path.name} has {what}. Name another sheet with --option sheet=NAME.")
        return found

    def _sheet(self, sheet: Sheet, shown: str, digest: str) -> Found:
        layout = layout_of(sheet.rows, self.options.of("header"), self.known)
        first = layout.skip + (layout.header is not None)
        numbered = ((i + 1, row) for i, row in enumerate(sheet.rows) if i >= first and any(row))
        table = load_records(self.bench, numbered, layout.width)
        notes = _said_of_text(file_name(shown), "utf-8", layout)
        return self._made(shown, table, layout, digest, notes, excel=True)

    def json(self, path: Path, shown: str) -> Found:
        """Open JSON lines or one array of objects."""
        facts = survey(path)
        codec = encoding_of(facts, self.options.of("encoding"))
        keys = jsonlines.headers(path, codec)
        table = load_records(self.bench, jsonlines.rows(path, codec, keys), len(keys))
        return self._made(shown, table, Dialect("", len(keys), 0, tuple(keys)), facts.sha256, [])

    def database(self, address: str) -> Found:
        """Run a query or read a table of a database."""
        source = database_source.parse(address)
        records, digest = database_source.rows(source), sha256()
        keys = next(records)

        def numbered() -> Iterator[tuple[int, Sequence[str]]]:
            for row, record in enumerate(records, start=1):
                digest.update("\x1f".join(record).encode() + b"\x1e")
                yield row, record

        table = load_records(self.bench, numbered(), len(keys))
        layout = Dialect("", len(keys), 0, tuple(keys))
        return self._made(source.shown, table, layout, digest.hexdigest(), [], name=source.name)

    def parquet(self, path: Path, shown: str) -> Found:
        """Open Parquet; every value becomes the text a CSV would hold."""
        target, file = self.bench.file(".parquet"), f"read_parquet({this_file(path)})"
        try:
            names = [str(row[0]) for row in self.bench.rows(f"DESCRIBE SELECT * FROM {file}")]
            columns = ", ".join(f"nullif(trim(CAST({quoted(n)} AS VARCHAR)), '') AS c{i}" for i, n in enumerate(names))
            query = f"COPY (SELECT {columns} FROM {file}) TO {literal(str(target))} {as_parquet(len(names))}"
            rows = self.bench.number(query)
        except duckdb.Error as problem:
            why = str(problem).splitlines()[0]
            raise DataProblem(f"{path.name} cannot be read as Parquet ({why}); it may be cut off.") from None
        layout = Dialect("", len(names), 0, tuple(names))
        return self._made(shown, TextTable(target, rows, len(names)), layout, survey(path).sha256, [])

    def _made(
        self,
        shown: str,
        table: TextTable,
        layout: Dialect,
        digest: str,
        notes: list[Note],
        name: str = "",
        excel: bool = False,
    ) -> Found:
        """Put the cleaned header over the loaded columns."""
        columns, said = _columns(layout, file_name(shown))
        relation = self.bench.view("raw", _headed(table, layout, shown, columns))
        if not table.rows and not table.broken:
            text = f"{file_name(shown)} has a header and no rows."
            notes = [*notes, Note("no_rows", text, severity="warning")]
        named = name or _stem(shown)
        raw = RawTable(named, shown, relation, columns, table.rows, (*notes, *said), excel, (digest,))
        return Found((raw,), tuple((shown, broken) for broken in table.broken))


def _headed(table: TextTable, layout: Dialect, shown: str, columns: Sequence[str]) -> str:
    first = 1 + (layout.header is not None)
    row = ROW if table.numbered else f"file_row_number + {first} AS {ROW}"
    picked = ", ".join(f"c{i} AS {quoted(column)}" for i, column in enumerate(columns))
    return (
        f"SELECT {row}, {literal(shown)} AS {FILE}, {picked} "
        f"FROM read_parquet({this_file(table.parquet)}, file_row_number=true)"
    )


def _columns(layout: Dialect, shown: str) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    if layout.header is None:
        return headers.numbered(layout.width), ()
    cells = [*layout.header[: layout.width]]
    cells = ["", *cells] if layout.shift == 1 else [*cells, *[""] * (layout.width - len(cells))]
    return headers.clean(cells, shown)


def _refuse_cut_off(name: str, facts: Survey, table: TextTable, options: ReadOptions) -> None:
    """A last line that is both unfinished and short of fields means that the file was cut off."""
    finished = facts.tail.endswith((b"\n", b"\r", b"\n\0"))
    if options.of("truncated") == "accept" or not table.broken or finished:
        return
    last = table.broken[-1]
    if last.row >= table.last_row:
        raise DataProblem(
            f"{name} is cut off: its last row {last.row} ends in the middle ({last.reason}). Fetch the whole file, "
            "or load what is there with --option truncated=accept."
        )


def _said_of_text(shown: str, codec: str, layout: Dialect) -> list[Note]:
    notes: list[Note] = []
    if codec not in ("utf-8", "utf-8-sig"):
        text = f"{shown} is not UTF-8; it is read as {codec}. Set --option encoding=NAME if that is wrong."
        notes.append(Note("encoding", text))
    if layout.header is None:
        text = f"{shown} has no header row; its columns are called column_1 to column_{layout.width}."
        notes.append(Note("no_header", text, severity="warning"))
    if layout.skip:
        text = f"{shown}: {layout.skip} line(s) before the header were left aside."
        notes.append(Note("lines_skipped", text, count=layout.skip))
    return notes


def file_name(shown: str) -> str:
    """Return the file's own name, with sheet or member."""
    return shown.replace("\\", "/").rsplit("/", 1)[-1]


def _stem(shown: str) -> str:
    last = file_name(shown)
    return last.split("#", 1)[1] if "#" in last else last.split(".", 1)[0]

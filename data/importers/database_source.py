"""Tables of any database SQLAlchemy reaches: `sqlite:///file.db?query=SELECT ...` or `...?table=NAME`."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

from sqlalchemy import URL, Engine, MetaData, Table, create_engine, make_url, select, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.sql import Executable

from data.errors import DataProblem
from data.importers.workbook import as_text

_CHUNK = 10_000


@dataclass(frozen=True)
class Source:
    """What to read from where."""

    url: str
    query: str
    table: str

    @property
    def shown(self) -> str:
        """The address as it may be shown and logged, with what is read there: one database has many tables."""
        # Options are left out: a password may stand among them too.
        scheme, mark, place = self.url.partition("?")[0].partition("://")
        # A password may hold an @ that should have been written as %40.
        user, at, rest = place.rpartition("@")
        name, colon, _password = user.partition(":")
        return f"{scheme}{mark}{name}{':***' if colon else ''}{at}{rest}?{self._part}"

    @property
    def _part(self) -> str:
        # Of a query only a mark: it may be long, and values stand in it.
        return f"query={sha256(self.query.encode()).hexdigest()[:8]}" if self.query else f"table={self.table}"

    @property
    def name(self) -> str:
        """A name for the table."""
        return self.table or "query"


def is_address(path: str) -> bool:
    """Say whether a path is a database address."""
    return "://" in path


def shown(path: str) -> str:
    """A path or address as it may be shown and logged."""
    if not is_address(path):
        return path
    try:
        return parse(path).shown
    except DataProblem:
        return _hidden(path)


def _hidden(address: str) -> str:
    return f"{address.partition('://')[0]}://..."


def parse(address: str) -> Source:
    """Split the address into database and what to read from it."""
    asked = parse_qsl(address.partition("?")[2], keep_blank_values=True)
    own = {key: value for key, value in asked if key in ("query", "table")}
    rest = urlencode([(key, value) for key, value in asked if key not in own])
    if not any(own.values()):
        raise DataProblem(
            "A database address must say what to read: add ?query=SELECT ... or ?table=NAME, as in "
            "sqlite:///shop.db?table=customers."
        )
    base = address.split("?", 1)[0] + (f"?{rest}" if rest else "")
    try:
        make_url(base)
    except (ArgumentError, ValueError):
        raise DataProblem(f"{_hidden(address)} is no database address SQLAlchemy understands.") from None
    return Source(base, own.get("query", ""), own.get("table", ""))


def rows(source: Source) -> Iterator[list[str]]:
    """Give the header, then every row as text, streamed; only reading statements are run."""
    if source.query and not source.query.lstrip(" (\n\t").lower().startswith(("select", "with", "values", "table")):
        raise DataProblem("Only a reading query may be given: it must begin with SELECT or WITH.")
    try:
        engine = create_engine(_only_read(source))
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True, yield_per=_CHUNK).execute(
                _statement(source, engine)
            )
            yield list(result.keys())
            for row in result:
                yield [as_text(cell) for cell in row]
        engine.dispose()
    except NoSuchTableError:
        raise DataProblem(f"{source.shown}: there is no table {source.table}.") from None
    except (SQLAlchemyError, NoSuchModuleError, ImportError) as problem:
        raise DataProblem(f"{source.shown} cannot be read: {_first_line(problem)}") from None


def _only_read(source: Source) -> URL:
    """The address to open; SQLite would make a file that is missing, so it is told to read only one that is there."""
    url = make_url(source.url)
    place = url.database or ""
    if url.get_backend_name() != "sqlite" or place in ("", ":memory:") or place.startswith("file:"):
        return url
    path = Path(place).expanduser()
    if not path.is_file():
        raise DataProblem(
            f"{source.shown}: there is no file {place}. Nothing was made. Check the path: three slashes begin one from "
            "the folder the program runs in (sqlite:///shop.db), four an absolute one (sqlite:////data/shop.db)."
        )
    # As a path of a URI: signs such as ? and # would end it.
    read_only = url.set(database=f"file:{quote(str(path.resolve()))}")
    return read_only.update_query_dict({"mode": "ro", "uri": "true"})


def _statement(source: Source, engine: Engine) -> Executable:
    if source.query:
        return text(source.query)
    return select(Table(source.table, MetaData(), autoload_with=engine))


def _first_line(problem: Exception) -> str:
    return str(getattr(problem, "orig", problem) or problem).splitlines()[0]

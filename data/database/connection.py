"""Opens the app database once per process and address; reads and writes in transactions."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, update
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from data.database.documents import from_text, to_text
from data.database.migrate import to_head
from data.database.tables import DataVersionRow
from data.database.trail import AuditedSession
from data.errors import Busy, SettingsProblem
from data.settings import Settings

LOCAL_USER = "local"
WAIT_SECONDS = 10
_RECENT_SECONDS = 0.1
_DATA_VERSION = f"SELECT number FROM {DataVersionRow.__tablename__}"

_opened: dict[str, "Database"] = {}
_opening = threading.Lock()


class Database:
    """The app database; `reading` and `writing` are the only ways in."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writers = engine.execution_options(writing=True)
        self._here = threading.local()
        self._lock = threading.Lock()
        self._writes = 0
        self._seen: tuple[int, float] | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and stores nothing; inside `writing` it is that session."""
        joined = self._writing_here()
        if joined is not None:
            yield joined
            return
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self, who: str | None = None) -> Iterator[Session]:
        """One transaction: all of it is stored or nothing; Busy when somebody else changed the same record.

        Inside another `writing` of the same thread it joins that transaction, so a use case can wrap several writes.
        """
        joined = self._writing_here()
        if joined is not None:
            with joined.begin_nested():
                yield joined
            return
        try:
            with (
                conflicts_explained(),
                AuditedSession(self._writers, expire_on_commit=False) as session,
                session.begin(),
            ):
                session.info["who"] = who or LOCAL_USER
                _raise_data_version(session)
                self._here.session = session
                try:
                    yield session
                finally:
                    self._here.session = None
        finally:
            self._forget_version()

    def data_version(self) -> int:
        """Rises with every writing transaction: the same number, the same content."""
        with self.engine.connect() as connection:
            # As text: every run of a page asks, and SQLAlchemy takes longer over a statement than the database.
            return connection.exec_driver_sql(_DATA_VERSION).scalar_one()

    def recent_version(self) -> int:
        """The data version, of what other processes wrote up to a tenth of a second late.

        A run of a page asks several times, and each question lets the other threads of a busy server go first.
        """
        with self._lock:
            writes = self._writes
            if self._seen is not None and time.monotonic() < self._seen[1]:
                return self._seen[0]
        number = self.data_version()
        with self._lock:
            if writes == self._writes:
                self._seen = number, time.monotonic() + _RECENT_SECONDS
        return number

    def _forget_version(self) -> None:
        with self._lock:
            self._writes += 1
            self._seen = None

    def close(self) -> None:
        """Gives the connections back; the next `open_database` opens anew."""
        for address in [address for address, database in _opened.items() if database is self]:
            del _opened[address]
        self.engine.dispose()

    def _writing_here(self) -> Session | None:
        return getattr(self._here, "session", None)


def open_database(settings: Settings) -> Database:
    """The app database at its newest schema, ready for use; opened once per process and address."""
    with _opening:
        if settings.database_url not in _opened:
            _opened[settings.database_url] = _open(settings.database_url)
        return _opened[settings.database_url]


def close_databases() -> None:
    """Closes every database this process opened."""
    for database in list(_opened.values()):
        database.close()


def _open(address: str) -> Database:
    engine = connect(address)
    with ExitStack() as unless_ready:
        unless_ready.callback(engine.dispose)
        try:
            to_head(engine)
        except DatabaseError as refused:
            raise SettingsProblem(_unreachable(engine, refused)) from refused
        unless_ready.pop_all()
    return Database(engine)


def connect(address: str) -> Engine:
    """An engine with the rules of this project: foreign keys, waiting for locks, documents that keep days."""
    url = make_url(address)
    if url.get_backend_name() == "postgresql":
        waiting = {"options": f"-c lock_timeout={WAIT_SECONDS * 1000}"}
        return create_engine(url, json_serializer=to_text, json_deserializer=from_text, connect_args=waiting)
    _make_folder(Path(str(url.database)).parent)
    engine = create_engine(url, json_serializer=to_text, json_deserializer=from_text)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions start at the first write, after the reading: two writers would both read the old
    # value. Off, so that `_begin_sqlite` decides.
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {WAIT_SECONDS * 1000}", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as refused:
        raise SettingsProblem(
            f"The folder {folder} for the app database cannot be made ({refused.strerror}). "
            "Set CHURN_HOME or CHURN_DATABASE_URL to a place this user may write to."
        ) from refused


def _raise_data_version(session: Session) -> None:
    # The first statement of the transaction takes the lock on the one row, so writers stand in line on PostgreSQL as
    # they do on SQLite, and whatever is read afterwards (the latest release number) cannot be outdated.
    session.execute(update(DataVersionRow).values(number=DataVersionRow.number + 1, version=DataVersionRow.version + 1))


@contextmanager
def conflicts_explained() -> Iterator[None]:
    """Turns a lock that was waited for in vain, and a row that changed meanwhile, into Busy."""
    try:
        yield
    except StaleDataError as stale:
        raise Busy("The record was changed by somebody else since it was read. Load it again and repeat.") from stale
    except OperationalError as refused:
        if not _is_lock(refused):
            raise
        raise Busy(
            f"Somebody else is writing to the app database; waited {WAIT_SECONDS} seconds. Try again in a moment."
        ) from refused


def _is_lock(refused: OperationalError) -> bool:
    return "database is locked" in str(refused.orig) or getattr(refused.orig, "sqlstate", "") == "55P03"


def _unreachable(engine: Engine, refused: DatabaseError) -> str:
    reason = str(refused.orig).strip().splitlines()[0]
    return (
        f"The app database {engine.url.render_as_string(hide_password=True)} cannot be opened: {reason}. "
        "Set CHURN_DATABASE_URL to one that runs and that this user may use, or unset it for a file in CHURN_HOME."
    )

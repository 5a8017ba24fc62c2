"""Stage the demo company as an import: made once into a working folder, handed over table by table in batches."""

import hashlib
import json
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import DataProblem
from data.records import MetricOptions
from data.sample.billing import CURRENCY
from data.sample.columns import compute
from data.sample.company import VERSION, Company, chunk_tables
from data.sample.firms import ATTRIBUTES
from data.sample.timeline import timeline
from data.sample.truth import ALL_EFFECTS, planted
from data.staged import Note, Progress, StagedImport, StagedTable

CUSTOMERS_ALLOWED = (1, 5_000_000)


class Workspace:
    """A folder with one Parquet file per table and chunk; deleted when nobody holds it any more."""

    def __init__(self, parent: Path | None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="demo-company-", dir=parent))
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def batches(self, files: list[Path], schema: pa.Schema) -> pa.RecordBatchReader:
        """Return a fresh reader over these files, which keeps the folder alive."""
        return pa.RecordBatchReader.from_batches(schema, self._rows(files))

    def _rows(self, files: list[Path]) -> Iterator[pa.RecordBatch]:
        for file in files:
            with pq.ParquetFile(file) as parquet:
                yield from parquet.iter_batches()


@dataclass
class Written:
    """What has been written of one table so far."""

    schema: pa.Schema
    files: list[Path] = field(default_factory=list)
    rows: int = 0
    newest: date | None = None


def demo_company(
    customers: int, months: int, seed: int, *, end: date, effects: Iterable[str] = ALL_EFFECTS, usage: bool = True
) -> Company:
    """Return the company these parameters make; DataProblem when they are out of range."""
    low, high = CUSTOMERS_ALLOWED
    if not low <= customers <= high:
        raise DataProblem(f"A demo company of {customers:,} customers cannot be made; choose {low} to {high:,}.")
    if seed < 0:
        raise DataProblem(f"The seed {seed} is negative; choose 0 or more.")
    company = Company(customers, months, seed, timeline(months, end).as_of, frozenset(effects), usage)
    planted(company.effects)
    return company


def stage_demo(
    customers: int = 2_000,
    months: int = 36,
    seed: int = 7,
    *,
    end: date,
    effects: Iterable[str] = ALL_EFFECTS,
    usage: bool = True,
    folder: Path | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> StagedImport:
    """Make the demo company up to the last month complete at `end` and stage all of its tables.

    effects  Planted effects to keep, of `truth.ALL_EFFECTS`; none makes a company in which nothing is to be found.
    usage    False leaves out usage_daily and feature_usage, the two large tables.
    folder   Where the working folder is made; the system's own place when None.
    """
    company = demo_company(customers, months, seed, end=end, effects=effects, usage=usage)
    workspace = Workspace(folder)
    written = _write(company, workspace.folder, progress)
    return StagedImport(
        tables=tuple(_staged(name, table, company, workspace) for name, table in written.items()),
        as_of=company.line.as_of,
        options=MetricOptions(reporting_currency=CURRENCY),
        notes=(Note("demo", f"Demo company made from seed {seed}: not real customers.", count=customers),),
    )


def _write(company: Company, folder: Path, progress: Callable[[Progress], None] | None) -> dict[str, Written]:
    written: dict[str, Written] = {}
    for number, chunk in enumerate(company.chunks):
        for name, table in chunk_tables(company, chunk).items():
            file = folder / f"{name}-{number:05}.parquet"
            pq.write_table(table, file, compression="lz4")
            _note(written.setdefault(name, Written(table.schema)), table, file, company.line.as_of)
        if progress is not None:
            progress(Progress("demo", chunk.first + chunk.size, company.customers))
    return written


def _note(so_far: Written, table: pa.Table, file: Path, as_of: date) -> None:
    so_far.files.append(file)
    so_far.rows += table.num_rows
    found = [day for day in (so_far.newest, newest_day(table, as_of)) if day is not None]
    so_far.newest = max(found, default=None)


def newest_day(table: pa.Table, as_of: date) -> date | None:
    """Return the latest day in any column of days or moments that is not after `as_of`."""
    columns = [c for c in table.columns if pa.types.is_date32(c.type) or pa.types.is_timestamp(c.type)]
    known = [compute.cast(c, pa.date32(), safe=False) for c in columns]
    past = [compute.max(c.filter(compute.less_equal(c, as_of))).as_py() for c in known]
    return max((day for day in past if day is not None), default=None)


def _staged(name: str, written: Written, company: Company, workspace: Workspace) -> StagedTable:
    return StagedTable(
        name=name,
        batches=lambda: workspace.batches(written.files, written.schema),
        read=written.rows,
        loaded=written.rows,
        rejected=0,
        content_hash=content_hash(company, name),
        sources=(f"demo company, seed {company.seed}",),
        newest=written.newest,
        attributes=ATTRIBUTES if name == "customers" else {},
    )


def content_hash(company: Company, table: str) -> str:
    """Return what identifies a table's rows: the company's parameters and the version of the generator."""
    parts = [VERSION, table, company.customers, company.months, company.seed, str(company.end)]
    text = json.dumps([*parts, sorted(company.effects), company.usage])
    return hashlib.sha256(text.encode()).hexdigest()

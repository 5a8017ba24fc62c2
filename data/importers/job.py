"""One import while it is worked on: what was asked, where it works, what was found and said so far."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from data.exact_paths import exact
from data.importers.openers import Found
from data.importers.options import ReadOptions
from data.importers.raw import RawTable
from data.importers.recognise_fields import Reading
from data.importers.rejects import Rejects
from data.importers.request import ImportRequest
from data.importers.textfile import Broken
from data.importers.workbench import Workbench, literal
from data.records import MetricOptions
from data.staged import Note, Progress

#: Raised when the same bytes would be read differently than before, so that content hashes change.
READER_VERSION = 4

Report = Callable[[Progress], None]


@dataclass
class Job:
    """State of one import.

    as_of  Set once the data had to be taken to stand for a day.
    leads  Raw table -> digest of what its rows were told of the release before: which customer has a subscription.
    """

    request: ImportRequest
    bench: Workbench
    metric: MetricOptions
    options: ReadOptions
    rejects: Rejects
    report: Report
    found: Found = field(default_factory=Found)
    notes: list[Note] = field(default_factory=list[Note])
    as_of: date | None = None
    leads: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def raws(self) -> dict[str, RawTable]:
        """Raw tables by name."""
        return {raw.name: raw for raw in self.found.tables}

    def earlier(self, table: str) -> str | None:
        """Return the rows of a table of the newest release as an SQL relation; None when it has none."""
        files = ", ".join(literal(exact(file)) for file in self.request.earlier.get(table, ()))
        return f"read_parquet([{files}], hive_partitioning = false)" if files else None

    def say(self, step: str) -> None:
        """Report a step and the rows read so far."""
        self.report(Progress(step, sum(raw.rows for raw in self.found.tables)))

    def loaded(self, raw: RawTable) -> None:
        """Put a raw table whose rows are known now in the place of itself."""
        tables = tuple(raw if one.relation == raw.relation else one for one in self.found.tables)
        self.found = replace(self.found, tables=tables)

    def broken(self, raw: RawTable, records: Sequence[Broken]) -> None:
        """Take records of a file that was loaded late and fitted no columns."""
        found = tuple((raw.path, record) for record in records)
        self.found = replace(self.found, broken=(*self.found.broken, *found))
        self.rejects.broken(raw, found)

    def read(self, raw: RawTable) -> int:
        """Return the rows of a raw table, those that fitted no columns included."""
        own = raw.parts or (raw.path,)
        return raw.rows + sum(path in own for path, _ in self.found.broken)

    def content_hash(self, table: str, readings: Sequence[Reading], raws: Sequence[RawTable]) -> str:
        """Return SHA-256 over the files and everything that changes how they are read."""
        names = {raw.name for raw in raws}
        how: dict[str, object] = {
            "reader": READER_VERSION,
            "table": table,
            "options": dict(sorted(self.options.given.items())),
            "time_zone": self.options.time_zone,
            "files": sorted(h for raw in raws for h in raw.hashes),
            "readings": sorted(
                (r.role.name, sorted(r.columns.items()), sorted(r.attributes.items()))
                for r in readings
                if r.table in names
            ),
            "as_of": str(self.as_of or ""),
        }
        if leads := sorted(self.leads[name] for name in names if name in self.leads):
            how["earlier"] = leads
        return hashlib.sha256(json.dumps(how, sort_keys=True).encode()).hexdigest()

"""What the engine makes of a company, without lake and database: movements and lifetimes beside the tables."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from data.derived.build import batches
from data.derived.lifetimes import lifetimes
from data.derived.movements import movements
from data.derived.periods import customer_periods
from data.engine import Engine
from data.expressions import Table
from data.staged import StagedImport
from tests.builders import unpublished


class Built:
    """Movements and lifetimes of a company, built when asked for and written where the queries find them."""

    def __init__(self, company: StagedImport) -> None:
        self.company = company
        self.source = unpublished(company)

    @cached_property
    def engine(self) -> Engine:
        """The engine with movements."""
        options, as_of = self.company.options, self.company.as_of
        periods = customer_periods(self.source, options, as_of)
        found = movements(periods, options, as_of, paid_only=self.source.has("subscriptions"))
        return _with(self.source, "movements", found)

    @cached_property
    def with_lifetimes(self) -> Engine:
        """The engine with lifetimes too."""
        found = lifetimes(self.engine, self.engine.table("movements"), self.company.options, self.company.as_of)
        return _with(self.engine, "lifetimes", found)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of a consolidated table as they were staged."""
        return [row for t in self.company.tables if t.name == name for row in t.batches().read_all().to_pylist()]


def _with(engine: Engine, name: str, expression: Table) -> Engine:
    table = batches(engine, expression).read_all()
    if not table.num_rows:
        return replace(engine, empty={**engine.empty, name: table.schema})
    file = Path(tempfile.mkdtemp(dir=Path(next(iter(engine.files.values()))[0]).parent)) / f"{name}.parquet"
    pq.write_table(table, file)
    return replace(engine, files={**engine.files, name: [str(file)]})

"""Build the derived tables of a release from its consolidated ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa

from data.derived import sums
from data.derived.checks import release_checks
from data.derived.lifetimes import lifetimes
from data.derived.movements import movements
from data.derived.periods import customer_periods
from data.engine import Engine
from data.expressions import Table
from data.lake import Lake
from data.records import Check, MetricOptions

Say = Callable[[str], None]


def build(
    engine: Engine, lake: Lake, options: MetricOptions, as_of: date, say: Say
) -> tuple[dict[str, int], list[Check]]:
    """Write `movements`, `lifetimes` and, of a large release, their sums, and check them.

    Returns the Delta versions and the checks.
    """
    periods = engine.kept(customer_periods(engine, options, as_of))
    say("movements")
    versions = {
        "movements": _write(
            engine, lake, "movements", movements(periods, options, as_of, paid_only=engine.has("subscriptions"))
        )
    }
    engine = engine.with_table(lake, "movements", versions["movements"])
    say("lifetimes")
    expression = lifetimes(engine, engine.table("movements"), options, as_of)
    versions["lifetimes"] = _write(engine, lake, "lifetimes", expression)
    engine = engine.with_table(lake, "lifetimes", versions["lifetimes"])
    if lake.rows("movements", versions["movements"]) >= sums.MANY_MOVEMENTS:
        say("sums")
        versions |= sums.write_sums(engine, lake, as_of)
    say("checks")
    return versions, release_checks(engine, periods, as_of)


def reconcile(engine: Engine, options: MetricOptions, as_of: date) -> list[Check]:
    """Check the derived tables of a release again, against the tables they were built from."""
    found = release_checks(engine, customer_periods(engine, options, as_of), as_of)
    return [*found, sums.sums_match(engine)] if engine.has("period_sums") else found


def _write(engine: Engine, lake: Lake, table: str, expression: Table) -> int:
    return lake.write(table, batches(engine, expression))


def batches(engine: Engine, expression: Table, rows: int = 131_072) -> pa.RecordBatchReader:
    """Run an expression and stream its rows.

    Ibis 12 calls a DuckDB method that DuckDB 2 no longer has, so the SQL is run on the connection itself (other
    cursors do not see its views).
    """
    backend = engine.backend
    if engine.backend_name != "duckdb":
        return engine.arrow(expression).to_reader(rows)
    schema = expression.schema()
    # DuckDB sums int64 to 128 bits and makes date + interval a moment; Ibis drops the casts it thinks needless.
    casts = ", ".join(f'CAST("{name}" AS {_DUCKDB_TYPES[str(kind)]}) AS "{name}"' for name, kind in schema.items())
    sql = f"SELECT {casts} FROM ({engine.sql(expression)})"
    return backend.con.sql(sql).to_arrow_reader(rows)


_DUCKDB_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE", "date": "DATE", "boolean": "BOOLEAN"}

"""Small companies for tests: plain functions with sensible defaults, written as a real release into a home folder."""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.contracts import OUTCOME_PREFIX, TABLES, Kind
from data.database import open_database
from data.derived.build import batches
from data.derived.movements import movements
from data.derived.periods import customer_periods
from data.engine import Engine, open_engine
from data.lake import Lake
from data.queries.loss_rules import EventDays, ruled
from data.records import MetricOptions
from data.release import Published, publish
from data.settings import settings
from data.staged import StagedImport, StagedTable

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
AS_OF = date(2024, 12, 31)

ARROW: dict[Kind, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "choice": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "money": pa.int64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "boolean": pa.bool_(),
}


def day(text: str) -> date:
    """`2024-01-31` as a date."""
    return date.fromisoformat(text)


def a_table(name: str, rows: Iterable[Mapping[str, Any]], attributes: Mapping[str, str] | None = None) -> StagedTable:
    """Rows of a consolidated table, further columns (`a_*`) as text."""
    found = list(rows)
    further = list(attributes or {})
    fields = [pa.field(c.name, ARROW[c.kind]) for c in TABLES[name].columns]
    schema = pa.schema([*fields, *(pa.field(c, _further(c)) for c in further)])
    table = pa.Table.from_pylist([{f.name: row.get(f.name) for f in schema} for row in found], schema=schema)
    return StagedTable(
        name=name,
        batches=lambda: table.to_reader(),
        read=len(found),
        loaded=len(found),
        rejected=0,
        content_hash=f"{name}:{hash(str(found))}",
        sources=(f"{name}.csv",),
        attributes=attributes or {},
    )


def _further(column: str) -> pa.DataType:
    return pa.float64() if column.startswith(OUTCOME_PREFIX) else pa.string()


def a_customer(customer_id: str = "c1", **values: Any) -> dict[str, Any]:
    """A customer."""
    return {"customer_id": customer_id, "name": customer_id.upper(), **values}


_numbers = iter(range(1, 10_000_000))


def a_subscription(
    customer_id: str = "c1", starts: str = "2024-01-01", ends: str | None = None, mrr: int = 1000, **values: Any
) -> dict[str, Any]:
    """A paid period; `mrr` in cents."""
    return {
        "subscription_id": f"s{next(_numbers)}",
        "customer_id": customer_id,
        "plan": "Basic",
        "interval": "month",
        "currency": "EUR",
        "mrr_cents": mrr,
        "starts_on": day(starts),
        "ends_on": day(ends) if ends else None,
        "status": "cancelled" if ends else "active",
    } | values


def a_company(
    subscriptions: Iterable[Mapping[str, Any]] = (),
    *,
    customers: Iterable[Mapping[str, Any]] | None = None,
    attributes: Mapping[str, str] | None = None,
    outcomes: Mapping[str, str] | None = None,
    as_of: date = AS_OF,
    options: MetricOptions | None = None,
    shape: Any = "subscriptions",
    **tables: Iterable[Mapping[str, Any]],
) -> StagedImport:
    """A company as an import would stage it; customers are made up from the ids when none are given."""
    rows = {"subscriptions": list(subscriptions), **{name: list(found) for name, found in tables.items()}}
    ids = dict.fromkeys(row["customer_id"] for found in rows.values() for row in found if "customer_id" in row)
    people = list(customers) if customers is not None else [a_customer(c) for c in ids]
    staged = [a_table("customers", people, attributes)]
    staged += [
        a_table(name, found, outcomes if name == "assignments" else None) for name, found in rows.items() if found
    ]
    return StagedImport(tuple(staged), as_of, options or MetricOptions(), shape=shape)


def published(company: StagedImport) -> Published:
    """Publish a company into the home folder of the test."""
    found = settings()
    return publish(found, open_database(found), company, now=NOW)


def an_engine(company: StagedImport, backend: str = "duckdb") -> Engine:
    """The engine on a company that was just published."""
    return open_engine(Lake(settings().lake_url), published(company).release, backend=backend)


def judged(losses: Iterable[Mapping[str, Any]], days: EventDays, folder: Path) -> list[dict[str, Any]]:
    """Facts about losses, made up one by one, as the rules of the engine judge them, in the same order."""
    texts, numbers = {"cause": pa.string()}, {"worst_csat": pa.float64()}
    ages = ("started_on", "age_from", "tickets_from")
    dates = (*ages, "lost_on", "used_since", "contact_left_on", "downgraded_on")
    counts = ("recent_use", "usual_use", "use_days", "tickets", "tickets_before")
    kinds = texts | numbers | dict.fromkeys(dates, pa.date32()) | dict.fromkeys(counts, pa.int64())
    rows = [dict.fromkeys(ages, row["started_on"]) | {"n": n, **row} for n, row in enumerate(losses)]
    schema = pa.schema([("n", pa.int64()), *kinds.items()])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "losses.parquet")
    engine = Engine("duckdb", {"losses": [str(folder / "losses.parquet")]})
    return engine.rows(ruled(engine.table("losses"), days).order_by("n"))


Movement = tuple[str, str, int, int, str | None]


def unpublished(company: StagedImport, backend: str = "duckdb") -> Engine:
    """The engine on the consolidated tables alone, as a build in progress sees them; no lake, no database."""
    folder = Path(tempfile.mkdtemp(dir=settings().home.parent))
    files: dict[str, list[str]] = {}
    for table in company.tables:
        file = folder / f"{table.name}.parquet"
        pq.write_table(table.batches().read_all(), file)
        files[table.name] = [str(file)]
    return Engine(backend, files)


def movements_of(company: StagedImport, customer_id: str = "c1", backend: str = "duckdb") -> list[Movement]:
    """A customer's movements as (day, kind, change, amount after, cause)."""
    engine = unpublished(company, backend)
    periods = customer_periods(engine, company.options, company.as_of)
    m = movements(periods, company.options, company.as_of, paid_only=engine.has("subscriptions"))
    found = batches(engine, m.filter(m.customer_id == customer_id).order_by("on")).read_all().to_pylist()
    return [(r["on"].isoformat(), r["kind"], r["delta_cents"], r["mrr_after_cents"], r["cause"]) for r in found]


def with_options(company: StagedImport, **options: Any) -> StagedImport:
    """The same company under other metric options."""
    return replace(company, options=replace(company.options, **options))


Build = Callable[..., StagedImport]

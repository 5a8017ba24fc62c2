"""From readings to drafts: values typed, then every kind of table built into consolidated ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from data.importers import bulk, purchases, reading, snapshot, transforms
from data.importers.job import Job
from data.importers.reading import Looked
from data.importers.recognise_fields import Draft, Reading, TypedTable
from data.importers.watch import watched
from data.importers.workbench import literal, quoted

#: Dates that lie in the future by their nature and say nothing of the day the data stand for.
_PLANNED = frozenset(
    [
        "ends_on",
        "renews_on",
        "trial_ends_on",
        "due_on",
        "period_ends_on",
        "scheduled_end_on",
        "cancelled_on",
        "effective_on",
    ]
)


@dataclass
class Drafted:
    """Drafts with the typed tables they come from; `ready` = names of those that keep their contract already."""

    typed: list[TypedTable] = field(default_factory=list[TypedTable])
    drafts: list[Draft] = field(default_factory=list[Draft])
    ready: set[str] = field(default_factory=set[str])


def drafts(job: Job, readings: Sequence[Reading]) -> Drafted:
    """Type the values of every reading and build the drafts."""
    drafted = Drafted()
    done = _in_bulk(job, readings, drafted)
    drafted.typed += _typed(job, [r for r in readings if r.table not in done])
    _build(job, drafted)
    return drafted


def _in_bulk(job: Job, readings: Sequence[Reading], drafted: Drafted) -> set[str]:
    """Load big files, flawless ones typed in the same pass; return the names of those."""
    typed: set[str] = set()
    for one in readings:
        raw = job.raws[one.table]
        waiting = job.found.waiting.get(raw.relation)
        if waiting is None:
            continue
        with watched(job.bench, job.report, f"loading {raw.name}", waiting.rows):
            done = bulk.load(job.bench, waiting, raw, one) if bulk.is_plain(one) else None
        if done is None:
            with watched(job.bench, job.report, f"loading {raw.name} again, row by row", waiting.rows):
                loaded, broken = waiting.load(job.bench, raw)
            job.loaded(loaded)
            job.broken(loaded, broken)
            continue
        job.loaded(replace(raw, rows=done[1]))
        typed.add(one.table)
        drafted.typed.append(TypedTable(one, done[0]))
        if _alone(one, readings):
            drafted.ready.add(one.role.name)
            drafted.drafts.append(Draft(one.role.name, done[0], (one.table,)))
    return typed


def _alone(one: Reading, readings: Sequence[Reading]) -> bool:
    """Say whether daily use needs no other table: nothing else of its kind, and ids that are the company's own."""
    same = [r for r in readings if r.role.name == one.role.name]
    translated = any("external_id" in r.columns for r in readings if r.role.name == "customers")
    return one.role.name == "usage_daily" and len(same) == 1 and not translated


def _typed(job: Job, readings: Sequence[Reading]) -> list[TypedTable]:
    looked: list[Looked] = []
    for one in readings:
        job.say(f"looking at {one.table}")
        looked.append(reading.look(job.bench, job.raws[one.table], one))
    hints = reading.hints(looked)
    tables: list[TypedTable] = []
    for one in looked:
        table, notes = reading.typed(job.bench, one, hints, job.options, job.rejects)
        tables.append(table)
        job.notes += notes
    return tables


def _build(job: Job, drafted: Drafted) -> None:
    rest = [t for t in drafted.typed if t.reading.role.name not in drafted.ready]
    as_of = job.request.as_of or _newest(job, drafted.typed) or job.request.today
    for table in (t for t in rest if t.reading.role.name == "snapshot"):
        job.as_of = as_of
        if job.request.mode == "merge":
            snapshot.refuse_made_ids(table)
        drafted.drafts += snapshot.drafts(job.bench, table, as_of)
    sales = [t for t in rest if t.reading.role.name == "purchases"]
    drafted.drafts += [purchases.draft(job.bench, sales)] if sales else []
    built = transforms.build(job.bench.connection, rest, as_of=as_of, earlier=_earlier(job, rest))
    drafted.drafts += [d for d in built if d.name not in drafted.ready]


def _earlier(job: Job, tables: Sequence[TypedTable]) -> str | None:
    """Return (subscription_id, customer_id) of the release before, as far as its subscriptions will still be there."""
    own = [t for t in tables if "subscriptions" in t.reading.role.feeds]
    kept = job.earlier("subscriptions") if job.request.mode == "merge" or not own else None
    naming = [t for t in tables if t not in own and "subscription_id" in t.reading.columns]
    if kept is None or not naming:
        return None
    ids = [t for t in own if "subscription_id" in t.reading.columns]
    replaced = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM {quoted(t.relation)} o WHERE o.subscription_id = e.subscription_id)"
        for t in ids
    )
    found = job.bench.view(
        "earlier",
        f"SELECT subscription_id, customer_id FROM {kept} e WHERE customer_id IS NOT NULL {replaced}",
    )
    for table in naming:
        # The same file under other subscriptions tells of other customers.
        count, digest = job.bench.row(
            f"SELECT count(*), bit_xor(md5_number(subscription_id || '=' || customer_id)) FROM {quoted(found)} WHERE "
            f"subscription_id IN (SELECT subscription_id FROM {quoted(table.relation)})"
        )
        if count:
            job.leads[table.reading.table] = f"{count} {digest}"
    return quoted(found)


def _newest(job: Job, tables: Sequence[TypedTable]) -> date | None:
    """Return the newest day on which something happened, not in the future."""
    today, days = f"DATE {literal(job.request.today.isoformat())}", []
    for table in tables:
        for name in table.reading.columns:
            known = table.reading.role.field(name)
            if known is not None and known.kind in ("date", "timestamp") and name not in _PLANNED:
                day = f"CAST({quoted(name)} AS DATE)"
                days.append(f"SELECT max({day}) AS d FROM {quoted(table.relation)} WHERE {day} <= {today}")
    return job.bench.row(f"SELECT max(d) FROM ({' UNION ALL '.join(days)})")[0] if days else None

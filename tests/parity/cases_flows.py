"""Flows of a period, what is stored of them, and what they split into."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import numpy as np

from data.engine import Engine
from data.queries import events, flows, lives, retention, small_tables, splits, stored_sums
from data.records import EVERYBODY, Grain, Segment
from tests.parity import companies
from tests.parity.asking import FROM, RETAIL, SEGMENTS, TO, YEARS, Case

_NO_CHANGES = frozenset({"n_expansion", "cents_expansion", "n_contraction", "cents_contraction"})


def _flows() -> list[Case]:
    grains: tuple[Grain, ...] = get_args(Grain)
    found: list[Case] = []
    for grain in grains:
        found += [
            Case(flows.net_flows, grain, lambda e, g=grain: flows.net_flows(e, EVERYBODY, g, FROM, TO)),
            Case(flows.loss_cells, grain, lambda e, g=grain: _cells(e, EVERYBODY, g)),
        ]
    return [
        *found,
        Case(flows.net_flows, "segment", lambda e: flows.net_flows(e, RETAIL, "quarter", FROM, TO)),
        Case(flows.bucket, "every", _buckets),
        Case(flows.movements_of, "segment", lambda e: flows.movements_of(e, RETAIL)),
        Case(flows.daily_flows, "everybody", lambda e: _daily(e, EVERYBODY)),
        Case(flows.daily_flows, "segment", lambda e: _daily(e, SEGMENTS["mixed"])),
        Case(flows.daily_flows, "shop", lambda e: _daily(e, EVERYBODY), "purchases", _NO_CHANGES),
        Case(flows.net_changes, "month", lambda e: flows.net_changes(e.table("movements"), "month", FROM, TO)),
        Case(flows.named_changes, "month", lambda e: flows.named_changes(e, EVERYBODY, "month", FROM, TO)),
        Case(flows.asked_often, "segment", _held),
        Case(retention.retained, "everybody", lambda e: [vars(r) for r in retention.retained(e, EVERYBODY, YEARS)]),
        Case(retention.retained, "segment", lambda e: [vars(r) for r in retention.retained(e, RETAIL, YEARS)]),
        *_stored(),
        Case(small_tables.window_table, "alone", _windows),
        Case(small_tables.small_table, "alone", _numbered),
    ]


def _stored() -> list[Case]:
    """The sums that a large release brings along."""
    return [
        Case(stored_sums.stored_lives, "many", lambda e: stored_sums.stored_lives(e, EVERYBODY), "many"),
        Case(lives.lives_to_store, "every", lambda e: lives.lives_to_store(e, companies.AS_OF)),
        Case(stored_sums.stored_days, "many", lambda e: stored_sums.stored_days(e, EVERYBODY), "many"),
        Case(
            stored_sums.stored_periods,
            "quarters",
            lambda e: stored_sums.stored_periods(e, EVERYBODY, "quarter", FROM, TO),
            "many",
        ),
        Case(
            stored_sums.stored_windows, "years", lambda e: stored_sums.stored_windows(e, EVERYBODY, YEARS[:1]), "many"
        ),
    ]


def _splits() -> list[Case]:
    return [
        Case(splits.split_counts, "text", lambda e: _split(e, EVERYBODY, "month", "industry")),
        Case(splits.split_counts, "number", lambda e: _split(e, EVERYBODY, "quarter", "employees")),
        Case(splits.split_counts, "contract", lambda e: _split(e, RETAIL, "week", "plan")),
        Case(events.logged_events, "year", lambda e: events.logged_events(e, date(2024, 1, 1), date(2025, 1, 1))),
    ]


def _cells(engine: Engine, segment: Segment, grain: Grain) -> list[dict[str, Any]]:
    every = sorted({row["period"] for row in flows.net_flows(engine, segment, grain, FROM, TO)})
    return flows.loss_cells(engine, segment, grain, FROM, TO, every[1:])


def _held(engine: Engine) -> list[dict[str, Any]]:
    """Asked of a segment that is filtered once for several questions."""
    with flows.asked_often(engine, RETAIL):
        return _cells(engine, RETAIL, "month")


def _windows(_engine: Engine) -> Any:
    return small_tables.window_table([{"starts": s, "ends": n} for s, n in YEARS])


def _numbered(_engine: Engine) -> Any:
    days = [day for window in YEARS for day in window]
    return small_tables.small_table(n=np.arange(len(days)), day=np.array(days, dtype="datetime64[D]"))


def _buckets(engine: Engine) -> Any:
    m = engine.table("movements").select("on").distinct()
    grains: tuple[Grain, ...] = get_args(Grain)
    return m.mutate(**{grain: flows.bucket(m.on, grain) for grain in grains})


def _daily(engine: Engine, segment: Segment) -> list[dict[str, Any]]:
    d = flows.daily_flows(engine, segment)
    columns = {"days": d.days.astype(object), "delta": d.delta, "active": d.active, "squares": d.squares}
    columns |= {f"n_{k}": v for k, v in d.counts.items()} | {f"cents_{k}": v for k, v in d.amounts.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*(v.tolist() for v in columns.values()), strict=True)]


def _split(engine: Engine, segment: Segment, grain: Grain, attribute: str) -> list[dict[str, Any]]:
    counts = splits.split_counts(engine, segment, grain, FROM, TO, attribute)
    found = [("active", *key, n) for key, n in counts.active.items()]
    found += [("churned", *key, n) for key, n in counts.churned.items()]
    return [dict(zip(("what", "value", "day", "n"), row, strict=True)) for row in sorted(found)]


CASES = (
    *_flows(),
    *_splits(),
)

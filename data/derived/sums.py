"""Sums over all customers, written with a large release: what every page and report asks first, counted once.

The same functions that answer a segment make them, so that a stored sum is nothing but an answer given before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pyarrow as pa

from data.calendar import add_months, floor, shift
from data.derived.plan import SUMS
from data.engine import Engine
from data.lake import Lake
from data.queries.flows import KINDS, DailyFlows, daily_flows, net_flows
from data.queries.lives import lives_to_store
from data.queries.retention import Window, retained
from data.records import EVERYBODY, Check, Grain

MANY_MOVEMENTS = 100_000
"""From here on counting takes longer than a reader waits gladly; below, sums would only add tables to keep."""


def write_sums(engine: Engine, lake: Lake, as_of: date) -> dict[str, int]:
    """Write `daily_sums`, `period_sums`, `retained_sums` and `lives_sums` of a release; returns their Delta versions.

    engine  With the movements of the release, and without the sums of any other.
    """
    daily = daily_flows(engine, EVERYBODY)
    first, after = daily.days[0].astype(date), as_of + timedelta(days=1)
    found = {
        "daily_sums": _daily(daily),
        "period_sums": _of_periods(engine, first, after),
        "retained_sums": _of_windows(engine, first, after),
        "lives_sums": engine.arrow(lives_to_store(engine, as_of)),
    }
    return {name: lake.write(name, table.to_reader()) for name, table in found.items()}


def sums_match(engine: Engine) -> Check:
    """Count days and months again and compare customers and cents with what is stored."""
    counting = replace(engine, files={name: files for name, files in engine.files.items() if name not in SUMS})
    days = _whole_numbers(_daily(daily_flows(engine, EVERYBODY)).to_pylist())
    wrong = days != _whole_numbers(_daily(daily_flows(counting, EVERYBODY)).to_pylist())
    first, last = days[0]["on"], days[-1]["on"]
    start, end = floor(first, "month"), shift(floor(last, "month"), "month", 1)
    stored, counted = (_whole_numbers(net_flows(e, EVERYBODY, "month", start, end)) for e in (engine, counting))
    passed = not wrong and stored == counted
    detail = f"{len(days)} days and {len(stored)} months are as counted" if passed else "stored sums are not as counted"
    return Check("sums_match", passed, detail)


def _whole_numbers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without their fractional sums, whose last digits depend on the order of adding."""
    return [{name: value for name, value in row.items() if not isinstance(value, float)} for row in rows]


def _daily(daily: DailyFlows) -> pa.Table:
    columns = {"delta": daily.delta, "active": daily.active, "squares": daily.squares}
    for kind in KINDS:
        columns |= {f"n_{kind}": daily.counts[kind], f"cents_{kind}": daily.amounts[kind]}
    return pa.table({"on": pa.array(daily.days.tolist(), pa.date32())} | {n: v.tolist() for n, v in columns.items()})


def _of_periods(engine: Engine, first: date, after: date) -> pa.Table:
    grains: tuple[Grain, ...] = get_args(Grain)
    rows = [
        {"grain": grain, **row}
        for grain in grains
        for row in net_flows(engine, EVERYBODY, grain, floor(first, grain), after)
    ]
    return pa.Table.from_pylist(rows)


def _of_windows(engine: Engine, first: date, after: date) -> pa.Table:
    windows = _years(first, after)
    rows = [
        {"starts_on": start, "ends_on": end, **vars(row)}
        for (start, end), row in zip(windows, retained(engine, EVERYBODY, windows), strict=True)
    ]
    return pa.Table.from_pylist(rows)


def _years(first: date, after: date) -> list[Window]:
    """The twelve months up to the end of every whole period, and up to the end of the data."""
    ends = {after}
    grains: tuple[Grain, ...] = get_args(Grain)
    for grain in grains:
        end = shift(floor(first, grain), grain, 1)
        while end <= after:
            ends.add(end)
            end = shift(end, grain, 1)
    return [(add_months(end, -12), end) for end in sorted(ends)]

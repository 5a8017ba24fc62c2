"""Behaviours, cells of attributes, and what customers did before a day."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from data.engine import Engine
from data.queries import behaviour, crosstab, windows
from data.records import EVERYBODY, Period
from tests.parity.asking import RETAIL, Case, as_rows

#: Everybody is known from the start.
_KNOWN = frozenset({"entered"})


def _behaviour() -> list[Case]:
    keys = (*behaviour.BEHAVIOURS, "used_größe_form_in_first_90_days")
    return [
        *(Case(behaviour.table, key, lambda e, k=key: behaviour.table(e, k)) for key in keys),
        Case(behaviour.known, "every", lambda e: sorted(behaviour.known(e))),
        Case(
            behaviour.find,
            "feature",
            lambda e: [{"key": key, "there": behaviour.find(e, key) is not None} for key in (*keys, "plan")],
        ),
    ]


def _held(engine: Engine, when: Period) -> Any:
    """Asked of a period whose customers are looked up once for several questions."""
    with crosstab.asked_by_many(engine, EVERYBODY, (when,)):
        return crosstab.crosstab_counts(engine, EVERYBODY, [crosstab.Dimension("industry", ())], when)


def _each(engine: Engine, *when: Period) -> list[dict[str, Any]]:
    """Several attributes and periods at once, with the attribute and the period of each cell."""
    asked = [crosstab.Dimension("industry"), crosstab.Dimension("employees", (10.0, 50.0)), crosstab.Dimension("plan")]
    found = crosstab.counts_of_each(engine, EVERYBODY, asked, when)
    return [
        {"attribute": one.attribute, "from": period.start, **row}
        for one, per in zip(asked, found, strict=True)
        for period, rows in zip(when, per, strict=True)
        for row in rows
    ]


def _crosstab() -> list[Case]:
    half = Period(date(2024, 4, 1), date(2024, 10, 1))
    asked = {
        "ever": (("industry", "plan"), None),
        "period": (("industry", "employees"), half),
        "landmark": (("trainings_in_first_30_days", "tier"), half),
        "looking-back": (("tickets_in_last_60_days",), None),
    }
    sizes = {"employees": (10.0, 50.0)}
    return [
        *(
            Case(
                crosstab.crosstab_counts,
                name,
                lambda e, by=by, when=when: crosstab.crosstab_counts(
                    e, EVERYBODY, [crosstab.Dimension(b, sizes.get(b, ())) for b in by], when
                ),
            )
            for name, (by, when) in asked.items()
        ),
        Case(crosstab.crosstab_by_age, "ever", lambda e: _aged(e, "industry", "employees"), empty=_KNOWN),
        Case(crosstab.crosstab_by_age, "late", lambda e: _aged(e, "plan"), "known_late"),
        Case(crosstab.crosstab_by_age, "landmark", lambda e: _aged(e, "trainings_in_first_30_days", "plan")),
        Case(crosstab.cells_by_half, "ever", _halved, empty=_KNOWN),
        Case(crosstab.customers_at_risk, "period", lambda e: [crosstab.customers_at_risk(e, RETAIL, half)]),
        Case(crosstab.some_at_risk, "period", lambda e: crosstab.some_at_risk(e, RETAIL, half, 7, 9)),
        Case(crosstab.asked_by_many, "period", lambda e: _held(e, half)),
        Case(
            crosstab.counts_of_each,
            "periods",
            lambda e: _each(e, Period(date(2023, 10, 1), date(2024, 4, 1)), half),
        ),
        Case(crosstab.values_of_customers, "every", _valued),
        Case(windows.measures, "every", lambda e: [{"measure": name} for name in windows.measures(e)]),
        Case(windows.lives_at_random, "ever", lambda e: windows.lives_at_random(e, EVERYBODY, None, 7, 9)[0]),
        Case(windows.lives_at_random, "period", lambda e: windows.lives_at_random(e, RETAIL, half, 7, 9)[1]),
        Case(
            windows.lives_at_random,
            "late",
            lambda e: windows.lives_at_random(e, EVERYBODY, None, 7, 9)[1],
            "known_late",
        ),
        Case(windows.before, "moments", _looked_back),
        Case(crosstab.at_risk, "period", lambda e: crosstab.at_risk(e, RETAIL, half)),
        Case(
            crosstab.quartiles,
            "every",
            lambda e: [{"edges": crosstab.quartiles(e, a)} for a in ("lost_at_age", "industry", "seats")],
        ),
    ]


def _valued(engine: Engine) -> list[dict[str, Any]]:
    dimensions = [crosstab.Dimension("industry"), crosstab.Dimension("employees", (10.0, 50.0))]
    found = crosstab.values_of_customers(engine, dimensions, [f"r{n:03}" for n in range(40)])
    return [{"customer_id": customer, **values} for customer, values in found.items()]


def _looked_back(engine: Engine) -> list[dict[str, Any]]:
    """Some customers on two days, one of them before there are records."""
    days = (date(2022, 1, 3), date(2023, 3, 1), date(2024, 8, 1), date(2024, 12, 1))
    who = ("past-due-lost", "past-due-waiting", *(f"r{n:03}" for n in range(120)))
    found = windows.before(engine, [(customer, day) for customer in who for day in days])
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _halved(engine: Engine) -> list[dict[str, Any]]:
    """The same customers in the same half on every engine."""
    columns = crosstab.cells_by_half(engine, EVERYBODY, [crosstab.Dimension("industry")], None, 7, 150)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


CASES = (
    *_behaviour(),
    *_crosstab(),
)


def _aged(engine: Engine, *by: str) -> list[dict[str, Any]]:
    sizes = {"employees": (10.0, 50.0)}
    found = crosstab.crosstab_by_age(engine, EVERYBODY, [crosstab.Dimension(b, sizes.get(b, ())) for b in by])
    named = {
        f"v{i}": np.array(values, dtype=object)[codes].tolist()
        for i, (values, codes) in enumerate(zip(found.values, found.codes, strict=True))
    }
    return as_rows({**named, **{name: counts.tolist() for name, counts in found.counts.items()}})

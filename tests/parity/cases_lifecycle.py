"""Lives by age, cohorts and where a life begins."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from data.engine import Engine
from data.queries import cohorts, exposure, lives, moments, origins
from data.records import EVERYBODY, AgeUnit, Segment
from tests.parity.asking import RETAIL, Case, as_rows

#: Of the few with a trial none was lost.
_NOBODY_LOST = frozenset({"lost"})


#: Everybody is known from the start: nobody enters later.
_ALL_KNOWN = frozenset({"entered", "values"})


_NO_GROUP = frozenset({"group", "values"})


def _lifecycle() -> list[Case]:
    units: tuple[AgeUnit, ...] = get_args(AgeUnit)
    return [
        *(
            Case(lives.lives_by_age, unit, lambda e, u=unit: _lives(e, EVERYBODY, u), empty=_ALL_KNOWN)
            for unit in units
        ),
        Case(lives.lives_by_age, "groups", lambda e: _lives(e, RETAIL, "month", "plan", "tier"), empty=_ALL_KNOWN),
        Case(lives.lives_by_age, "late", lambda e: _lives(e, EVERYBODY, "day"), "known_late", _NO_GROUP),
        Case(lives.lives_by_age, "landmark", lambda e: _lives(e, EVERYBODY, "day", "trainings_in_first_30_days")),
        Case(origins.first_day_of_many, "late", lambda e: [{"day": origins.first_day_of_many(e)}], "known_late"),
        Case(origins.with_origin, "late", _origins, "known_late"),
        Case(origins.begun_since, "late", _begun_since, "known_late"),
        Case(lives.lives_by_age, "start", lambda e: _lives(e, RETAIL, "day", lives.START_YEAR), empty=_ALL_KNOWN),
        *(
            Case(
                moments.lives_since,
                m,
                lambda e, m=m: as_rows(moments.lives_since(e, EVERYBODY, m)),
                empty=_NOBODY_LOST,
            )
            for m in moments.MOMENTS
        ),
        Case(exposure.days_at_risk, "contracts", lambda e: _at_risk(e, EVERYBODY)),
        Case(exposure.days_at_risk, "late", lambda e: _at_risk(e, EVERYBODY), "known_late"),
        Case(cohorts.cohort_changes, "month", lambda e: cohorts.cohort_changes(e, EVERYBODY, "month"), empty=_NO_GROUP),
        Case(cohorts.cohort_changes, "plan", lambda e: cohorts.cohort_changes(e, RETAIL, "quarter", "plan")),
        Case(
            cohorts.cohort_activity,
            "shop",
            lambda e: cohorts.cohort_activity(e, EVERYBODY, "month"),
            "purchases",
            _NO_GROUP,
        ),
        Case(
            cohorts.cohort_activity,
            "use",
            lambda e: cohorts.cohort_activity(e, EVERYBODY, "week", "status"),
            "use_alone",
        ),
    ]


def _lives(engine: Engine, segment: Segment, unit: AgeUnit, *by: str) -> list[dict[str, Any]]:
    found = lives.lives_by_age(engine, segment, unit, by)
    named = [np.array(values, dtype=object)[codes] for values, codes in zip(found.values, found.codes, strict=True)]
    values = [str(row) for row in zip(*named, strict=True)] or [""] * len(found.age)
    numbers = {name: getattr(found, name).tolist() for name in ("age", "lost", "entered", "customers")}
    return as_rows({"values": values, **numbers})


def _origins(engine: Engine) -> list[dict[str, Any]]:
    found = origins.with_origin(engine.table("lifetimes"), engine, origins.first_day_of_many(engine))
    return engine.rows(found.group_by("origin").agg(n=found.count()))


def _begun_since(engine: Engine) -> list[dict[str, Any]]:
    first = origins.first_day_of_many(engine)
    found = origins.begun_since(engine.table("movements"), engine, first)
    return [
        *engine.rows(found.group_by("started_on").agg(n=found.count())),
        *(
            {"started_on": row["cohort"], "n": row["joined"]}
            for row in cohorts.cohort_changes(engine, EVERYBODY, "month", None, first)
        ),
    ]


CASES = tuple(_lifecycle())


def _at_risk(engine: Engine, segment: Segment) -> list[dict[str, Any]]:
    found = exposure.days_at_risk(engine, segment)
    assert found is not None
    names = ("kind", "day", "change", "lost")
    return as_rows({name: getattr(found, name).tolist() for name in names})

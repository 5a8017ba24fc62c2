"""Assign customers to the variants of a running experiment, as a release of its own, and tell whether others did so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from data.assignments import staged_assignments
from data.errors import NoData, ReviewError
from data.records import Release
from data.records_experiments import Experiment, Plan

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine
    from data.settings import Settings


@dataclass(frozen=True)
class Assigned:
    """What an assignment did.

    release   The one that holds it; the newest one where nobody was new.
    variants  New customers per variant of the plan.
    """

    release: Release
    variants: Mapping[str, int]

    @property
    def customers(self) -> int:
        """New customers over all variants."""
        return sum(self.variants.values())


@dataclass(frozen=True)
class Followed:
    """How many of the assignments in the data (`every`) follow from the key and the customer (`same`)."""

    same: int
    every: int


def assign(settings: Settings, db: Database, experiment: Experiment, *, now: datetime) -> Assigned:
    """Assign everybody who may take part now and is not assigned yet, up to the size of the plan.

    The same key and customer give the same variant whenever this runs. Nothing derived is built again.
    """
    from data.database.repositories import experiments, releases
    from data.engine import open_engine
    from data.import_lock import importing
    from data.lake import Lake
    from data.release import publish

    _refuse_unless_running(experiment)
    with importing(settings.home):
        if experiment.id:
            # While an import was waited for, somebody may have ended it or amended its plan.
            experiment = experiments.get(db, experiment.id)
            _refuse_unless_running(experiment)
        release = releases.latest(db)
        if release is None:
            raise NoData("There is nobody to assign: load customers first.")
        _refuse_after_the_last_day(experiment, now.astimezone(ZoneInfo(release.options.time_zone)).date())
        engine = open_engine(Lake(settings.lake_url), release, backend=settings.engine)
        rows = _new_rows(engine, experiment)
        counts = Counter(rows["variant"].to_pylist())
        variants = {variant.name: counts[variant.name] for variant in experiment.plan.variants}
        if rows.num_rows:
            staged = staged_assignments(release, experiment.key, rows, now)
            release = publish(settings, db, staged, now=now, note=release.note).release
    return Assigned(release, variants)


def waiting(engine: Engine, experiment: Experiment) -> dict[str, int]:
    """How many customers could be assigned now, and how many of the segment cannot and why: `assigning.eligible`."""
    from data.queries.assigning import eligible

    return eligible(engine, experiment.plan, experiment.key)


def check_assignments(engine: Engine, plan: Plan, key: str) -> Followed:
    """Whether the assignments in the data are those that this product would have made."""
    from data.queries.assigning import follows

    return Followed(*follows(engine, plan, key))


def exported(engine: Engine, key: str) -> list[dict[str, Any]]:
    """The assignments to give to another tool: customer_id, name, variant, assigned_at, exposed_at."""
    from data.queries.assigning import assignment_rows

    if not engine.has("assignments"):
        return []
    return assignment_rows(engine, key)


def _new_rows(engine: Engine, experiment: Experiment) -> Any:
    from data.queries.assigning import assigned_units, assigned_variants

    plan, key = experiment.plan, experiment.key
    # Without a last day an experiment takes customers in until it has as many as it needs.
    size = plan.size if plan.size and plan.ends_on is None else None
    most = None if size is None else max(size - assigned_units(engine, plan, key), 0)
    return engine.arrow(assigned_variants(engine, plan, key, most).order_by("customer_id"))


def _refuse_unless_running(experiment: Experiment) -> None:
    if experiment.plan.assigned != "here":
        raise ReviewError(f"The customers of {experiment.key} are assigned elsewhere: import their assignments.")
    if experiment.state != "running":
        raise ReviewError(f"{experiment.key} is not running: start it first, then customers can be assigned.")


def _refuse_after_the_last_day(experiment: Experiment, today: date) -> None:
    last = experiment.plan.ends_on
    if last is not None and today > last:
        raise ReviewError(
            f"The last day of assignment of {experiment.key} was {last}. Amend the plan to go on assigning."
        )

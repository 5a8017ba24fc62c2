"""The demo company brings the plans of its three experiments, into an app database that has none."""

from datetime import date

from analysis.experiments import plans
from analysis.experiments.demo import write_plans
from data.database import open_database
from data.database.repositories import experiments
from data.records_experiments import Plan
from data.settings import settings

END = date(2026, 10, 31)


def test_nothing_is_written_where_somebody_planned_an_experiment():
    db = open_database(settings())
    plans.create(db, Plan("Mine"))
    write_plans(db, 24, END)
    assert [one.key for one in experiments.all(db)] == ["mine"]


def test_an_archived_plan_does_not_come_back():
    db = open_database(settings())
    write_plans(db, 24, END)
    for one in experiments.all(db):
        plans.archive(db, one)
    write_plans(db, 24, END)
    assert experiments.all(db) == ()

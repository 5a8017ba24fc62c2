"""Cookie Cats, a mobile game's public experiment, comes in by one plain command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli.commands import app
from data.database import open_database
from data.database.repositories import releases
from data.engine import open_engine
from data.lake import Lake
from data.queries.experiments import experiment_keys, largest, moments
from data.records_experiments import Measure, Reading
from data.settings import settings


def test_cookie_cats_is_counted_as_published(shared_datasets: Path):
    file = shared_datasets / "cookie_cats" / "cookie_cats.csv"
    command = ["import", "--table", f"assignments={file}", "--map", "customer_id=userid", "--map", "variant=version"]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["tables"]["assignments"]["loaded"] == 90_189
    release = releases.latest(open_database(settings()))
    assert release is not None
    engine = open_engine(Lake(settings().lake_url), release)
    (listed,) = experiment_keys(engine)
    assert listed["variants"] == {"gate_30": 44_700, "gate_40": 45_489}
    assert listed["outcomes"] == ("sum_gamerounds", "retention_1", "retention_7")
    week, rounds = Measure("outcome", column="retention_7"), Measure("outcome", column="sum_gamerounds")
    reading = Reading("cookie_cats", ("gate_30", "gate_40"), (week, rounds))
    counted = moments(engine, reading)[week.key]
    assert counted["gate_30", ""].mean["value"] * 44_700 == pytest.approx(8_502)
    assert counted["gate_40", ""].mean["value"] * 45_489 == pytest.approx(8_279)
    assert largest(engine, reading, rounds, 1) == [("6390605", "gate_30", 49_854.0)]

"""What was planted in the demo company is found by the product itself, by name and at its size."""

from datetime import date
from pathlib import Path

import pytest

from analysis.personas.before_leaving import BeforeLeaving, before_leaving
from analysis.personas.change import Change, change
from analysis.personas.crosstab import crosstab
from analysis.personas.drivers import Drivers, drivers
from analysis.personas.search import Personas, personas
from analysis.results import Estimate
from analysis.statistics.paired import PairedDifference
from data.engine import Engine
from data.records import Condition, Scope, Segment
from data.sample.stage import stage_demo
from tests.builders import an_engine
from tests.golden.demo_facts import END

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    home = tmp_path_factory.mktemp("demo") / "home"
    home.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        return an_engine(stage_demo(2_000, 36, 7, end=END, folder=home))


def test_the_planted_persona_is_found_by_name(engine: Engine):
    """Manufacturing, fewer than 50 employees, no training; the company's own size classes say 10-49."""
    found = personas(engine, Scope())
    assert isinstance(found, Personas)
    first = found.found[0]
    attributes = {c.attribute: c.values for c in first.conditions}
    assert attributes["industry"] == ("manufacturing",)
    assert attributes["attended_training"] == ("no",)
    assert attributes.get("company_size") == ("10-49",) or attributes.get("employees") == ("50",)
    assert isinstance(first.lift_confirmed, Estimate)
    assert first.lift_confirmed.value == pytest.approx(1.7, abs=0.3)


def test_the_persona_stands_out_among_manufacturers_by_size_and_training(engine: Engine):
    manufacturing = Scope(segment=Segment((Condition("industry", "in", ("manufacturing",)),)))
    found = crosstab(engine, manufacturing, ["employees", "attended_training"])
    assert found.findings[0].values == ("10 – < 50", "no")


def test_paid_search_grows_so_part_of_the_change_is_its_mix(engine: Engine):
    """Its share rises, as planted (15 to 40 % of new customers): from 20 to 24 % of those at the start of a year. They
    leave more often, as planted (1.3 times), so that more of them raise the rate."""
    found = change(engine, Scope(date(2025, 10, 1), date(2026, 10, 1)), "channel", "2024-10-01..2025-10-01")
    assert isinstance(found, Change)
    search = next(e for e in found.effects if e.segment == "paid search")
    assert search.share_after > search.share_before + 0.02
    assert search.mix_effect > 0
    assert found.parts.mix + found.parts.rate == pytest.approx(found.parts.total, abs=1e-12)


def test_use_fades_and_tickets_surge_before_leaving(engine: Engine):
    """As planted: use falls to 15 % of the usual over 60 days, 2.5 more tickets, fewer features."""
    found = before_leaving(engine, Scope())
    assert isinstance(found, BeforeLeaving)
    by_name = {row.measure: row.found for row in found.rows if isinstance(row.found, PairedDifference)}
    assert {name for name, one in by_name.items() if one.standardised < -0.4} >= {
        "logins_28",
        "core_actions_28",
        "features_28",
    }
    assert by_name["tickets_60"].difference.difference == pytest.approx(1.4, abs=0.6)
    assert all(row.more_than_chance for row in found.rows if row.measure != "late_invoices_60")


def test_drivers_name_tickets_and_use_and_say_what_they_are_worth(engine: Engine):
    found = drivers(engine, Scope(grain="quarter"))
    assert isinstance(found, Drivers)
    sure = {row.name: row.effect.value for row in found.rows if row.more_than_chance}
    assert sure["tickets_60"] > 0 > sure["core_actions_28"]
    assert isinstance(found.auc, Estimate)
    assert found.auc.low is not None
    assert found.auc.low > 0.5
    assert found.skill > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_in_a_company_without_effects_no_persona_is_found(seed: int, tmp_path: Path):
    """A few real companies; tests/simulation/test_personas.py tries a hundred cheap ones."""
    tmp_path.joinpath("home").mkdir(exist_ok=True)
    staged = stage_demo(1_000, 24, seed, end=END, effects=frozenset(), usage=False, folder=tmp_path)
    found = personas(an_engine(staged), Scope())
    assert isinstance(found, Personas)
    assert found.found == ()

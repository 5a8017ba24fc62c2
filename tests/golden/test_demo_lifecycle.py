"""What was planted in the demo company's lives is found by name: the early risk, its end by onboarding, the moments."""

from collections.abc import Iterator
from datetime import date

import pytest

from analysis.kpis.report import kpis
from analysis.lifecycle.cohorts import CohortGrid, at_age, cohorts
from analysis.lifecycle.journey import Moment, journey
from analysis.lifecycle.risk import RiskByAge, risk_by_age
from analysis.lifecycle.survival import SurvivalReport, survival
from analysis.periods import shift
from analysis.results import Estimate
from analysis.statistics.event_rates import Peak, RateRatio
from analysis.statistics.log_rank import LogRank
from analysis.statistics.survival import SurvivalCurve, survival_at
from data.engine import Engine
from data.records import Condition, Scope, Segment
from data.sample.stage import stage_demo
from tests.builders import an_engine

FIX = "2025-05-01"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    home = tmp_path_factory.mktemp("lives")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home / "home"))
        yield an_engine(stage_demo(customers=2_000, end=date(2026, 10, 31), usage=False, folder=home))


def signed(sign: str) -> Scope:
    return Scope(segment=Segment((Condition("started_on", sign, (FIX,)),)))


def still_there(engine: Engine, scope: Scope, age: int) -> Estimate:
    found = survival(engine, scope)
    assert isinstance(found, SurvivalReport)
    curve = found.groups[0].curve
    assert isinstance(curve, SurvivalCurve)
    share = survival_at(curve, age)
    assert isinstance(share, Estimate)
    return share


def risk(engine: Engine, scope: Scope) -> RiskByAge:
    found = risk_by_age(engine, scope)
    assert isinstance(found, RiskByAge)
    return found


def test_before_the_onboarding_fix_risk_peaks_in_the_first_90_days(demo: Engine):
    found = risk(demo, signed("<"))
    assert isinstance(found.peak, Peak)
    assert found.peak.clear
    assert found.peak.band.end <= 92
    rates = {stage.risk.end: stage.risk.rate for stage in found.stages}
    assert all(isinstance(rate, Estimate) for rate in rates.values())
    assert rates[90].low > rates[365].high


def test_customers_signed_after_the_fix_leave_half_as_often_in_the_first_90_days(demo: Engine):
    before, after = still_there(demo, signed("<"), 91), still_there(demo, signed(">="), 91)
    assert before.high < after.low
    assert (1 - after.value) / (1 - before.value) == pytest.approx(0.5, abs=0.12)


def test_the_cohorts_tell_the_fix_too(demo: Engine):
    grid = cohorts(demo, Scope(), "quarter")
    assert isinstance(grid, CohortGrid)
    later = [r.retention.value for r in at_age(grid, 1) if str(r.cohort_start) >= "2025-07-01"]
    earlier = [r.retention.value for r in at_age(grid, 1) if str(r.cohort_start) < "2025-04-01"]
    assert min(later) > sum(earlier) / len(earlier)


def test_the_cells_of_every_month_add_up_to_its_customers(demo: Engine):
    grid = cohorts(demo, Scope(), "month")
    assert isinstance(grid, CohortGrid)
    for whole in kpis(demo, Scope(start=date(2023, 11, 1), end=date(2026, 11, 1))).rows:
        ended = [r for r in grid.rows if shift(r.cohort_start, "month", r.age) == whole.period_start]
        assert sum(row.active for row in ended) == whole.customers_end


def test_larger_plans_stay_longer_by_more_than_chance(demo: Engine):
    found = survival(demo, Scope(), ("plan", "industry"))
    assert isinstance(found, SurvivalReport)
    assert isinstance(found.test, LogRank)
    assert found.test.p_value < 1e-6
    means = {group.group: group.mean.value for group in found.groups}
    assert sorted(means, key=means.__getitem__) == ["Starter", "Team", "Business", "Enterprise"]


def test_the_moments_that_matter_stand_out(demo: Engine):
    found = {moment.title or moment.code: moment for moment in journey(demo, Scope(), 90)}
    for name in ("List prices up by 8 %", "renewal", "trial_end"):
        assert stands_out(found[name]), name
        assert found[name].ratio.low > 1.1
    assert found["Guided onboarding replaces the manual set-up"].ratio.value < 1


def stands_out(moment: Moment) -> bool:
    return isinstance(moment.ratio, RateRatio) and moment.q_value is not None and moment.q_value < 0.05

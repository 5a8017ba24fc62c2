"""Risk by age, stages of life and moments, on a company that can be counted by hand."""

from datetime import date

import numpy as np
import pytest

from analysis.lifecycle.journey import Moment, journey
from analysis.lifecycle.risk import DAYS, RiskByAge, per_month, risk_by_age
from analysis.periods import add_months
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.event_rates import RateRatio
from data.engine import Engine
from data.errors import UnknownSegment
from data.records import Condition, Scope, Segment
from tests.builders import a_company, a_subscription, an_engine, day

AS_OF = date(2024, 12, 31)
EVENTS = [
    {"event_id": "e1", "on": day("2024-02-01"), "kind": "price_change", "title": "Prices up"},
    {"event_id": "e2", "on": day("2024-12-15"), "kind": "release", "title": "New editor"},
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Forty customers of January 2024 after a trial: 20 leave at day 45, one at day 200; ten yearly ones since 2022."""
    home = tmp_path_factory.mktemp("risk") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        ends = ["2024-02-15"] * 20 + ["2024-07-19"] + [None] * 19
        rows = [
            a_subscription(f"c{i:02}", "2023-12-18", end, trial_ends_on=day("2024-01-01")) for i, end in enumerate(ends)
        ]
        rows += [
            a_subscription(f"y{i}", "2022-06-01", "2024-06-01" if i < 4 else None, interval="year") for i in range(10)
        ]
        return an_engine(a_company(rows, as_of=AS_OF, releases_log=EVENTS))


def moments(engine: Engine, days: int = 30) -> dict[str, Moment]:
    found = journey(engine, Scope(), days)
    assert not isinstance(found, NotEnoughData)
    return {moment.title or moment.code: moment for moment in found}


def test_losses_lie_in_the_band_of_their_age_over_the_days_spent_there(engine: Engine):
    found = risk_by_age(engine, Scope())
    assert isinstance(found, RiskByAge)
    bands = {(band.start, band.end): band for band in found.bands}
    assert (bands[31, 62].lost, bands[31, 62].at_risk) == (20, 50)
    assert bands[31, 62].exposure == 20 * 14 + 30 * 31
    assert bands[184, 276].lost == 1
    assert sum(band.lost for band in found.bands) == found.lost == 25
    rate = bands[31, 62].rate
    assert isinstance(rate, Estimate)
    assert per_month(rate.value, "day") == pytest.approx(20 / 1210 * 30.4375)


def test_the_peak_is_named(engine: Engine):
    found = risk_by_age(engine, Scope())
    assert isinstance(found, RiskByAge)
    assert not isinstance(found.peak, NotEnoughData)
    assert (found.peak.band.start, found.peak.clear) == (31, True)


def test_stages_share_all_losses_among_them(engine: Engine):
    found = risk_by_age(engine, Scope())
    assert isinstance(found, RiskByAge)
    assert [stage.risk.lost for stage in found.stages] == [20, 1, 4]
    assert sum(s.share.value for s in found.stages if isinstance(s.share, Estimate)) == pytest.approx(1)


def test_the_days_after_a_trial_are_held_against_the_later_days_of_the_same_customers(engine: Engine):
    trial = moments(engine, 60)["trial_end"]
    assert (trial.lost, trial.lost_elsewhere, trial.on) == (20, 1, None)
    assert trial.customer_days == 20 * 45 + 20 * 60


def test_yearly_contracts_are_lost_when_they_fall_due(engine: Engine):
    renewal = moments(engine)["renewal"]
    assert (renewal.lost, renewal.lost_elsewhere) == (4, 0)
    assert isinstance(renewal.ratio, RateRatio)
    assert renewal.ratio.value is None
    assert renewal.ratio.low > 1


def test_losses_after_an_event_are_those_of_its_days(engine: Engine):
    prices = moments(engine)["Prices up"]
    assert (prices.lost, prices.lost_elsewhere, prices.on) == (20, 5, date(2024, 2, 1))
    assert prices.customer_days == 50 * 14 + 30 * 16


def test_an_event_is_held_against_those_of_its_age_at_other_dates(engine: Engine):
    """20 of 800 customer-days of the second month: 18 expected in 720 of them, times 5 / 7 as elsewhere.

    All of one age came on one day, so no other date tells what is usual: there is no ratio.
    """
    prices = moments(engine)["Prices up"]
    assert prices.expected == pytest.approx(720 * 20 / 800 * 5 / 7)
    assert isinstance(prices.ratio, NotEnoughData)
    assert prices.q_value is None


def test_a_window_the_data_do_not_reach_is_cut(engine: Engine):
    assert moments(engine, 90)["New editor"].customer_days == 17 * 25


def test_moments_of_nobody_are_no_moments(engine: Engine):
    nobody = Scope(segment=Segment((Condition("plan", "in", ("none",)),)))
    assert isinstance(risk_by_age(engine, nobody), NotEnoughData)
    assert isinstance(journey(engine, nobody), NotEnoughData)
    with pytest.raises(UnknownSegment):
        journey(engine, Scope(segment=Segment((Condition("status", "in", ("lost",)),))))


def test_no_edge_of_age_parts_the_anniversaries_of_contracts_by_the_month():
    starts = [date(2023, month, day) for month in range(1, 13) for day in range(1, 29)]
    for months in (1, 2, 3, 4, 5, 6, 9, 12, 18, 24, 36):
        days = {(add_months(start, months) - start).days for start in starts}
        assert len({np.searchsorted(DAYS, day) for day in days}) == 1, months

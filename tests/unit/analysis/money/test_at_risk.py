"""Revenue at risk: risks by age against counting by hand, seasons and spreads that were put in."""

import numpy as np
import pytest

from analysis.money.at_risk import PastRow, at_risk
from analysis.periods import add_months
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.survival_forecast import Lives, expected_loss, season_factors, spread_between
from data.queries.money import life_cells
from data.records import EVERYBODY, Scope
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

FLAT = (1.0,) * 6


def lives(at_risk: list[float], lost: list[float], here: list[float], cycle: int = 1) -> Lives:
    amounts = np.array(here) * 100.0
    pad = np.zeros(6)
    return Lives(
        np.concatenate([at_risk, pad]),
        np.concatenate([lost, pad]),
        np.array(here),
        amounts,
        np.array(here) * 100.0**2,
        cycle,
    )


def test_the_expected_loss_is_amount_times_conditional_loss_by_hand():
    """Risk 1/10 at ages 1 and 2, none known later (pooled: 18 of 180); 10 lives of age 0 paying 100 each."""
    kind = lives([100, 100, 80], [0, 10, 8], [10, 0, 0])
    found = expected_loss([kind], 0, 2, season=FLAT, spread=0.0, seed=1)
    assert found.value == pytest.approx(1_000 * (1 - 0.9 * 0.9))
    later = expected_loss([kind], 2, 3, season=FLAT, spread=0.0, seed=1)
    assert later.value == pytest.approx(1_000 * 0.9 * 0.9 * 18 / 180)


def test_no_loss_so_far_does_not_mean_that_none_can_come():
    kind = lives([200.0] * 18, [0.0] * 18, [200.0] + [0.0] * 17)
    found = expected_loss([kind], 0, 6, season=FLAT, spread=0.0, seed=1)
    assert (found.value, found.low) == (0, 0)
    assert 100 <= found.high <= 1_500


def test_a_yearly_contract_is_at_risk_when_it_ends_and_at_no_other_age():
    risk = [200.0] * 13
    kind = lives(risk, [0.0] * 12 + [50.0], [0.0] * 10 + [10.0, 0.0, 0.0], cycle=12)
    assert expected_loss([kind], 0, 1, season=FLAT, spread=0.0, seed=1).value == 0
    assert expected_loss([kind], 0, 2, season=FLAT, spread=0.0, seed=1).value == pytest.approx(1_000 * 0.25)


def test_the_season_and_the_spread_count():
    kind = lives([1_000, 1_000], [0, 100], [100, 0])
    plain = expected_loss([kind], 0, 1, season=FLAT, spread=0.0, seed=1)
    doubled = expected_loss([kind], 0, 1, season=(2.0, *FLAT), spread=0.0, seed=1)
    spread = expected_loss([kind], 0, 1, season=FLAT, spread=0.5, seed=1)
    assert doubled.value == pytest.approx(2 * plain.value)
    assert spread.high - spread.low > 1.5 * (plain.high - plain.low)


def test_a_planted_season_is_found_and_none_is_made_up():
    months = [i % 12 + 1 for i in range(36)]
    wave = 1 + 0.4 * np.cos(2 * np.pi * (np.array(months) - 1) / 12)
    random = np.random.default_rng(3)
    planted = season_factors(random.poisson(200 * wave), [200.0] * 36, months)
    assert planted.argmax() in {0, 1, 11}
    assert planted.max() == pytest.approx(1.4, abs=0.1)
    assert season_factors(random.poisson(200, 36), [200.0] * 36, months) == pytest.approx(np.ones(12))
    assert season_factors(random.poisson(200 * wave)[:23], [200.0] * 23, months[:23]) == pytest.approx(np.ones(12))


def test_quarters_that_differ_by_chance_alone_have_little_spread_and_three_are_needed():
    random = np.random.default_rng(5)
    came = random.poisson(400, 8)
    assert spread_between(came, [400.0] * 8, [400.0] * 8) < 0.05
    wild = spread_between(came * np.array([1, 2] * 4), [400.0] * 8, [400.0] * 8)
    assert wild is not None
    assert wild > 0.4
    assert spread_between([1, 2], [1, 2], [1, 2]) is None


def test_today_s_revenue_is_split_into_no_more_than_itself_and_past_quarters_are_told():
    rows = []
    for i in range(240):
        begins = f"202{2 + i % 2}-{1 + i % 12:02}-05"
        rows.append(a_subscription(f"c{i}", begins, f"2024-{1 + i % 12:02}-20" if i % 3 == 0 else None))
    found = at_risk(an_engine(a_company(rows)), Scope())
    assert not isinstance(found, NotEnoughData)
    assert (found.customers, found.mrr_cents) == (160, 160_000)
    whole = found.whole.at_risk_cents
    assert 0 < whole.value < found.mrr_cents
    assert sum(row.at_risk_cents.value for row in found.rows) == pytest.approx(whole.value)
    assert found.past
    assert sum(row.came_cents for row in found.past[-4:]) == 80_000


def test_a_young_company_has_no_forecast():
    found = at_risk(an_engine(a_company([a_subscription("c", "2024-10-01")])), Scope())
    assert found == NotEnoughData("the months of history are too few", 3, 12)


def test_customers_there_before_the_data_begin_are_at_risk_from_their_age_on(monkeypatch, tmp_path):
    """Old ones signed five to ten years before and never leave; half of the new ones leave after three months.

    Of 30 new ones 15 are expected to leave, and a few at ages of which few were seen. Counted from age 0, the old ones
    would all be at such ages: 27,868 were expected.
    """
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    signed = {f"o{i:03}": f"{2013 + i // 24}-{1 + i % 12:02}-01" for i in range(120)}
    rows = [a_subscription(c, "2023-01-01") for c in signed]
    for i in range(240):
        begins = f"202{3 + i // 120}-{1 + i % 12:02}-05"
        ends = None if i % 24 < 12 else add_months(day(begins), 3)
        rows.append(a_subscription(f"n{i:03}", begins, str(ends) if ends and ends <= day("2024-12-31") else None))
    people = [a_customer(str(r["customer_id"]), signed_on=day(signed.get(r["customer_id"], str(r["starts_on"])))) for r in rows]  # fmt: skip
    engine = an_engine(a_company(rows, customers=people))
    began = {row["began"] for row in life_cells(engine, EVERYBODY, day("2025-01-01"))}
    assert (min(began), len(began)) == (day("2013-01-01"), 60 + 24)
    found = at_risk(engine, Scope())
    assert not isinstance(found, NotEnoughData)
    assert 15_000 <= found.whole.at_risk_cents.value <= 24_000
    assert found.past[0].period_start >= day("2024-01-01")


@pytest.mark.parametrize(("came", "inside"), [(79, False), (80, True), (120, True), (121, False), (0, False)])
def test_a_past_quarter_is_inside_from_one_limit_to_the_other(came: int, inside: bool):
    expected = Estimate(100, 80, 120, 5, "x")
    assert PastRow(day("2024-01-01"), day("2024-04-01"), expected, came).inside is inside


def test_nothing_is_inside_or_outside_of_no_interval():
    row = PastRow(day("2024-01-01"), day("2024-04-01"), Estimate(0, None, None, 5, "x"), 0)
    with pytest.raises(ValueError, match="no interval"):
        assert row.inside

"""Who leaves the demo company, and when: each planted effect is found by counting, at the size it was planted."""

import pandas as pd
import pytest

from data.sample.truth import Truth
from tests.golden.demo_facts import (
    BAD_FROM,
    BAD_TO,
    ONBOARDING,
    PRICE,
    TOMORROW,
    Facts,
    facts,
    first_losses,
    paying_on,
    two_proportions_p,
)

TRUTH = Truth()
MANY = 10_000


@pytest.fixture(scope="module")
def small() -> Facts:
    """The company every new user sees."""
    return facts(2_000)


@pytest.fixture(scope="module")
def large() -> Facts:
    """The same company with more customers, for sizes instead of directions."""
    return facts(MANY)


def persona(data: Facts) -> pd.Series:
    firms = data.customers("industry", "employees")
    trained = set(data.tables["touches"].query("kind == 'training'")["customer_id"])
    return (firms["industry"] == "manufacturing") & (firms["employees"] < 50) & ~firms.index.isin(trained)


def persona_ratio(data: Facts) -> float:
    """Monthly churn rate of the persona over that of everybody else."""
    belongs = data.months["customer_id"].map(persona(data))
    rate = data.months.groupby(belongs)["lost"].mean()
    return rate[True] / rate[False]


def early_shares(data: Facts) -> tuple[int, int, int, int]:
    """Lost within 90 days and customers, before and after the onboarding fix, of those with 90 days behind them."""
    first = data.periods.groupby("customer_id")["first"].min()
    first = first[first <= TOMORROW - pd.Timedelta(days=91)]
    signed = data.customers("signed_on")["signed_on"].reindex(first.index)
    losses = first_losses(data.periods)
    early = first.index.isin(losses[losses["days"] <= 90].index)
    fixed = (signed >= ONBOARDING).to_numpy()
    return early[~fixed].sum(), (~fixed).sum(), early[fixed].sum(), fixed.sum()


def later_voluntary(data: Facts, start: pd.Timestamp, months: int) -> float:
    """Monthly voluntary churn rate after the first 90 days, of customers signed before the price rise."""
    signed = data.months["customer_id"].map(data.customers("signed_on")["signed_on"])
    when = (data.months["month"] >= start) & (data.months["month"] < start + pd.DateOffset(months=months))
    window = data.months[when & (signed < PRICE) & (data.months["days"] > 90)]
    return ((window["kind"] == "voluntary") & window["lost"]).mean()


def price_ratio(data: Facts) -> float:
    """The four months after the price rise against the same months a year before, so the season is the same."""
    year_before = PRICE - pd.DateOffset(years=1)
    return later_voluntary(data, PRICE, TRUTH.price_months) / later_voluntary(data, year_before, TRUTH.price_months)


def involuntary_shares(data: Facts) -> tuple[float, float]:
    """Share of losses by failed payment, in the bad quarter and outside it."""
    lost = data.months[data.months["lost"]]
    bad = (lost["month"] >= BAD_FROM) & (lost["month"] < BAD_TO)
    failed = lost["kind"] == "payment"
    return failed[bad].mean(), failed[~bad].mean()


def winter_over_summer(data: Facts) -> float:
    """Later voluntary churn from November to February over that from May to August, before the price rise."""
    old = data.months[(data.months["days"] > 90) & (data.months["month"] < PRICE)]
    left = (old["kind"] == "voluntary") & old["lost"]
    month = old["month"].dt.month
    return left[month.isin([11, 12, 1, 2])].mean() / left[month.isin([5, 6, 7, 8])].mean()


def rate_by(data: Facts, column: str, months: pd.DataFrame) -> pd.Series:
    return months["lost"].groupby(months["customer_id"].map(data.customers(column)[column])).mean()


def test_the_company_grows_to_about_1300_paying_customers(small: Facts) -> None:
    active = [paying_on(small.periods, TOMORROW - pd.DateOffset(months=m, days=1)) for m in (24, 12, 0)]
    customers = [frame["customer_id"].nunique() for frame in active]
    assert customers[0] < customers[1] < customers[2]
    assert 1_200 <= customers[2] <= 1_500
    mrr = [frame["mrr_cents"].sum() for frame in active]
    assert mrr[0] * 1.5 < mrr[1]
    assert mrr[1] * 1.3 < mrr[2]


def test_two_to_three_percent_leave_in_a_usual_month(small: Facts) -> None:
    usual = small.months[small.months["month"] >= PRICE + pd.DateOffset(months=8)]
    assert 0.015 <= usual["lost"].mean() <= 0.03
    assert 0.02 <= small.months["lost"].mean() <= 0.035


def test_the_persona_leaves_three_times_as_often(small: Facts, large: Facts) -> None:
    assert 2.0 <= persona_ratio(small) <= 4.2
    assert 2.6 <= persona_ratio(large) <= 3.7
    assert 80 <= persona(small).sum() <= 140


def test_trainings_come_before_anybody_can_have_left(large: Facts) -> None:
    """Otherwise staying longer would make a customer trained, and training would seem to keep customers."""
    trainings = (
        large.tables["touches"].query("kind == 'training'").groupby("customer_id")["at"].min().dt.tz_localize(None)
    )
    signed = large.customers("signed_on")["signed_on"].reindex(trainings.index)
    assert (trainings - signed).max() < pd.Timedelta(days=19)
    assert first_losses(large.periods)["days"].min() >= 21


def test_the_attribute_says_who_attended_a_training(large: Facts) -> None:
    trained = set(large.tables["touches"].query("kind == 'training'")["customer_id"])
    said = large.customers("a_attended_training")["a_attended_training"]
    assert set(said[said == "yes"].index) == trained


def test_the_onboarding_fix_halves_losses_in_the_first_90_days(small: Facts, large: Facts) -> None:
    lost, n, lost_after, n_after = early_shares(small)
    assert two_proportions_p(lost, n, lost_after, n_after) < 0.01
    lost, n, lost_after, n_after = early_shares(large)
    assert (lost_after / n_after) / (lost / n) == pytest.approx(TRUTH.onboarding_loss_factor, abs=0.09)


def test_the_price_rise_doubles_voluntary_losses_for_four_months(small: Facts, large: Facts) -> None:
    """2.7 times as many want to leave; the specialist call, which starts then, keeps about a quarter of them."""
    assert 1.5 <= price_ratio(small) <= 3.2
    assert 1.7 <= price_ratio(large) <= 2.4


def test_after_the_price_rise_months_losses_are_usual_again(large: Facts) -> None:
    after = PRICE + pd.DateOffset(months=TRUTH.price_months)
    assert later_voluntary(large, after, 8) / later_voluntary(large, after - pd.DateOffset(years=1), 8) < 1.15


def test_the_price_rise_brings_contractions_and_eight_percent_on_old_contracts(large: Facts) -> None:
    rows = large.periods.sort_values(["customer_id", "begins"])
    before = rows.groupby("customer_id")["mrr_cents"].shift()
    follows = rows.groupby("customer_id")["ends"].shift() == rows["begins"]
    change = (rows["mrr_cents"] / before)[follows]
    on = rows["begins"][follows]
    window = (on >= PRICE) & (on < PRICE + pd.DateOffset(months=4))
    year_before = (on >= PRICE - pd.DateOffset(years=1)) & (on < PRICE - pd.DateOffset(months=8))
    assert change[window].median() == pytest.approx(1 + TRUTH.price_uplift, abs=0.01)
    # A contraction together with the rise shows as less than 8 % up.
    fewer = [(change[when] < 0.97).sum() for when in (window, year_before)]
    assert fewer[0] > 2 * fewer[1]


def test_failed_payments_make_half_of_the_losses_of_one_quarter(small: Facts, large: Facts) -> None:
    for data in (small, large):
        bad, usual = involuntary_shares(data)
        assert bad > 0.4
        assert usual < 0.2


def test_losses_peak_in_winter(large: Facts) -> None:
    assert 1.5 <= winter_over_summer(large) <= 2.6


def test_larger_plans_leave_less_often(large: Facts) -> None:
    plan = large.tables["subscriptions"].groupby("customer_id")["plan"].first()
    rate = large.months["lost"].groupby(large.months["customer_id"].map(plan)).mean()
    assert rate["Starter"] > rate["Business"] > rate["Enterprise"]


def test_paid_search_grows_among_new_customers_and_leaves_more_often(large: Facts) -> None:
    firms = large.customers("channel", "signed_on")
    paid = firms["channel"] == "paid search"
    assert paid[firms["signed_on"] < ONBOARDING].mean() + 0.07 < paid[firms["signed_on"] >= ONBOARDING].mean()
    rate = rate_by(large, "channel", large.months[large.months["days"] > 90])
    assert 1.1 <= rate["paid search"] / rate.drop("paid search").mean() <= 1.6


def test_some_customers_pause_and_some_come_back(small: Facts) -> None:
    subscriptions = small.tables["subscriptions"]
    assert (subscriptions["status"] == "paused").sum() >= 20
    rows = small.periods.sort_values(["customer_id", "begins"])
    gap = (rows["begins"] - rows.groupby("customer_id")["ends"].shift()).dt.days
    back = gap > 3
    assert back.sum() >= 30


def test_some_customers_are_past_due_and_some_are_scheduled_to_leave(small: Facts) -> None:
    subscriptions = small.tables["subscriptions"]
    assert (subscriptions["status"] == "past_due").any()
    scheduled = subscriptions[subscriptions["ends_on"] >= TOMORROW]
    assert len(scheduled) >= 5
    assert scheduled["renews_on"].isna().all()
    assert (scheduled["cancel_kind"] == "voluntary").all()


def test_a_failed_payment_ends_a_subscription_when_dunning_ends(small: Facts) -> None:
    failed = small.tables["invoices"].query("status == 'uncollectible'").groupby("customer_id")["due_on"].max()
    ended = small.periods.query("cancel_kind == 'payment'").groupby("customer_id")["ends"].max()
    assert set(failed.index) == set(ended.index)
    assert ((ended - failed.reindex(ended.index)).dt.days == TRUTH.dunning_days).all()


def test_invoices_cover_every_paid_month_of_monthly_customers(small: Facts) -> None:
    """Billed amounts agree with the subscription that is in force on the due day."""
    invoices = small.tables["invoices"].merge(small.periods, on="customer_id")
    inside = (invoices["due_on"] >= invoices["begins"]) & ~(invoices["due_on"] >= invoices["ends"])
    billed = invoices[inside]
    assert billed["invoice_id"].is_unique
    assert len(billed) == len(small.tables["invoices"])
    months = billed["interval"].map({"month": 1, "quarter": 3, "year": 12})
    assert (billed["amount_cents"] == billed["mrr_cents"] * months).all()


def test_some_invoices_are_late_but_none_beyond_dunning(small: Facts) -> None:
    wait = (small.tables["invoices"]["paid_on"] - small.tables["invoices"]["due_on"]).dt.days
    assert 0.09 <= (wait >= 5).mean() <= 0.18
    assert wait.max() < TRUTH.dunning_days

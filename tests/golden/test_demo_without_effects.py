"""A demo company without planted effects: nothing is to be found, so whatever is found is chance."""

import pandas as pd
import pytest

from tests.golden.demo_facts import Facts, even_split_p, facts, first_losses, retained, two_proportions_p
from tests.golden.test_demo_behaviour import a_day, before_leaving
from tests.golden.test_demo_losses import (
    early_shares,
    involuntary_shares,
    persona_ratio,
    price_ratio,
    winter_over_summer,
)


@pytest.fixture(scope="module")
def plain() -> Facts:
    return facts(10_000, planted=False)


@pytest.fixture(scope="module")
def plain_use() -> Facts:
    return facts(2_000, planted=False, usage=True)


def test_the_persona_leaves_like_everybody(plain: Facts) -> None:
    assert 0.8 <= persona_ratio(plain) <= 1.25


def test_losses_in_the_first_90_days_stay_the_same(plain: Facts) -> None:
    assert two_proportions_p(*early_shares(plain)) > 0.01


def test_the_months_after_the_price_event_are_usual(plain: Facts) -> None:
    assert 0.8 <= price_ratio(plain) <= 1.25


def test_no_quarter_has_more_failed_payments(plain: Facts) -> None:
    bad, usual = involuntary_shares(plain)
    assert abs(bad - usual) < 0.06


def test_no_season(plain: Facts) -> None:
    assert 0.75 <= winter_over_summer(plain) <= 1.3


@pytest.mark.parametrize("key", ["free-module", "discount-20", "save-call"])
def test_no_offer_works_and_every_split_is_even(plain: Facts, key: str) -> None:
    a, b = (row for _, row in retained(plain, key, 90).iterrows())
    assert even_split_p(a["size"], b["size"]) > 0.005
    assert two_proportions_p(a["sum"], a["size"], b["sum"], b["size"]) > 0.005


@pytest.mark.parametrize(
    "attribute",
    ["industry", "region", "channel", "sales_team", "grade", "country", "a_company_size", "a_main_integration"],
)
def test_no_attribute_tells_who_leaves(plain: Facts, attribute: str) -> None:
    """The spread of ever-lost shares over the groups is what chance gives (chi-square under 3 x its mean)."""
    lost = plain.tables["customers"]["customer_id"].isin(first_losses(plain.periods).index)
    groups = lost.groupby(plain.tables["customers"][attribute]).agg(["size", "mean"])
    share = lost.mean()
    chi_square = (groups["size"] * (groups["mean"] - share) ** 2).sum() / (share * (1 - share))
    assert chi_square < 3 * max(2, len(groups) - 1)


def test_use_does_not_fade_before_leaving(plain_use: Facts) -> None:
    use = before_leaving(plain_use, "usage_daily", "day")
    assert a_day(use, 1, 14, "logins") > 0.85 * a_day(use, 61, 120, "logins")


def test_tickets_do_not_surge_before_leaving(plain_use: Facts) -> None:
    tickets = before_leaving(plain_use, "tickets", "opened_at")
    assert 0.6 <= a_day(tickets, 21, 60) / a_day(tickets, 90, 200) <= 1.5


def test_holidays_are_ordinary_days(plain_use: Facts) -> None:
    logins = plain_use.tables["usage_daily"].groupby("day")["logins"].sum()
    day, week = pd.Timestamp("2025-05-01"), pd.Timedelta(days=7)
    assert logins[day] > 0.85 * (logins[day - week] + logins[day + week]) / 2

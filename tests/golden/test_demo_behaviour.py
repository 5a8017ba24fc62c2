"""What the demo company's customers do before they leave, and what they say: found with pandas alone."""

import pandas as pd
import pytest

from tests.golden.demo_facts import ONBOARDING, PRICE, TOMORROW, Facts, facts, first_losses


@pytest.fixture(scope="module")
def demo() -> Facts:
    return facts(2_000, usage=True)


def leavers(data: Facts) -> pd.DataFrame:
    losses = first_losses(data.periods)
    return losses[(losses["cancel_kind"] == "voluntary") & (losses["days"] > 120)]


def before_leaving(data: Facts, table: str, moment: str) -> pd.DataFrame:
    """Rows of those who left on their own, with the days left until then."""
    rows = data.tables[table].join(leavers(data)[["ends"]], on="customer_id", how="inner")
    day = rows[moment].dt.tz_localize(None) if rows[moment].dt.tz is not None else rows[moment]
    return rows.assign(left=(rows["ends"] - day).dt.days)


def a_day(rows: pd.DataFrame, first: int, last: int, column: str | None = None) -> float:
    """Rows, or the sum of a column, per day in a window of days before leaving."""
    window = rows[rows["left"].between(first, last)]
    total = len(window) if column is None else window[column].sum()
    return total / (last - first + 1)


def share_opened(rows: pd.DataFrame) -> float:
    return (rows["kind"] == "mail_opened").sum() / (rows["kind"] == "mail_sent").sum()


@pytest.mark.parametrize("column", ["logins", "active_users", "minutes", "core_actions", "new_feature_actions"])
def test_use_fades_in_the_60_days_before_leaving(demo: Facts, column: str) -> None:
    use = before_leaving(demo, "usage_daily", "day")
    usual = a_day(use, 61, 120, column)
    assert a_day(use, 1, 14, column) < 0.55 * usual
    assert a_day(use, 15, 45, column) < 0.85 * usual


def test_use_does_not_fade_before_an_involuntary_loss(demo: Facts) -> None:
    losses = first_losses(demo.periods)
    failed = losses[(losses["cancel_kind"] == "payment") & (losses["days"] > 120)]
    use = demo.tables["usage_daily"].join(failed[["ends"]], on="customer_id", how="inner")
    use = use.assign(left=(use["ends"] - use["day"]).dt.days)
    assert a_day(use, 1, 14, "logins") > 0.8 * a_day(use, 61, 120, "logins")


def test_breadth_of_features_shrinks_before_leaving(demo: Facts) -> None:
    use = before_leaving(demo, "feature_usage", "day")
    features = use.groupby([use["customer_id"], use["day"]])["feature"].nunique().rename("features").reset_index()
    features = features.join(leavers(demo)["ends"], on="customer_id")
    left = (features["ends"] - features["day"]).dt.days
    assert features["features"][left.between(1, 21)].mean() < 0.8 * features["features"][left.between(61, 120)].mean()


def test_tickets_surge_and_then_stop_before_leaving(demo: Facts) -> None:
    tickets = before_leaving(demo, "tickets", "opened_at")
    usual = a_day(tickets, 90, 200)
    assert a_day(tickets, 21, 60) > 2.5 * usual
    assert a_day(tickets, 0, 20) < 0.8 * usual
    surge = tickets[tickets["left"].between(21, 60)]
    assert surge["csat"].mean() < demo.tables["tickets"]["csat"].mean() - 0.5


def test_mails_are_opened_less_before_leaving(demo: Facts) -> None:
    touches = before_leaving(demo, "touches", "at")
    assert share_opened(touches[touches["left"].between(0, 30)]) < 0.7 * share_opened(
        touches[touches["left"].between(61, 365)]
    )


def test_renewal_talks_are_colder_where_the_contract_is_not_renewed(demo: Facts) -> None:
    touches = before_leaving(demo, "touches", "at").query("kind == 'renewal_contact'")
    cold = touches["value"] == "cold"
    assert cold[touches["left"].between(0, 35)].mean() > cold[touches["left"] > 35].mean() + 0.3


def test_leaving_by_choice_starts_with_a_request_to_cancel(demo: Facts) -> None:
    asked = demo.tables["touches"].query("kind == 'cancel_request'")
    losses = first_losses(demo.periods).query("cancel_kind == 'voluntary' and cancel_reason != 'payment_failure'")
    days = (losses["ends"].reindex(asked["customer_id"]).to_numpy() - asked["at"].dt.tz_localize(None)).dt.days
    whose = asked["customer_id"][days.between(-1, 41).to_numpy()]
    assert len(set(whose)) > 0.93 * len(losses)  # the others left out of a pause
    assert len(asked) > 1.15 * len(losses)  # some withdraw their request


@pytest.mark.parametrize("holiday", ["2024-05-01", "2024-10-03", "2025-05-01", "2025-10-03"])
def test_german_customers_hardly_work_on_statutory_holidays(demo: Facts, holiday: str) -> None:
    country = demo.customers("country")["country"]
    use = demo.tables["usage_daily"]
    logins = use[use["customer_id"].map(country) == "Germany"].groupby("day")["logins"].sum()
    day, week = pd.Timestamp(holiday), pd.Timedelta(days=7)
    assert logins[day] < 0.25 * (logins[day - week] + logins[day + week]) / 2


def test_a_holiday_of_one_country_is_an_ordinary_day_in_another(demo: Facts) -> None:
    country = demo.customers("country")["country"]
    use = demo.tables["usage_daily"]
    logins = use[use["customer_id"].map(country) == "Spain"].groupby("day")["logins"].sum()
    day, week = pd.Timestamp("2025-10-03"), pd.Timedelta(days=7)
    assert logins[day] > 0.7 * (logins[day - week] + logins[day + week]) / 2


def test_the_onboarding_fix_makes_the_first_month_busier_and_quieter_in_support(demo: Facts) -> None:
    firms = demo.customers("signed_on", "employees")
    firms = firms[firms["signed_on"] <= TOMORROW - pd.Timedelta(days=31)]
    use = demo.tables["usage_daily"].join(firms["signed_on"], on="customer_id", how="inner")
    first = use[(use["day"] - use["signed_on"]).dt.days < 30].groupby("customer_id")["core_actions"].sum()
    actions = first.reindex(firms.index, fill_value=0) / firms["employees"]
    tickets = demo.tables["tickets"].query("category == 'onboarding'").groupby("customer_id").size()
    tickets = tickets.reindex(firms.index, fill_value=0)
    fixed = firms["signed_on"] >= ONBOARDING
    assert actions[fixed].mean() > 1.12 * actions[~fixed].mean()
    assert tickets[fixed].mean() < 0.65 * tickets[~fixed].mean()


def test_nps_is_lower_in_the_weeks_before_leaving(demo: Facts) -> None:
    answers = before_leaving(demo, "surveys", "at").query("kind == 'nps'")
    overall = demo.tables["surveys"].query("kind == 'nps'")["score"].mean()
    assert answers["score"][answers["left"].between(0, 40)].mean() < overall - 0.8


def test_what_is_ticked_and_what_is_said_later_sometimes_disagree(demo: Facts) -> None:
    exits = demo.tables["surveys"].query("kind == 'exit'").groupby("customer_id")["reason"].first()
    ticked = first_losses(demo.periods)["cancel_reason"].reindex(exits.index).dropna()
    assert 0.15 <= (ticked != exits.reindex(ticked.index)).mean() <= 0.45


def test_reasons_follow_circumstances(demo: Facts) -> None:
    losses = first_losses(demo.periods).query("cancel_kind == 'voluntary'")
    window = (losses["ends"] >= PRICE) & (losses["ends"] < PRICE + pd.DateOffset(months=4)) & (losses["days"] > 90)
    price = losses["cancel_reason"] == "price"
    assert price[window].mean() > 1.5 * price[~window].mean()
    onboarding = losses["cancel_reason"] == "onboarding"
    assert onboarding[losses["days"] <= 90].mean() > 0.25
    assert onboarding[losses["days"] > 90].mean() < 0.1


def test_every_planted_event_is_in_the_log(demo: Facts) -> None:
    log = demo.tables["releases_log"].set_index("title")["on"]
    assert log["Guided onboarding replaces the manual set-up"] == ONBOARDING
    assert log["List prices up by 8 %"] == PRICE
    assert (log.index.str.startswith("Retention offer")).sum() == 3
    assert log.index.str.startswith("Product release").sum() == 12

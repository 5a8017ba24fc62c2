"""Behaviour as a dimension: known before the risk begins, or said to describe only."""

from datetime import UTC, date, datetime, timedelta

import pytest

from analysis.personas.behaviour import asked_of, notes_on_behaviour
from analysis.personas.change import Change, change
from analysis.personas.crosstab import crosstab
from data.engine import Engine
from data.errors import UnknownSegment
from data.queries import behaviour
from data.queries.crosstab import Dimension, counts_of_each
from data.queries.segments import values_table
from data.records import EVERYBODY, Condition, Period, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

STARTS = day("2024-02-01")
ALL_FEATURES = "used_big_form_in_first_90_days"


def a_training(customer: str, on: date) -> dict[str, object]:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return {"touch_id": f"{customer}-{on}", "customer_id": customer, "at": at, "source": "crm", "kind": "training"}


def a_ticket(customer: str, on: date) -> dict[str, object]:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return {"ticket_id": f"{customer}-{on}", "customer_id": customer, "opened_at": at}


def a_use(customer: str, on: date, feature: str, count: int = 1) -> dict[str, object]:
    return {"customer_id": customer, "day": on, "feature": feature, "count": count}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Five customers from February 2024 on: one leaves on day 20, one on day 60; one started before all records."""
    home = tmp_path_factory.mktemp("behaviour") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        ends = {"early": STARTS + timedelta(20), "later": STARTS + timedelta(60)}
        rows = [
            a_subscription(c, STARTS.isoformat(), str(ends[c]) if c in ends else None)
            for c in ("early", "later", "stays", "idle")
        ]
        rows.append(a_subscription("old", "2023-01-01"))
        first = day("2024-01-15")
        return an_engine(
            a_company(
                rows,
                touches=[a_training("idle", first), a_training("early", STARTS), a_training("stays", STARTS + timedelta(29)), a_training("stays", STARTS + timedelta(3)), a_training("later", STARTS + timedelta(30))],
                tickets=[a_ticket("old", first), a_ticket("later", ends["later"] - timedelta(1)), a_ticket("later", ends["later"] - timedelta(60)), a_ticket("stays", day("2024-12-01")), a_ticket("stays", day("2024-11-01"))],
                feature_usage=[a_use("old", first, "reports"), a_use("stays", STARTS + timedelta(9), "reports"), a_use("stays", STARTS + timedelta(9), "Big & form", 3), a_use("later", STARTS, "reports", 0), a_use("later", STARTS + timedelta(40), "reports")],
            )
        )  # fmt: skip


def values(engine: Engine, key: str) -> dict[str, str]:
    return {row["customer_id"]: row["value"] for row in engine.rows(behaviour.table(engine, key))}


def test_who_left_before_the_landmark_has_no_value(engine: Engine):
    """`early` attended a training and left on day 20; `old` started before any touch was recorded."""
    assert values(engine, "trainings_in_first_30_days") == {"later": "0", "stays": "2+", "idle": "1"}


def test_use_of_the_first_days_is_counted_up_to_the_landmark(engine: Engine):
    assert values(engine, "features_in_first_30_days") == {"later": "0", "stays": "1-2", "idle": "0"}
    assert values(engine, "days_to_first_feature") == {"later": "never", "stays": "8-29", "idle": "never"}
    assert values(engine, "tickets_in_first_30_days") == {"later": "1", "stays": "0", "idle": "0"}


def test_every_feature_is_an_attribute_of_its_own(engine: Engine):
    assert {"used_reports_in_first_90_days", ALL_FEATURES} <= set(behaviour.known(engine))
    assert values(engine, ALL_FEATURES) == {"stays": "yes", "idle": "never"}
    with pytest.raises(KeyError, match="no behaviour used_other"):
        behaviour.table(engine, "used_other_in_first_90_days")


def test_features_whose_names_are_alike_are_one_attribute(tmp_path, monkeypatch):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    uses = [a_use("a", STARTS, "Export"), a_use("b", STARTS, "export"), a_use("b", STARTS, "Other")]
    subscriptions = [a_subscription(c, STARTS.isoformat()) for c in ("a", "b", "c")]
    alike = an_engine(a_company(subscriptions, feature_usage=uses))
    assert values(alike, "used_export_in_first_90_days") == {"a": "yes", "b": "yes", "c": "never"}


def test_the_last_days_look_back_from_the_loss_or_the_as_of_date(engine: Engine):
    found = values(engine, "tickets_in_last_60_days")
    assert found == {"early": "0", "later": "1", "stays": "1", "idle": "0", "old": "0"}
    assert values(engine, "module_last_used")["stays"] == "Big & form"
    assert values(engine, "module_last_used")["early"] == "never"


def test_in_a_period_only_those_count_whose_value_was_known_at_its_start(engine: Engine):
    scope = Scope(start=day("2024-03-01"), end=day("2024-06-01"))
    assert crosstab(engine, scope, ["trainings_in_first_30_days"]).whole.customers == 0
    march = Scope(start=day("2024-03-02"), end=day("2024-06-01"))
    assert crosstab(engine, march, ["trainings_in_first_30_days"]).whole.customers == 3


def test_all_customers_of_a_change_are_those_whose_value_was_known(engine: Engine):
    scope = Scope(start=day("2024-04-01"), end=day("2024-05-01"))
    found = change(engine, scope, "trainings_in_first_30_days", "2024-03-02..2024-04-01")
    assert isinstance(found, Change)
    assert found.conditions == (Condition("started_on", "<=", ("2024-03-02",)),)
    assert all(found.conditions[0] in effect.conditions for effect in found.effects)


def test_what_looks_back_stands_in_no_period(engine: Engine):
    scope = Scope(start=day("2024-03-01"), end=day("2024-06-01"))
    with pytest.raises(UnknownSegment, match="looks back"):
        crosstab(engine, scope, ["module_last_used"])
    assert crosstab(engine, Scope(), ["module_last_used"]).whole.customers == 5


def test_customers_chosen_by_what_looks_back_are_not_judged_at_equal_ages(engine: Engine):
    """Whoever has it was there until then: nobody had it at an earlier age."""
    late = Segment((Condition("tickets_in_last_60_days", "in", ("1",)),))
    assert crosstab(engine, Scope(segment=late), ["plan"]).whole.lift_at_age is None
    without = Segment((), late.conditions)
    assert crosstab(engine, Scope(segment=without), ["plan"]).whole.lift_at_age is None
    assert crosstab(engine, Scope(), ["plan"]).whole.lift_at_age is not None
    assert "foretells nothing" in notes_on_behaviour(asked_of(late, ["plan"]), None)[0]


def test_notes_say_which_kind_a_behaviour_is():
    period = Period(STARTS, STARTS + timedelta(30))
    assert notes_on_behaviour(["plan"], period) == ()
    assert len(notes_on_behaviour([ALL_FEATURES], None)) == 1
    assert len(notes_on_behaviour(["tickets_in_first_30_days"], period)) == 2
    assert "foretells nothing" in notes_on_behaviour(["module_last_used"], None)[0]


def test_a_release_without_the_table_has_no_such_behaviour(engine: Engine):
    assert values_table(engine, "trainings_in_first_30_days") is not None
    without = an_engine(a_company([a_subscription()]))
    assert behaviour.find(without, "trainings_in_first_30_days") is None
    assert behaviour.known(without) == {}


def test_who_was_there_before_the_data_begin_has_no_first_days(tmp_path, monkeypatch):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    ids = [f"c{i:02}" for i in range(12)]
    rows = [a_subscription(c, STARTS.isoformat()) for c in (*ids, "new")]
    people = [a_customer(c, signed_on=day("2023-01-01") if c in ids else STARTS) for c in (*ids, "new")]
    late = an_engine(a_company(rows, customers=people, touches=[a_training("c01", STARTS), a_training("new", STARTS)]))
    assert values(late, "trainings_in_first_30_days") == {"new": "1"}


def test_a_behaviour_is_not_counted_together_with_attributes(engine: Engine):
    period = Period(date(2024, 1, 1), date(2024, 4, 1))
    with pytest.raises(ValueError, match="each is counted by itself"):
        counts_of_each(engine, EVERYBODY, [Dimension("industry"), Dimension(ALL_FEATURES)], [period])

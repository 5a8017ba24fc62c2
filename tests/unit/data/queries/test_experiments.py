"""Who counts in an experiment and with what, on a company small enough to count by hand."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.engine import Engine
from data.queries import experiments
from data.queries.own_rates import flow, own_rates
from data.records import EVERYBODY, Condition, MetricOptions, Segment
from data.records_experiments import Measure, Reading
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

DAY = date(2024, 6, 1)
MONTH = 365.25 / 12
ALL = ("control", "offer")


def an_assignment(customer: str, variant: str, on: date | None = DAY, key: str = "x", **values: Any) -> dict[str, Any]:
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) if on else None
    return {"experiment_key": key, "customer_id": customer, "variant": variant, "assigned_at": at} | values


ASSIGNED = [
    an_assignment("stays", "control", exposed_at=datetime(2024, 6, 2, tzinfo=UTC)),
    an_assignment("leaves on day 30", "control"),
    an_assignment("leaves on day 31", "offer"),
    an_assignment("pays less", "offer"),
    an_assignment("begins that day", "offer"),
    an_assignment("begins later", "offer"),
    an_assignment("left before", "control"),
    an_assignment("too late", "offer", date(2024, 12, 20)),
    an_assignment("undated", "control", None),
    an_assignment("stays", "third arm", key="y"),
]


def _subscriptions() -> list[dict[str, Any]]:
    return [
        a_subscription("stays", interval="year", renews_on=day("2025-01-01")),
        a_subscription("leaves on day 30", ends=str(DAY + timedelta(days=30))),
        a_subscription("leaves on day 31", ends=str(DAY + timedelta(days=31))),
        a_subscription("pays less", ends="2024-06-11", mrr=3000),
        a_subscription("pays less", "2024-06-11", mrr=2000),
        a_subscription("begins that day", "2024-06-01"),
        a_subscription("begins later", "2024-06-02"),
        a_subscription("left before", ends="2024-05-20"),
        a_subscription("too late"),
        a_subscription("undated"),
    ]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The company; to be read, not written."""
    subscriptions, people = _subscriptions(), dict.fromkeys(row["customer_id"] for row in ASSIGNED)
    use = [("stays", 5, 7), ("stays", -3, 2), ("stays", 30, 9), ("pays less", 0, 1), ("begins later", -90, 1)]
    tickets = [("stays", 29), ("stays", 29), ("stays", -1), ("leaves on day 31", 30), ("begins later", -60)]
    company = a_company(
        subscriptions,
        customers=[a_customer(c, a_pair="1" if c in {"stays", "leaves on day 30"} else None) for c in people],
        attributes={"a_pair": "Pair"},
        assignments=ASSIGNED,
        usage_daily=[{"customer_id": c, "day": DAY + timedelta(days=n), "core_actions": k} for c, n, k in use],
        tickets=[
            {"ticket_id": str(n), "customer_id": c, "opened_at": _noon(DAY + timedelta(days=ago))}
            for n, (c, ago) in enumerate(tickets)
        ],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("experiments") / "home"))
        return an_engine(company)


def _noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def _means(engine: Engine, measure: Measure, variant: str = "control", **reading: Any) -> tuple[int, Any]:
    found = experiments.moments(engine, Reading("x", ALL, (measure,), **reading))[measure.key][variant, ""]
    return found.n, dict(found.mean)


def test_each_group_of_the_funnel_is_a_part_of_the_one_before(engine: Engine):
    control, offer = experiments.funnel(engine, Reading("x", ALL, ()), 30)
    assert (control.assigned, control.exposed, control.inside, control.paying, control.ready) == (4, 1, 4, 2, 2)
    assert (offer.assigned, offer.exposed, offer.inside, offer.paying, offer.ready) == (5, 0, 5, 4, 3)


def test_arms_that_are_not_compared_are_counted_and_exposure_nobody_logged_is_not_none_of_them(engine: Engine):
    (of_y,) = experiments.funnel(engine, Reading("y", (), ()), 30)
    assert (of_y.variant, of_y.assigned, of_y.exposed) == ("third arm", 1, None)
    (nobody,) = experiments.funnel(engine, Reading("z", ("gone",), ()), 30)
    assert (nobody.variant, nobody.assigned, nobody.exposed) == ("gone", 0, None)


def test_who_pays_at_the_end_of_the_last_day_is_retained(engine: Engine):
    assert _means(engine, Measure("retained", 30)) == (2, {"value": 0.5})
    assert _means(engine, Measure("retained", 30), "offer") == (3, {"value": 1.0})
    assert _means(engine, Measure("retained", 31), "offer")[1]["value"] == pytest.approx(2 / 3)


def test_revenue_is_spread_over_the_days_it_is_paid_for(engine: Engine):
    n, mean = _means(engine, Measure("revenue", 30), "offer")
    after = 1000 * 30 + 3000 * 10 + 2000 * 20 + 1000 * 30
    before = 1000 * 30 + 3000 * 30
    assert n == 3
    assert mean == pytest.approx({"value": after / MONTH / 3, "before": before / MONTH / 3})


def test_the_day_of_assignment_is_the_first_day_and_the_horizon_is_not_in_it(engine: Engine):
    assert _means(engine, Measure("use", 30)) == (2, {"value": 3.5, "before": 1.0})
    assert _means(engine, Measure("use", 31))[1]["value"] == 8.0
    assert _means(engine, Measure("use-per-day", 30), "offer")[1] == pytest.approx({"value": 1 / 3, "per": 1 / 3})
    assert _means(engine, Measure("complaints", 30)) == (2, {"value": 1.0, "per": pytest.approx(30 / MONTH)})


def test_only_a_smaller_amount_that_is_not_nothing_is_a_downgrade(engine: Engine):
    assert _means(engine, Measure("downgraded", 30)) == (2, {"value": 0.0, "per": pytest.approx(30 / MONTH)})
    assert _means(engine, Measure("downgraded", 30), "offer")[1]["value"] == pytest.approx(1 / 3)
    assert _means(engine, Measure("downgraded", 10), "offer")[1]["value"] == 0.0


def test_only_whose_contract_was_due_counts_as_renewed(engine: Engine):
    assert _means(engine, Measure("renewed", 31)) == (1, {"value": 0.0})
    assert _means(engine, Measure("renewed", 32), "offer")[1]["value"] == pytest.approx(2 / 3)


def test_who_leaves_in_the_middle_of_a_term_was_not_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    ends = {"due and stays": None, "due and leaves": "2024-07-10", "not due, leaves": "2024-07-10", "not due": None}
    begun = {name: "2023-07-10" if name.startswith("due") else "2023-12-15" for name in ends}
    company = a_company(
        [a_subscription(name, begun[name], ends=end, interval="year") for name, end in ends.items()],
        customers=[a_customer(name) for name in ends],
        assignments=[an_assignment(name, "control") for name in ends],
    )
    assert _means(an_engine(company), Measure("renewed", 90)) == (2, {"value": 0.5})


def test_moments_are_those_of_the_values(engine: Engine):
    reading = Reading("x", ALL, (Measure("revenue", 30),))
    found = experiments.moments(engine, reading)["revenue_30"]["offer", ""]
    values = experiments.values(engine, reading, reading.measures[0])["offer"]
    assert (found.n, found.least, found.most) == (3, values.min(), values.max())
    assert found.variance["value"] == pytest.approx(values.var(ddof=1))
    before = np.array([1000, 3000, 0]) * 30 / MONTH
    assert found.covariance["before", "value"] == pytest.approx(np.cov(np.sort(values)[[1, 2, 0]], before)[0, 1])


def test_values_too_many_to_take_are_drawn_the_same_every_time(engine: Engine):
    reading = Reading("x", ALL, (Measure("retained", 30),))
    drawn = [experiments.values(engine, reading, reading.measures[0], most=2) for _ in range(2)]
    assert sum(map(len, drawn[0].values())) == 2
    assert str(drawn[0]) == str(drawn[1])


def test_the_largest_are_named_and_a_cap_cuts_them(engine: Engine):
    measure = Measure("revenue", 30)
    reading = Reading("x", ALL, (measure,))
    (first, *_rest) = experiments.largest(engine, reading, measure)
    assert first == ("pays less", "offer", pytest.approx(70_000 / MONTH))
    capped = experiments.capped_moments(engine, reading, measure, 0.5)
    assert [m.most for m in capped.values()] == pytest.approx([30_000 / MONTH] * 2)


def test_a_segment_narrows_and_an_attribute_splits(engine: Engine):
    pair = Segment((Condition("pair", "in", ("1",)),))
    assert _means(engine, Measure("retained", 30), segment=pair)[0] == 2
    assert experiments.funnel(engine, Reading("x", ALL, (), segment=pair), 30)[1].inside == 0
    split = experiments.moments(engine, Reading("x", ALL, (Measure("retained", 30),)), by="pair")["retained_30"]
    assert {place: m.n for place, m in split.items()} == {("control", "1"): 2, ("control", ""): 0, ("offer", ""): 3}


def test_customers_assigned_together_are_one_row_with_their_number(engine: Engine):
    found = experiments.moments(engine, Reading("x", ALL, (Measure("retained", 30),), unit="pair"))["retained_30"]
    assert (found["control", ""].n, dict(found["control", ""].mean)) == (1, {"value": 1.0, "per": 2.0})
    assert (found["offer", ""].n, dict(found["offer", ""].mean)) == (3, {"value": 1.0, "per": 1.0})


def test_lives_end_at_the_loss_at_the_horizon_or_with_the_data(engine: Engine):
    found = experiments.lives_after(engine, Reading("x", ALL, ()), 90)
    assert [list(column) for column in found["control"]] == [[30, 90], [1, 0], [0, 1]]
    assert [list(column) for column in found["offer"]] == [[11, 31, 90], [0, 1, 0], [1, 0, 2]]


def test_what_was_known_before_is_of_the_day_before(engine: Engine):
    found = experiments.moments_before(engine, Reading("x", ALL, ()))
    means = {what: {name: m.mean.get("value") for name, m in arms.items()} for what, arms in found.items()}
    assert means["mrr_cents"]["offer"] == pytest.approx((1000 + 3000 + 1000) / 3), "of those who ever paid before"
    assert means["core_actions_28"]["control"] == pytest.approx(2 / 3)
    assert means["tickets_60"] == pytest.approx({"control": 1 / 3, "offer": 1 / 5})
    assert means["age_days"]["control"] == pytest.approx(152)
    assert means["interval=month"] == pytest.approx({"control": 1 / 4, "offer": 3 / 5})


def test_a_plan_may_expect_what_happened_to_the_customers_there_were(engine: Engine):
    found = own_rates(engine, EVERYBODY, Measure("retained", 30))
    assert (found.n, found.mean["value"]) == (6, 1.0)
    assert own_rates(engine, EVERYBODY, Measure("retained", 214)).mean["value"] == pytest.approx(4 / 6)
    assert own_rates(engine, EVERYBODY, Measure("retained", 30), unit="pair").mean["per"] == 1.0
    assert own_rates(engine, EVERYBODY, Measure("outcome", column="score")).n == 0


def test_the_flow_is_who_pays_now_and_who_came_lately(engine: Engine):
    now, monthly = flow(engine, EVERYBODY)
    assert (now, monthly) == (6, 0.0)


def test_assignments_are_counted_by_day_and_by_attribute(engine: Engine):
    assert experiments.assigned_by_day(engine, "x")[0] == {"day": DAY, "variant": "control", "n": 3}
    assert {"value": "1", "variant": "control", "n": 2} in experiments.assigned_by(engine, "x", "pair")


def test_the_experiments_in_the_data_are_listed(engine: Engine):
    x, y = experiments.experiment_keys(engine)
    assert (x["key"], x["variants"], x["exposed"], x["dated"]) == ("x", {"control": 4, "offer": 5}, 1, 8)
    assert (y["key"], y["first_on"], y["last_on"], y["outcomes"]) == ("y", DAY, DAY, ())


def test_what_nothing_tells_is_left_out_of_the_answer(engine: Engine):
    reading = Reading("x", ALL, (Measure("outcome", column="score"), Measure("retained", 30)))
    assert list(experiments.moments(engine, reading)) == ["retained_30"]


def test_outcomes_count_where_they_are_known_and_need_no_day():
    rows = [(1.0, 2.0, None), (3.0, None, 5.0), (None, 1.0, 1.0), (5.0, 4.0, 2.0)]
    assigned = [
        an_assignment(f"c{n}", "control", None, o_score=score, o_visits=visits, o_score_before=before)
        for n, (score, visits, before) in enumerate(rows)
    ]
    labels = {"o_score": "Score", "o_visits": "visits", "o_score_before": "Score before"}
    engine = an_engine(a_company([a_subscription("c0")], assignments=assigned, outcomes=labels))
    plain = Measure("outcome", column="score", before="score_before")
    ratio = Measure("outcome", column="Score", per="visits")
    found = experiments.moments(engine, Reading("x", ("control",), (plain, ratio)))
    assert (found[plain.key]["control", ""].n, dict(found[plain.key]["control", ""].mean)) == (
        3,
        {"value": 3.0, "before": pytest.approx(7 / 3)},
    )
    assert (found[ratio.key]["control", ""].n, dict(found[ratio.key]["control", ""].mean)) == (
        2,
        {"value": 3.0, "per": 3.0},
    )
    assert experiments.outcomes(engine) == {"score": "Score", "visits": "visits", "score_before": "Score before"}
    assert experiments.experiment_keys(engine)[0]["outcomes"] == ("score", "visits", "score_before")


def test_the_day_of_assignment_is_the_day_it_was_there():
    moments = [datetime(2024, 3, 10, 4, 30, tzinfo=UTC), datetime(2024, 3, 11, 3, 30, tzinfo=UTC)]
    moments += [datetime(2024, 3, 11, 4, 30, tzinfo=UTC), datetime(2024, 12, 11, 4, 30, tzinfo=UTC)]
    rows = [an_assignment(f"c{n}", "control") | {"assigned_at": at} for n, at in enumerate(moments)]
    company = a_company([a_subscription("c0")], assignments=rows, options=MetricOptions(time_zone="America/New_York"))
    found = experiments.assigned_by_day(an_engine(company), "x")
    # Clocks went forward on 10 March: half past three UTC is before midnight a day later too, half past four is not.
    assert [(row["day"].isoformat(), row["n"]) for row in found] == [
        ("2024-03-09", 1),
        ("2024-03-10", 1),
        ("2024-03-11", 1),
        ("2024-12-10", 1),
    ]

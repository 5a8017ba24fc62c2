"""Why did the rate change: effects add up exactly, on a company that can be counted by hand."""

from collections.abc import Iterator
from datetime import date
from math import fsum
from typing import Any

import pytest

from analysis.kpis.report import kpis
from analysis.personas.change import Change, change
from analysis.results import Estimate, NotEnoughData
from data.engine import Engine
from data.errors import ReviewError, UnknownSegment
from data.records import Period, Scope
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

SECOND = Scope(start=date(2024, 4, 1), end=date(2024, 7, 1), grain="quarter")
EVERYBODY = (17 / 72 + 13 / 105) / 2
"""The mean of the rates of everybody in both quarters."""


def rows() -> Iterator[dict[str, Any]]:
    """Retail: 40 at start of both quarters less 4 lost in each. Health: 20 at first, 60 later; 1 and 9 lost.
    Mining is there in the first quarter only (12, all lost), farming in the second only (10, nobody lost)."""
    for i in range(40):
        yield a_subscription(f"r{i}", "2023-06-01", "2024-02-10" if i < 4 else "2024-05-10" if i < 8 else None)
    for i in range(60):
        ends = "2024-02-10" if i == 0 else "2024-05-10" if i < 10 else None
        yield a_subscription(f"h{i}", "2023-06-01" if i < 20 else "2024-02-01", ends)
    for i in range(12):
        yield a_subscription(f"m{i}", "2023-06-01", "2024-03-01")
    for i in range(10):
        yield a_subscription(f"f{i}", "2024-02-01")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    home = tmp_path_factory.mktemp("change") / "home"
    names = {"r": "retail", "h": "health", "m": "mining", "f": "farming"}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        found = list(rows())
        ids = [row["customer_id"] for row in found]
        return an_engine(a_company(found, customers=[a_customer(c, industry=names[c[0]]) for c in ids]))


def changed(engine: Engine, scope: Scope = SECOND, attribute: str = "industry", against: str = "") -> Change:
    found = change(engine, scope, attribute, against)
    assert isinstance(found, Change)
    return found


def test_the_parts_add_up_to_the_change_of_the_key_figures(engine: Engine):
    found = changed(engine)
    first, second = kpis(engine, Scope(date(2024, 1, 1), SECOND.end, "quarter")).rows
    assert isinstance(first.customer_churn_rate, Estimate)
    assert isinstance(second.customer_churn_rate, Estimate)
    total = second.customer_churn_rate.value - first.customer_churn_rate.value
    assert fsum(e.mix_effect + e.rate_effect for e in found.effects) == pytest.approx(total, abs=1e-12)
    assert found.parts.mix + found.parts.rate == pytest.approx(total, abs=1e-12)


def test_a_vanished_and_a_new_segment_are_mix_alone(engine: Engine):
    """Hand count: mining 12 of 72 at first with a rate of 1; farming 10 of 105 later with a rate of 0. Of everybody
    17 of 72 left, then 13 of 105."""
    effects = {e.segment: e for e in changed(engine).effects}
    mining, farming = effects["mining"], effects["farming"]
    assert (mining.before, mining.after, mining.rate_effect) == ((12, 12), (0, 0), 0)
    assert mining.mix_effect == pytest.approx(-12 / 72 * (1 - EVERYBODY))
    assert (farming.before, farming.rate_effect) == ((0, 0), 0)
    assert farming.mix_effect == pytest.approx(10 / 105 * (0 - EVERYBODY))
    assert isinstance(mining.rate_after, NotEnoughData)
    assert mining.rate_low is None


def test_more_of_a_segment_that_leaves_less_often_lowers_the_rate(engine: Engine):
    """Health grows from 28 to 56 % and leaves less often than everybody; mining, all of whom left, is gone."""
    effects = {e.segment: e for e in changed(engine).effects}
    assert effects["health"].share_after > effects["health"].share_before
    assert all(effects[name].mix_effect < 0 for name in ("health", "farming", "mining"))
    assert effects["retail"].mix_effect > 0


def test_a_segment_that_stays_has_both_effects_and_a_test_of_its_rate(engine: Engine):
    """Hand count: health 1 of 20, then 9 of 59; shares 20/72 and 59/105."""
    health = {e.segment: e for e in changed(engine).effects}["health"]
    assert (health.before, health.after) == ((20, 1), (59, 9))
    assert health.rate_effect == pytest.approx((9 / 59 - 1 / 20) * (20 / 72 + 59 / 105) / 2)
    assert health.mix_effect == pytest.approx((59 / 105 - 20 / 72) * ((9 / 59 + 1 / 20) / 2 - EVERYBODY))
    assert health.rate_low is not None
    assert health.rate_high is not None
    assert health.rate_low < health.rate_effect < health.rate_high
    assert health.p_adjusted is not None
    assert not health.more_than_chance


@pytest.mark.parametrize(
    ("scope", "against", "before"),
    [
        (SECOND, "", Period(date(2024, 1, 1), date(2024, 4, 1))),
        (SECOND, "previous", Period(date(2024, 1, 1), date(2024, 4, 1))),
        (SECOND, "2023-10-01..2024-02-01", Period(date(2023, 10, 1), date(2024, 2, 1))),
        (Scope(SECOND.start, SECOND.end), "", Period(date(2024, 1, 1), date(2024, 4, 1))),
        (Scope(date(2024, 5, 6), date(2024, 5, 16)), "", Period(date(2024, 4, 26), date(2024, 5, 6))),
        (Scope(date(2024, 8, 1), date(2024, 9, 1)), "year", Period(date(2023, 8, 1), date(2023, 9, 1))),
        (Scope(grain="year"), "", Period(date(2023, 1, 1), date(2024, 1, 1))),
    ],
)
def test_the_earlier_period_is_found(engine: Engine, scope: Scope, against: str, before: Period):
    found = change(engine, scope, "industry", against)
    assert isinstance(found, NotEnoughData) or found.before == before
    assert isinstance(found, Change) or before.start < date(2023, 6, 2)


@pytest.mark.parametrize("against", ["week", "2024-01-01..", "2024-02-01..2024-01-01", "2024-01-01..2024-13-01"])
def test_a_period_that_is_none_is_refused(engine: Engine, against: str):
    with pytest.raises(ReviewError):
        change(engine, SECOND, "industry", against)


def test_without_customers_there_is_no_change(engine: Engine):
    assert isinstance(change(engine, SECOND, "industry", "2020-01-01..2020-04-01"), NotEnoughData)


def test_an_outcome_splits_no_rate(engine: Engine):
    with pytest.raises(UnknownSegment):
        change(engine, SECOND, "status")


def test_a_snapshot_has_no_two_periods():
    snapshot = an_engine(a_company([a_subscription(starts="2024-01-01")], shape="snapshot", as_of=day("2024-06-30")))
    with pytest.raises(ReviewError, match="not when"):
        change(snapshot, Scope(), "plan")

"""Stored sums are the answers that counting gives, and are never older than the movements they sum."""

from dataclasses import replace
from datetime import date
from typing import get_args

import pytest

from data.calendar import add_months
from data.derived import sums
from data.derived.build import reconcile
from data.derived.plan import SUMS
from data.engine import Engine
from data.lake import Lake
from data.queries.flows import daily_flows, net_flows
from data.queries.lives import CountedLives, lives_by_age
from data.queries.retention import retained
from data.queries.stored_sums import stored_lives
from data.records import EVERYBODY, Condition, Grain, Segment
from data.settings import settings
from tests.builders import an_engine, published
from tests.parity.asking import plain
from tests.parity.companies import AS_OF, OPTIONS, contracts, known_late

JAN_2023, JAN_2025 = date(2023, 1, 1), date(2025, 1, 1)
GRAINS: tuple[Grain, ...] = get_args(Grain)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """A release with sums; to be read, not written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("sums") / "home"))
        patch.setattr(sums, "MANY_MOVEMENTS", 1)
        return an_engine(contracts())


def counting(engine: Engine) -> Engine:
    """The same release as if it had no sums."""
    return replace(engine, files={n: files for n, files in engine.files.items() if n not in SUMS})


def test_a_small_release_has_no_sums():
    assert not set(SUMS) & set(published(contracts()).release.tables)


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("end", [JAN_2025, date(2027, 1, 1), date(2024, 11, 13)], ids=["whole", "beyond", "cut"])
def test_stored_periods_are_as_counted(large: Engine, grain: Grain, end: date):
    stored = net_flows(large, EVERYBODY, grain, JAN_2023, end)
    assert plain(large, stored) == plain(large, net_flows(counting(large), EVERYBODY, grain, JAN_2023, end))


def test_a_segment_is_counted(large: Engine):
    retail = Segment((Condition("industry", "in", ("retail",)),))
    every = net_flows(large, EVERYBODY, "year", JAN_2023, JAN_2025)
    some = net_flows(large, retail, "year", JAN_2023, JAN_2025)
    assert 0 < some[0]["n_new"] < every[0]["n_new"]


def test_stored_lives_are_as_counted(large: Engine):
    assert stored_lives(large, EVERYBODY) is not None
    for by in ((), ("plan",), ("interval", "plan")):
        stored, counted = (lives_by_age(e, EVERYBODY, "day", by) for e in (large, counting(large)))
        assert sorted(rows(stored)) == sorted(rows(counted))


def rows(found: CountedLives) -> list[tuple[object, ...]]:
    named = [[values[code] for code in codes] for values, codes in zip(found.values, found.codes, strict=True)]
    return list(zip(*named, found.age.tolist(), found.lost.tolist(), found.customers.tolist(), strict=True))


def test_lives_known_late_are_not_stored(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sums, "MANY_MOVEMENTS", 1)
    engine = an_engine(known_late())
    assert stored_lives(engine, EVERYBODY) is None
    assert lives_by_age(engine, EVERYBODY, "day").entered.any()


def test_stored_days_are_as_counted(large: Engine):
    stored, counted = daily_flows(large, EVERYBODY), daily_flows(counting(large), EVERYBODY)
    assert stored.days.tolist() == counted.days.tolist()
    assert stored.squares == pytest.approx(counted.squares)
    assert {k: v.tolist() for k, v in stored.counts.items()} == {k: v.tolist() for k, v in counted.counts.items()}


def test_stored_windows_are_as_counted_and_others_are_counted(large: Engine):
    ends = [date(2024, 6, 3), date(2024, 7, 1), JAN_2025]
    for days in (0, 1):
        windows = [(add_months(end, -12), end.replace(day=end.day + days)) for end in ends]
        stored, counted = (retained(e, EVERYBODY, windows) for e in (large, counting(large)))
        assert [vars(r) for r in stored] == [pytest.approx(vars(r)) for r in counted]


def test_checking_finds_a_sum_that_is_not_as_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sums, "MANY_MOVEMENTS", 1)
    large = an_engine(contracts())
    assert all(c.passed for c in reconcile(large, OPTIONS, AS_OF))
    lake = Lake(settings().lake_url)
    table = large.arrow(large.table("period_sums"))
    wrong = table.set_column(
        table.schema.get_field_index("n_churn"), "n_churn", [[n + 1 for n in table["n_churn"].to_pylist()]]
    )
    spoiled = large.with_table(lake, "period_sums", lake.write("period_sums", wrong.to_reader()))
    assert [c.name for c in reconcile(spoiled, OPTIONS, AS_OF) if not c.passed] == ["months_balance", "sums_match"]


def test_sums_of_a_larger_release_before_are_not_taken_over(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sums, "MANY_MOVEMENTS", 1)
    assert set(SUMS) <= set(published(contracts()).release.tables)
    monkeypatch.undo()
    again = published(replace(contracts(), options=replace(OPTIONS, gap_tolerance_days=9)))
    assert not set(SUMS) & set(again.release.tables)
    assert not again.notes

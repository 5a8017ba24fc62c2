"""When the result may be looked at, and how sure one must be then."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.experiments.results import Allowed
from analysis.experiments.watch import allowed_now, level_of
from data.records_experiments import Experiment, LookKind, LookTaken, Plan


def planned(**changed: object) -> Experiment:
    plan = replace(Plan("Call before they leave", size=1_000), **changed)
    return Experiment("call", plan, "running", frozen=plan)


def a_look(number: int, customers: int, kind: LookKind = "planned") -> LookTaken:
    return LookTaken(
        number, kind, date(2026, 5, 1), 3, "offer", "retained_90", 90, customers, customers / 1_000,
        0.1, 0.0, 0.2, 2.0, 4.0, 0.05, "too-early",
    )  # fmt: skip


def test_a_fixed_plan_is_read_once_and_not_before() -> None:
    early = allowed_now(planned(), 999, over=False)
    assert early.look is None
    assert early.needed == 1_000
    assert "1000 customers" in early.why.replace(",", "")
    assert allowed_now(planned(), 1_000, over=False) == Allowed(1, "final", 0.05, None, 1.0)


def test_when_nobody_can_come_any_more_the_last_look_is_due() -> None:
    last = allowed_now(planned(stopping="pocock", looks=4), 700, over=True)
    assert (last.look, last.kind, last.information) == (4, "final", 1.0)


def test_looks_come_at_equal_shares_of_the_size() -> None:
    experiment = planned(stopping="obrien-fleming", looks=5)
    assert [allowed_now(experiment, n, over=False).look for n in (199, 200, 399, 400, 650, 1_000)] == [
        None,
        1,
        1,
        2,
        3,
        5,
    ]


def test_the_bounds_are_those_of_lan_and_demets() -> None:
    # golden_public.json, ld-obf-5: 4.8769, 3.3570, 2.6803, 2.2898, 2.0310 at five equal looks.
    experiment = planned(stopping="obrien-fleming", looks=5)
    taken = replace(experiment, looks=(a_look(1, 200), a_look(2, 400)))
    found = allowed_now(taken, 600, over=False)
    assert found.look == 3
    assert found.boundary == pytest.approx(2.6803, abs=0.002)
    assert found.level == pytest.approx(level_of(2.6803), abs=1e-4)


def test_a_look_is_taken_once() -> None:
    experiment = replace(planned(stopping="pocock", looks=5), looks=(a_look(1, 200),))
    assert allowed_now(experiment, 250, over=False).look is None
    assert allowed_now(experiment, 250, over=False).needed == 400


def test_a_last_look_that_came_short_spends_all_that_is_left() -> None:
    experiment = replace(planned(stopping="obrien-fleming", looks=2), looks=(a_look(1, 500),))
    short, full = allowed_now(experiment, 800, over=True), allowed_now(experiment, 1_000, over=False)
    assert short.kind == full.kind == "final"
    assert short.boundary is not None
    assert full.boundary is not None
    # Less new information: closer to the first look, so a little less is asked of it.
    assert 1.9 < short.boundary < full.boundary < 2.0


def test_an_always_valid_plan_may_be_read_at_any_time() -> None:
    assert allowed_now(planned(stopping="always-valid"), 3, over=False).look == 1


def test_after_the_last_look_no_other_is_due() -> None:
    experiment = replace(planned(), looks=(a_look(1, 1_000, "final"),))
    found = allowed_now(experiment, 2_000, over=True)
    assert found.look is None
    assert found.why

"""When the result may be looked at, and how sure one must be then."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from analysis.experiments.compare import Level, difference
from analysis.experiments.results import Allowed
from analysis.experiments.watch import allowed_now, level_of
from analysis.results import Comparison
from analysis.statistics.means import moments_of, moments_of_share
from analysis.statistics.sequential import exit_probabilities
from data.records_experiments import Experiment, LookKind, LookTaken, Plan, Variant


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


def test_each_of_several_variants_spends_its_own_part_of_the_error_over_all_looks() -> None:
    """Three variants at five looks: each alone is called chance's work in a third of 5 % at most, over all looks."""
    plan = planned(stopping="pocock", looks=5).plan
    three = replace(plan, variants=tuple(Variant(name, 0.25) for name in ("control", "a", "b", "c")))
    taken, boundaries = (), []
    for number in range(1, 6):
        experiment = replace(planned(), plan=three, frozen=three, looks=taken)
        found = allowed_now(experiment, number * 200, over=False)
        assert found.boundary is not None
        assert found.level == pytest.approx(3 * level_of(found.boundary))
        boundaries.append(found.boundary)
        taken = (*taken, *(replace(a_look(number, number * 200), variant=v, boundary=found.boundary) for v in "abc"))
    alarms = exit_probabilities(range(1, 6), boundaries)
    assert sum(alarms.upper) + sum(alarms.lower) == pytest.approx(0.05 / 3, abs=1e-6)


def test_a_look_long_before_the_end_can_be_taken_although_nothing_would_stop_there() -> None:
    found = allowed_now(planned(stopping="obrien-fleming", looks=20, size=10_000), 500, over=False)
    assert found.boundary is not None
    assert found.boundary > 9
    assert Level(found.level).alpha > 0
    share = difference(moments_of_share(100, 250), moments_of_share(200, 250), Level(found.level / 3), share=True)
    assert isinstance(share, Comparison)
    assert share.low is not None


def test_a_last_look_without_anybody_new_is_no_failure() -> None:
    experiment = replace(planned(stopping="obrien-fleming", looks=2), looks=(a_look(1, 500),))
    assert allowed_now(experiment, 500, over=True).boundary == pytest.approx(1.96, abs=0.002)


def test_an_always_valid_plan_takes_off_what_was_known_before_as_its_size_did() -> None:
    random = np.random.default_rng(1)
    before = random.normal(100, 20, (2, 400))
    arms = [moments_of(b + random.normal(0, 5, 400), before=b) for b in before]
    plain, adjusted = (difference(*arms, Level(0.05, 800), share=False, adjusted=a) for a in (False, True))
    assert isinstance(plain, Comparison)
    assert isinstance(adjusted, Comparison)
    once = difference(*arms, Level(), share=False)
    assert isinstance(once, Comparison)
    assert adjusted.difference == once.difference
    widths = [one.limits[1] - one.limits[0] for one in (once, adjusted, plain)]
    assert widths[0] < widths[1] < widths[2] / 2

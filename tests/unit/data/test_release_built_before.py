"""An import that moves no customer keeps the movements of the release before it, and no other does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from data import release as releasing
from data.derived.build import build
from data.derived.plan import BUILDER, sources
from data.engine import Engine
from data.lake import Lake
from data.records import MetricOptions, Release
from data.sample.stage import stage_demo
from data.settings import settings
from data.staged import StagedImport
from tests.builders import a_company, a_customer, a_subscription, day, published
from tests.unit.data.releases import opened, rows
from tests.unit.data.test_release_modes import a_ticket, only

CUSTOMERS = [a_customer("c1", industry="retail"), a_customer("c2")]
CONTRACTS = [a_subscription("c1"), a_subscription("c2", ends="2024-06-01", status="past_due")]
BILL = {"invoice_id": "i1", "customer_id": "c2", "due_on": day("2024-03-01"), "amount_cents": 100, "status": "open"}
DAY_OF_USE = {"customer_id": "c1", "day": day("2024-02-01"), "logins": 1}
BUILT = ("movements", "lifetimes")


def the_company(**values: Any) -> StagedImport:
    return a_company(CONTRACTS, **({"customers": CUSTOMERS} | values))


def derived(release: Release) -> dict[str, int]:
    return {name: release.tables[name] for name in BUILT}


@pytest.mark.parametrize(
    "more", [{"tickets": [a_ticket("t1")]}, {"usage_daily": [DAY_OF_USE]}], ids=["tickets", "days of use"]
)
def test_what_moves_no_customer_builds_nothing_again(more: dict[str, Any]):
    first = published(the_company())
    done = published(only(the_company(**more), *more))
    assert done.new
    assert derived(done.release) == derived(first.release)
    assert done.release.checks == first.release.checks
    assert done.changes["mrr_cents"]["before"] == done.changes["mrr_cents"]["after"] == 1000
    assert done.release.rows["movements"] == first.release.rows["movements"]


def _with_a_bill() -> StagedImport:
    return only(the_company(invoices=[BILL]), "invoices")


def _with_other_customers() -> StagedImport:
    return only(the_company(customers=[*CUSTOMERS, a_customer("c3")]), "customers")


def _a_day_later() -> StagedImport:
    return only(the_company(tickets=[a_ticket("t1")], as_of=day("2025-01-01")), "tickets")


def _with_another_gap() -> StagedImport:
    return replace(the_company(), options=MetricOptions(gap_tolerance_days=0))


@pytest.mark.parametrize("change", [_with_a_bill, _with_other_customers, _a_day_later, _with_another_gap])
def test_what_may_move_one_builds_everything_again(change: Callable[[], StagedImport]):
    first = published(the_company())
    done = published(change())
    assert all(derived(done.release)[name] > derived(first.release)[name] for name in BUILT)


def test_use_that_says_who_is_there_builds_everything_again():
    before, after = (
        published(a_company(usage_daily=[DAY_OF_USE, {**DAY_OF_USE, "day": day(to)}], shape="purchases"))
        for to in ("2024-03-01", "2024-12-01")
    )
    assert all(derived(after.release)[name] > derived(before.release)[name] for name in BUILT)


def test_what_an_earlier_form_built_is_built_again(monkeypatch: pytest.MonkeyPatch):
    first = published(the_company())
    assert first.release.builder == BUILDER
    monkeypatch.setattr(releasing, "BUILDER", BUILDER + 1)
    done = published(only(the_company(tickets=[a_ticket("t1")]), "tickets"))
    assert done.release.builder == BUILDER + 1
    assert all(derived(done.release)[name] > derived(first.release)[name] for name in BUILT)


@pytest.mark.slow
def test_nothing_is_built_from_another_table_than_said():
    """The demo company holds every consolidated table: without those not named, the same comes out."""
    settings().home.mkdir()
    release = published(stage_demo(300, 24, 7, end=day("2026-01-01"), folder=settings().home)).release
    whole, lake = opened(release.number), Lake(settings().lake_url)
    needed = {name: files for name, files in whole.files.items() if name in sources(whole.files)}
    assert len(needed) < len(release.tables) - len(BUILT)
    versions, checks = build(Engine("duckdb", needed), lake, release.options, release.as_of, lambda _: None)
    for name in BUILT:
        again = whole.with_table(lake, name, versions[name])
        assert sorted(map(str, again.rows(again.table(name)))) == sorted(map(str, rows(release.number, name)))
    assert tuple(checks) == release.checks

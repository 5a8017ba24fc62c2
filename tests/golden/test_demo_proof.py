"""The demo company's onboarding fix is found by what a plan of proof counts and judges; what has no effect is not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analysis.experiments.demo import write_plans
from analysis.improvement.demo import stories, write_actions
from analysis.kpis.report import kpis
from analysis.proof import verdicts
from analysis.proof.evidence import gather
from data.database import Database, open_database
from data.database.repositories import actions as stored
from data.engine import Engine
from data.queries.proof import proof_months
from data.records import EVERYBODY, Scope
from data.records_improvement import Action, ProofMetric
from data.sample.stage import stage_demo
from data.sample.truth import Truth
from data.settings import Settings, settings
from tests.builders import an_engine
from tests.golden.demo_facts import END, LINE, ONBOARDING, TOMORROW, Facts, facts, first_losses

TRUTH = Truth()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Database]:
    """The default company with its use, and its actions written as `demo` writes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("proof") / "home"))
        engine = an_engine(stage_demo(2_000, 36, 7, end=END))
        db = open_database(settings())
    write_plans(db, 36, END)
    write_actions(db, engine, 36, END)
    return engine, db


@pytest.fixture(scope="module")
def pandas_facts() -> Facts:
    return facts(2_000, usage=True)


def _by_metric(db: Database) -> dict[str, Action]:
    found = {action.frozen.metric.kind: action for action in stored.all(db) if action.frozen and action.verdicts}
    assert len(found) == 5
    return found


@pytest.mark.parametrize(
    ("kind", "planted"),
    [
        ("early-churn", TRUTH.onboarding_loss_factor),
        ("first-use", TRUTH.onboarding_use_factor),
        ("tickets", TRUTH.onboarding_ticket_factor),
    ],
)
def test_the_onboarding_fix_worked_and_the_interval_holds_what_was_planted(
    demo: tuple[Engine, Database], kind: str, planted: float
) -> None:
    action = _by_metric(demo[1])[kind]
    (verdict,) = action.verdicts
    assert (action.state, verdict.word, action.shipped_on) == ("worked", "worked", LINE.onboarding_on)
    assert verdict.relative_low is not None
    assert verdict.relative_high is not None
    assert 1 + verdict.relative_low < planted < 1 + verdict.relative_high
    assert (verdict.relative < 0) == (planted < 1)


def test_a_newsletter_that_does_nothing_is_not_called_a_success(demo: tuple[Engine, Database]) -> None:
    action = _by_metric(demo[1])["churn"]
    assert action.frozen is not None
    assert action.frozen.comparison == "segment"
    assert action.verdicts[-1].word in {"did-not", "cannot-tell"}


def test_the_call_is_proved_by_its_experiment(demo: tuple[Engine, Database]) -> None:
    verdict = _by_metric(demo[1])["experiment"].verdicts[-1]
    assert (verdict.word, verdict.method) == ("worked", "experiment")
    assert verdict.effect == pytest.approx(0.61 - 0.19, abs=0.03)


def test_every_state_a_reader_looks_for_is_there(demo: tuple[Engine, Database]) -> None:
    found = stored.all(demo[1])
    assert {action.state for action in found} >= {"proposed", "agreed", "doing", "verifying", "worked"}
    assert [a.title for a in found if a.state == "doing" and a.due is not None and a.due < END]
    assert all(action.owner and action.department for action in found)
    assert {(step.who, action.owner) for action in found for step in action.history} == {
        (action.owner, action.owner) for action in found
    }
    assert {a.frozen.metric.kind for a in found if a.frozen and a.gain_cents} >= {"early-churn", "churn"}


def test_the_same_release_gives_the_same_verdict_bit_for_bit(demo: tuple[Engine, Database]) -> None:
    engine, db = demo
    for action in _by_metric(db).values():
        again = verdicts.verdict(engine, db, action)
        assert again.digest == action.verdicts[-1].digest
        assert replace(action.verdicts[-1], id=0, at=None, who="") == again


def test_the_plan_was_frozen_on_what_was_known_then(demo: tuple[Engine, Database], pandas_facts: Facts) -> None:
    plan = _by_metric(demo[1])["early-churn"].frozen
    assert plan is not None
    signed = _early(pandas_facts)
    before = signed[
        (signed["month"] < ONBOARDING - pd.DateOffset(months=2)) & (signed["month"] > LINE.first.isoformat())
    ]
    assert plan.baseline == pytest.approx(before["lost"].sum() / before["n"].sum(), abs=0.03)
    assert plan.visible is not None


def test_early_losses_are_those_pandas_counts(demo: tuple[Engine, Database], pandas_facts: Facts) -> None:
    months = proof_months(demo[0], ProofMetric("early-churn", days=90), {"": EVERYBODY}, LINE.first, END)
    counted = _early(pandas_facts).set_index("month")
    assert len(months) > 25
    for row in months:
        assert (row.n, row.total) == tuple(counted.loc[pd.Timestamp(row.start), ["n", "lost"]])


def _early(found: Facts) -> pd.DataFrame:
    """Customers by the month of signing that ever paid, and those lost within 90 days of signing."""
    signed = found.customers("signed_on")["signed_on"]
    paid = found.periods.groupby("customer_id")["first"].min()
    paid = paid[paid < TOMORROW]
    lost = first_losses(found.periods)["ends"]
    each = pd.DataFrame({"signed": signed[paid.index], "lost": lost.reindex(paid.index)})
    early = (each["lost"] - each["signed"]).dt.days <= 90
    month = each["signed"].dt.to_period("M").dt.to_timestamp()
    return pd.DataFrame({"month": month, "n": 1, "lost": early}).groupby("month", as_index=False).sum()


def test_monthly_churn_is_that_of_the_key_figures(demo: tuple[Engine, Database]) -> None:
    months = proof_months(demo[0], ProofMetric("churn"), {"": EVERYBODY}, date(2025, 1, 1), END)
    figures = kpis(demo[0], Scope(date(2025, 1, 1), date(2026, 11, 1))).rows
    told = [(row.period_start, row.customers_start, row.customers_churned) for row in figures]
    assert [(row.start, row.n, row.total) for row in months] == told
    assert len(told) == 22


def test_use_and_tickets_of_the_first_days_are_those_pandas_counts(
    demo: tuple[Engine, Database], pandas_facts: Facts
) -> None:
    signed = pandas_facts.customers("signed_on")["signed_on"]
    paid = pandas_facts.periods.groupby("customer_id")["first"].min()
    signed = signed[paid[paid < TOMORROW].index]
    use, tickets = pandas_facts.tables["usage_daily"], pandas_facts.tables["tickets"].query("category == 'onboarding'")
    tickets = tickets.assign(day=tickets["opened_at"].dt.tz_localize(None).dt.normalize(), core_actions=1)
    for metric, events in (
        (ProofMetric("first-use", days=30), use),
        (ProofMetric("tickets", "onboarding", 30), tickets),
    ):
        joined = events.merge(signed.rename("signed"), left_on="customer_id", right_index=True)
        age = (joined["day"] - joined["signed"]).dt.days
        near = joined[(age >= 0) & (age < 30)].groupby("customer_id")["core_actions"].sum()
        each = near.reindex(signed.index).fillna(0)
        month = signed.dt.to_period("M").dt.to_timestamp()
        sums, squares = each.groupby(month).sum(), (each**2).groupby(month).sum()
        for row in proof_months(demo[0], metric, {"": EVERYBODY}, LINE.first, END):
            at = pd.Timestamp(row.start)
            assert (row.n, row.total, row.squares) == ((month == at).sum(), sums[at], squares[at])


def test_in_a_company_without_the_fix_it_is_not_said_to_have_worked(tmp_path: Path) -> None:
    engine = an_engine(stage_demo(2_000, 36, 7, end=END, effects=(), usage=False))
    db = open_database(settings())
    write_actions(db, engine, 36, END)
    judged = [a for a in stored.all(db) if a.verdicts and a.shipped_on == LINE.onboarding_on]
    assert judged
    assert all(action.verdicts[-1].word != "worked" for action in judged)
    # Without its use nothing is planned that needs it.
    assert not [a for a in stored.all(db) if a.draft is not None and a.draft.metric.kind == "first-use"]


def test_what_needs_more_than_the_company_lasted_is_left_out(tmp_path: Path) -> None:
    end = END
    engine = an_engine(stage_demo(60, 6, 7, end=end, usage=False))
    db = open_database(settings())
    write_actions(db, engine, 6, end)
    assert len(stored.all(db)) < len(stories(LINE))
    write_actions(db, engine, 6, end)
    assert len(stored.all(db)) == len({action.title for action in stored.all(db)})


def test_nothing_is_written_beside_actions_of_others(tmp_path: Path, demo: tuple[Engine, Database]) -> None:
    db = open_database(Settings(home=tmp_path / "others"))
    ours = stored.create(db, Action("Our own"))
    write_actions(db, demo[0], 36, END)
    assert stored.all(db) == (ours,)


def test_the_evidence_of_the_fix_names_what_else_happened(demo: tuple[Engine, Database]) -> None:
    action = _by_metric(demo[1])["early-churn"]
    assert action.frozen is not None
    found = gather(demo[0], action.frozen, action.shipped_on)
    assert any(on == LINE.onboarding_on for on, _title in found.events)
    assert set(found.parts) >= {"plan", "industry", "channel"}

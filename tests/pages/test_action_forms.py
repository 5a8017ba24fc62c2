"""Fields of actions and their plans: proposed, changed by two at once, of every kind; and judged from the page."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard import action_words
from dashboard.gateway import actions, findings, proof
from data.database import open_database
from data.database.repositories import actions as records
from data.records_improvement import Action, Number, ProofMetric, ProofPlan
from data.settings import settings
from tests.pages.app import open_app
from tests.pages.test_actions import RETAIL, SEEN, WHO, cells, judged, page, proposed, stored
from tests.pages.test_experiments import said

pytestmark = pytest.mark.usefixtures("own_demo")


def shipped(plan: ProofPlan) -> Action:
    """An action whose plan is frozen and that reached customers a year ago; waiting for its verdict."""
    db = open_database(settings())
    made = records.create(db, Action("Guided onboarding", owner=WHO, due=date(2025, 11, 1)), who=WHO)
    agreed = records.freeze(db, made, replace(plan, check_on=date(2026, 2, 1)), on=date(2025, 10, 1), who=WHO)
    return actions.verify(records.ship(db, agreed, date(2025, 11, 1), who=WHO), WHO)


@pytest.mark.parametrize("part", ["board", "table", "timeline"])
def test_before_the_first_action_the_page_says_how_to_begin(part: str):
    assert "Keep a finding at any chart or table" in said(open_app("actions", part=part))


def test_findings_say_how_to_keep_one_show_more_and_go_when_they_are_put_away():
    assert "No finding yet" in said(open_app("actions", part="findings"))
    for n in range(14):
        findings.keep(replace(SEEN, sentence=f"Seen number {n}."), WHO)
    at = open_app("actions", part="findings")
    assert "Seen number 1." not in said(at)
    at.button(key="findings.more").click().run()
    assert "Seen number 1." in said(at)
    at.button(key="finding.1.archive").click().run()
    assert not at.exception
    assert len(findings.everything()) == 13


def test_the_gain_is_proposed_from_a_finding_and_stored_with_its_range():
    kept = findings.keep(replace(SEEN, number=Number("mrr_lost_cents", "money", 80_000, -20_000, 120_000)), WHO)
    one = proposed(findings=(kept.id,), draft=None)
    at, place = page(one, "action"), f"action.{one.id}.words"
    at.button(key=f"{place}.propose").click().run()
    assert "Not saved yet: " in said(at)
    at.button(key=f"{place}.save").click().run()
    now = stored(one)
    assert (now.gain_cents, now.gain_low_cents, now.gain_high_cents) == (80_000, 0, 120_000)
    assert any("(€0.00 – €1,200)" in text.replace("\\", "") for text in said(page(one)).split("\n"))


def test_without_a_number_nothing_is_proposed():
    one = proposed(draft=None)
    at, place = page(one, "action"), f"action.{one.id}.words"
    at.button(key=f"{place}.propose").click().run()
    assert "no amount of money follows" in at.toast[0].value
    assert stored(one).gain_cents is None


def test_everything_somebody_else_changed_is_shown_in_words_beside_what_is_typed():
    one = proposed()
    at, place = page(one, "action"), f"action.{one.id}.words"
    at.text_area(key=f"{place}.text").input("By hand at first.").run()
    kept = findings.keep(SEEN, WHO)
    theirs = replace(
        stored(one), due=date(2027, 3, 1), findings=(kept.id,), department="sales", reason="onboarding",
        confidence="high", gain_cents=123_400, effort_days=2.5,
    )  # fmt: skip
    actions.change(stored(one), theirs, "Sales lead")
    at.button(key=f"{place}.save").click().run()
    shown = cells(at)
    for words in ("Mar 1, 2027", str(kept.id), "Sales", "Onboarding", "high", "€1,234.00", "2.5"):
        assert words.lower() in shown.lower(), words
    at.button(key=f"{place}.theirs").click().run()
    at.button(key=f"{place}.save").click().run()
    assert (stored(one).text, stored(one).department) == ("By hand at first.", "sales")


def test_a_plan_of_every_kind_of_number_can_be_written():
    one = proposed(draft=ProofPlan(ProofMetric("churn"), smallest_effect=0.02))
    at, place = page(one, "plan"), f"action.{one.id}.plan"
    at.selectbox(key=f"{place}.metric").select("tickets").run()
    known = proof.known(1)
    at.selectbox(key=f"{place}.metric.of").select(min(known.categories or ())).run()
    at.number_input(key=f"{place}.metric.days").set_value(60).run()
    at.number_input(key=f"{place}.smallest_effect").set_value(0.2).run()
    at.radio(key=f"{place}.comparison").set_value("units").run()
    at.selectbox(key=f"{place}.units").select("region").run()
    at.button(key=f"{place}.save").click().run()
    assert not at.exception
    kept = stored(one).draft
    assert kept is not None
    assert kept.metric == ProofMetric("tickets", min(known.categories or ()), 60)
    assert (kept.comparison, kept.units, kept.smallest_effect) == ("units", "region", 0.2)
    at.radio(key=f"{place}.comparison").set_value("segment").run()
    at.selectbox(key=f"{place}.metric").select("early-churn").run()
    at.button(key=f"{place}.save").click().run()
    kept = stored(one).draft
    assert kept is not None
    assert (kept.metric, kept.comparison) == (ProofMetric("early-churn", "", 90), "segment")


def test_a_verdict_that_is_due_is_given_on_the_page_and_stays_after_reopening():
    one = shipped(ProofPlan(ProofMetric("churn"), smallest_effect=0.02, ships_on=date(2025, 11, 1), baseline_months=12))
    at = page(one, "verdict")
    assert "The data reach its check date" in said(at)
    at.button(key="proof.judge").click().run()
    assert not at.exception
    word = stored(one).state
    assert word in {"worked", "did-not", "cannot-tell"}
    at.text_input(key="move.head.reopen.why").input("Once more.")
    at.button(key="move.head.reopen").click().run()
    assert (stored(one).state, stored(one).round) == ("reopened", 2)
    at = page(one, "verdict")
    assert "There is nothing to judge before it has reached customers." in said(at)
    assert "proof-3" in cells(at)


def test_who_cannot_tell_says_how_much_longer():
    one = shipped(
        ProofPlan(ProofMetric("churn"), RETAIL, smallest_effect=0.001, ships_on=date(2025, 11, 1), baseline_months=12)
    )
    found = proof.judge(one, WHO)
    assert found.state == "cannot-tell"
    assert "How much longer" in cells(page(found, "verdict"))


def test_numbers_of_each_customer_say_so():
    one = judged()
    (found,) = one.verdicts
    rate, number = action_words.effect(found), action_words.effect(replace(found, metric=ProofMetric("first-use")))
    assert "pts" in rate
    assert number.endswith(" per customer")
    assert action_words.effect(replace(found, effect=None, low=None, high=None)) == "–"

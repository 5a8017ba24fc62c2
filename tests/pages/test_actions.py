"""Actions and their proof: from a finding to a frozen plan, moved on by the rules, written by two people at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import actions, findings, proof
from dashboard.gateway.clock import today
from data.database import open_database
from data.database.repositories import actions as records
from data.records import Condition, Segment
from data.records_improvement import Action, Finding, Number, ProofMetric, ProofPlan
from data.settings import settings
from tests.pages.app import open_app
from tests.pages.test_experiments import said

WHO = "Onboarding lead"
RETAIL = Segment((Condition("industry", "in", ("retail",)),))
SEEN = Finding(
    "Retail leaves early.",
    "trends",
    {"segment": ("industry:in:retail",)},
    1,
    "rate",
    Number("customer_churn_rate", "rate", 0.05, 0.03, 0.08),
    RETAIL,
    date(2026, 10, 1),
    date(2026, 11, 1),
    "onboarding",
)


def proposed(**fields: object) -> Action:
    """An action that can be agreed."""
    plan = ProofPlan(ProofMetric("churn"), RETAIL, smallest_effect=0.02, ships_on=today() + timedelta(days=20))
    made = Action("Guided onboarding", owner=WHO, due=today() + timedelta(days=30), draft=plan)
    return actions.create(replace(made, **fields), WHO)  # pyright: ignore[reportArgumentType]


def judged() -> Action:
    """An action that shipped long ago, with what the data say of it; written as it was recorded then."""
    db = open_database(settings())
    plan = ProofPlan(ProofMetric("churn"), smallest_effect=0.02, ships_on=date(2025, 11, 1), baseline_months=12)
    made = records.create(db, Action("Guided onboarding", owner=WHO, due=date(2025, 11, 1)), who=WHO)
    agreed = records.freeze(db, made, replace(plan, check_on=date(2026, 2, 1)), on=date(2025, 10, 1), who=WHO)
    shipped = records.ship(db, agreed, date(2025, 11, 1), who=WHO)
    return proof.judge(actions.verify(shipped, WHO), WHO)


def stored(one: Action) -> Action:
    found = actions.find(one.id)
    assert found is not None
    return found


def page(one: Action, part: str = "") -> AppTest:
    return open_app("proof", action=str(one.id), **({"part": part} if part else {}))


@pytest.mark.usefixtures("own_demo")
def test_a_finding_becomes_an_action_whose_plan_leaves_out_the_days_it_was_chosen_by():
    findings.keep(SEEN, WHO)
    at = open_app("actions", part="findings")
    assert "Retail leaves early." in said(at)
    assert "5.0% (3.0% – 8.0%)" in said(at)
    links = [link.proto.query_string for link in at.get("page_link")]
    assert any("release=1" in link and "retail" in link for link in links)
    at.text_input(key="who.name").input(WHO).run()
    at.button(key="finding.1.begin").click().run()
    (one,) = actions.everything()
    assert (one.title, one.who, one.findings, one.reason) == ("Retail leaves early.", WHO, (1,), "onboarding")
    assert one.draft is not None
    assert (one.draft.population, one.draft.chosen_from) == (RETAIL, date(2026, 10, 1))
    assert "1 action rests on it" in said(open_app("actions", part="findings"))


@pytest.mark.usefixtures("own_demo")
def test_board_table_and_timeline_show_every_action_where_it_stands():
    proposed(gain_cents=90_000, effort_days=3.0)
    proposed(title="Price page", due=date(2026, 1, 31))
    at = open_app("actions")
    labels = [link.proto.label for link in at.get("page_link")]
    assert labels.index("Guided onboarding") < labels.index("Price page")
    assert any("Overdue" in str(one.proto) for one in at.get("markdown"))
    at = open_app("actions", part="table", find="price")
    assert "1 of 2 actions" in said(at)
    assert at.dataframe[0].value["title"].tolist() == ["Price page"]
    at = open_app("actions", part="timeline")
    assert "When is what due" in said(at)


@pytest.mark.usefixtures("own_demo")
def test_a_plan_is_measured_while_it_is_written_and_frozen_when_it_is_agreed():
    one = proposed(draft=ProofPlan(ProofMetric("churn"), smallest_effect=0.02))
    at = page(one, "plan")
    assert "With your numbers you can see" in said(at)
    assert "The day on which the action is to reach customers is missing" in said(at)
    place = f"action.{one.id}.plan"
    at.date_input(key=f"{place}.ships_on").set_value(today() + timedelta(days=20)).run()
    at.number_input(key=f"{place}.smallest_effect").set_value(3.0).run()
    assert "Not saved yet: Smallest effect worth having, Reaches customers on" in said(at)
    assert stored(one).draft == one.draft
    at.button(key=f"{place}.save").click().run()
    kept = stored(one).draft
    assert kept is not None
    assert (kept.smallest_effect, kept.ships_on) == (0.03, today() + timedelta(days=20))
    at.button(key="proof.agree").click().run()
    assert not at.exception
    frozen = stored(one)
    assert frozen.state == "agreed"
    assert frozen.frozen is not None
    assert frozen.frozen.visible is not None
    assert frozen.frozen.check_on is not None
    assert "The plan in force, round 1" in said(at)

    place = f"action.{one.id}.amend"
    at.number_input(key=f"{place}.window_months").set_value(6)
    at.date_input(key=f"{place}.chosen_from").set_value(date(2026, 9, 1))
    at.date_input(key=f"{place}.chosen_to").set_value(date(2026, 10, 1))
    at.button(key="proof.amend").click().run()
    assert "The reason is missing" in at.error[0].value
    at.text_area(key="proof.amend.reason").input("Three are too few.")
    at.button(key="proof.amend").click().run()
    amended = stored(one)
    assert amended.frozen is not None
    assert (amended.frozen.window_months, amended.amendments[0].reason) == (6, "Three are too few.")
    assert set(amended.amendments[0].after) >= {"window_months", "chosen_from", "chosen_to", "check_on"}
    assert "Amendments" in said(at)


@pytest.mark.usefixtures("own_demo")
def test_a_draft_that_was_not_saved_before_somebody_froze_the_plan_is_shown_until_it_is_forgotten():
    one = proposed()
    at, place = page(one, "plan"), f"action.{one.id}.plan"
    at.number_input(key=f"{place}.window_months").set_value(9).run()
    proof.agree(stored(one), one.draft or ProofPlan(ProofMetric("churn")), 1, WHO)
    at.button(key=f"{place}.save").click().run()
    assert not at.exception
    assert "The plan was frozen before you saved" in said(at)
    assert "9 months" in cells(at)
    at.button(key="proof.forget").click().run()
    assert "The plan was frozen before you saved" not in said(at)


@pytest.mark.usefixtures("own_demo")
def test_a_judged_action_opens_with_its_verdict_and_offers_its_moves_once():
    one = judged()
    at = page(one)
    assert "Data release 1, as of" in said(at).replace("\\", "")
    assert [str(b.key) for b in at.button if str(b.key).endswith(".reopen")] == ["move.head.reopen"]
    assert "Data release 1, as of" not in said(page(one, "action")).replace("\\", "")


@pytest.mark.usefixtures("own_demo")
def test_moves_are_offered_as_the_rules_allow_and_a_shipped_plan_offers_no_change():
    one = proposed()
    at = page(one, "plan")
    at.button(key="proof.agree").click().run()
    at.button(key="move.head.begin").click().run()
    assert stored(one).state == "doing"
    at.date_input(key="move.head.ship.on").set_value(today())
    at.button(key="move.head.ship").click().run()
    assert not at.exception
    assert (stored(one).state, stored(one).shipped_on) == ("shipped", today())
    assert "nothing of this plan can change any more" in said(at)
    assert not [field for field in at.number_input if str(field.key).startswith(f"action.{one.id}.amend")]
    at.button(key="move.head.verify").click().run()
    assert stored(one).state == "verifying"
    assert "Looking earlier makes chance look like success" in said(page(one, "verdict"))
    assert "Verifying" in said(page(one, "talk")) or "Verifying" in cells(page(one, "talk"))


@pytest.mark.usefixtures("own_demo")
def test_an_action_that_is_dropped_needs_a_reason_and_can_be_reopened():
    one = proposed()
    at = open_app("actions")
    place = f"card-{one.id}"
    at.button(key=f"move.{place}.close").click().run()
    assert stored(one).state == "proposed"
    at.text_input(key=f"move.{place}.close.why").input("Too dear.")
    at.button(key=f"move.{place}.close").click().run()
    assert stored(one).state == "closed"
    at.text_input(key=f"move.{place}.reopen.why").input("Cheaper now.")
    at.button(key=f"move.{place}.reopen").click().run()
    assert (stored(one).state, stored(one).round) == ("reopened", 2)


@pytest.mark.usefixtures("own_demo")
def test_two_people_who_write_at_once_lose_nothing():
    one = proposed()
    at, place = page(one), f"action.{one.id}.words"
    at.text_area(key=f"{place}.text").input("By hand at first.").run()
    actions.change(stored(one), replace(stored(one), owner="Product lead", text="By mail."), WHO)
    at.button(key=f"{place}.save").click().run()
    assert "Somebody else changed this meanwhile" in said(at)
    assert stored(one).text == "By mail."
    at.button(key=f"{place}.mine").click().run()
    at.button(key=f"{place}.save").click().run()
    assert not at.exception
    assert (stored(one).text, stored(one).owner) == ("By hand at first.", "Product lead")
    assert "Everything is saved." in said(at)


@pytest.mark.usefixtures("own_demo")
def test_comments_mention_people_and_links_lead_outside():
    one = proposed()
    at = page(one, "talk")
    at.text_area(key="comment.text").input("@Onboarding lead please look")
    at.button(key="comment.send").click().run()
    at.text_input(key="link.url").input("https://example.com/plan")
    at.button(key="link.add").click().run()
    assert not at.exception
    found = stored(one)
    assert [c.mentions for c in found.comments] == [(WHO,)]
    assert [link.url for link in found.links] == ["https://example.com/plan"]
    at.button(key=f"link.{found.links[0].id}.remove").click().run()
    assert stored(one).links == ()


@pytest.mark.usefixtures("own_demo")
def test_what_was_typed_stays_where_it_was_refused():
    one = proposed()
    at = page(one, "talk")
    at.text_input(key="link.url").input("no address")
    at.text_input(key="link.title").input("The plan")
    at.button(key="link.add").click().run()
    assert (at.text_input(key="link.url").value, at.text_input(key="link.title").value) == ("no address", "The plan")
    at.text_input(key="link.url").input("https://example.com/plan")
    at.button(key="link.add").click().run()
    assert at.text_input(key="link.url").value == ""
    (link,) = stored(one).links
    actions.unlink(one.id, link.id, WHO)
    at.button(key=f"link.{link.id}.remove").click().run()
    assert not at.exception


@pytest.mark.usefixtures("own_demo")
def test_the_reason_of_a_move_that_somebody_else_made_impossible_is_shown_again():
    one = proposed()
    at = page(one)
    actions.close(stored(one), "Too dear.", "Sales lead")
    at.text_input(key="move.head.close.why").input("Nobody has the time for it.")
    at.button(key="move.head.close").click().run()
    assert stored(one).history[-1].reason == "Too dear."
    assert "Nobody has the time for it." in " ".join(code.value for code in at.code)


@pytest.mark.usefixtures("demo")
def test_an_action_that_is_not_there_is_said():
    assert "There is no such action" in said(open_app("proof", action="77"))
    assert "There is no such action" in said(open_app("proof", action="7" * 30))


def cells(at: AppTest) -> str:
    return " ".join(str(table.value.to_dict()) for table in at.table).replace("\\", "")

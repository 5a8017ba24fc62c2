"""Win back: customers lost for what was mended since, called by somebody, with an outcome nobody writes over."""

from dataclasses import replace
from datetime import date

import pytest

from dashboard.gateway import actions, win_back
from data.database import open_database
from data.database.repositories import actions as stored
from data.database.repositories import win_back as stored_calls
from data.records_improvement import Action, Call, ProofMetric, ProofPlan
from data.settings import settings
from tests.pages.app import open_app
from tests.pages.test_experiments import said

WHO = "Sales lead"


def shipped() -> Action:
    """An action against losses over price that reached customers, as it was recorded then."""
    db = open_database(settings())
    made = stored.create(db, Action("Fairer price", owner=WHO, reason="price"), who=WHO)
    plan = ProofPlan(ProofMetric("churn"), smallest_effect=0.02, ships_on=date(2026, 6, 1))
    agreed = stored.freeze(db, made, plan, on=date(2026, 5, 1), who=WHO)
    return stored.ship(db, agreed, date(2026, 6, 1), who=WHO)


@pytest.mark.usefixtures("own_demo")
def test_a_shipped_action_with_a_reason_fills_the_list_and_outcomes_are_kept():
    assert "Nobody to call yet" in said(open_app("win_back"))
    shipped()
    at = open_app("win_back")
    at.text_input(key="who.name").input(WHO).run()
    at.button(key="calls.fill").click().run()
    assert not at.exception
    calls = win_back.everybody()
    assert calls
    assert {call.why for call in calls} <= {"reason", "condition"}
    assert max(call.lost_on for call in calls) < date(2026, 6, 1)
    first = calls[0]
    assert calls[0].mrr_cents == max(call.mrr_cents for call in calls)
    assert first.name.split()[0] in said(at)

    assert f"left for: {'Price'}" in said(at).replace("\\", "")
    place = f"call.{first.id}"
    at.selectbox(key=f"{place}.state").select("declined")
    at.text_input(key=f"{place}.note").input("Went elsewhere.")
    at.button(key=f"{place}.save").click().run()
    kept = win_back.everybody()[0]
    assert (kept.state, kept.note) == ("declined", "Went elsewhere.")
    assert "Declined" in " ".join(str(table.value.to_dict()) for table in at.table)

    at.button(key="calls.fill").click().run()
    assert len(win_back.everybody()) == len(calls)
    assert win_back.everybody()[0].note == "Went elsewhere."


@pytest.mark.usefixtures("own_demo")
def test_an_outcome_over_an_unseen_one_is_refused():
    one = shipped()
    win_back.fill(one, 1, WHO)
    at = open_app("win_back")
    call = win_back.everybody()[0]
    win_back.record(call, "called", "Rang twice.", "Sales", WHO)
    place = f"call.{call.id}"
    at.text_input(key=f"{place}.note").input("Mine.")
    at.button(key=f"{place}.save").click().run()
    assert win_back.everybody()[0].note == "Rang twice."
    assert "Somebody else changed this meanwhile" in said(at)
    assert "Rang twice." in " ".join(str(table.value.to_dict()) for table in at.table).replace("\\", "")
    assert at.text_input(key=f"{place}.note").value == "Mine."
    at.button(key=f"{place}.mine").click().run()
    at.button(key=f"{place}.save").click().run()
    kept = win_back.everybody()[0]
    assert (kept.note, kept.state, kept.owner) == ("Mine.", "called", "Sales")
    assert replace(actions.everything()[0], at=None).reason == "price"


@pytest.mark.usefixtures("own_demo")
def test_only_words_of_a_customer_stand_in_quotes_and_reasons_by_their_label():
    one = shipped()
    db = open_database(settings())
    calls = (
        Call(one.id, "a", date(2026, 3, 1), "reason", "price", "Acme", 3_000),
        Call(one.id, "b", date(2026, 3, 1), "reason", "Far too much for what it does", "Bolt", 2_000),
        Call(one.id, "c", date(2026, 3, 1), "condition", "At half the price", "Cade", 1_000),
        Call(one.id, "d", date(2026, 3, 1), "reason", "competitor", "Dorn", 500),
    )
    stored_calls.add(db, calls)
    at = open_app("win_back")
    assert [text.value for text in at.text] == ["“Far too much for what it does”", "“At half the price”"]
    assert "stated: Competitor" in said(at).replace("\\", "")
    at = open_app("win_back", locale="zh-CN")
    assert len(at.text) == 2
    assert "流失原因：价格" in said(at)


@pytest.mark.usefixtures("own_demo")
def test_an_empty_list_says_what_is_to_be_done():
    made = stored.create(open_database(settings()), Action("Fairer price", owner=WHO, reason="price"), who=WHO)
    at = open_app("win_back")
    assert "dashboard daily" in said(at)
    assert f"action={made.id}" in " ".join(link.proto.query_string for link in at.get("page_link"))

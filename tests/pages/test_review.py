"""The review: prepared on a frozen pack, held by several people at once, and nothing that anybody says is lost."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import reviews
from data.database.repositories import actions
from data.errors import Busy
from data.records_improvement import Action
from data.records_reviews import Attendee, Item, Note, Review, ReviewDecision, Vote
from tests.pages.app import open_app

ME = "Onboarding lead"


def said(at: AppTest) -> str:
    """Every word of the page that is a sentence."""
    texts = (at.markdown, at.caption, at.info, at.warning, at.error, at.success, at.header, at.subheader)
    buttons = " ".join(button.label for button in at.button)
    html = " ".join(str(h.proto.body) for h in at.get("html"))
    return (" ".join(str(one.value) for kind in texts for one in kind) + html + buttons).replace("\\", "")


def say(at: AppTest, kind: str, text: str, *, owner: str = "") -> None:
    """Add something to the item the meeting is at, as one of the kinds there are."""
    at.segmented_control(key="live.kind").set_value(kind).run()
    if owner:
        at.text_input(key="live.owner").input(owner).run()
    at.chat_input(key="live.text").set_value(text).run()
    assert not at.exception


def of(number: int) -> Review:
    found = reviews.live(number)
    assert found is not None
    return found


def prepared() -> Review:
    """The review of the demo's last quarter with its pack."""
    quarter = reviews.quarters()[0]
    made = reviews.create(quarter.start, quarter.end, ME)
    job = reviews.prepare(made, ME, "test")
    assert job.future is not None
    job.future.result(120)
    return of(made.id)


def running() -> Review:
    reviews.begin(prepared(), ME)
    return of(reviews.everything()[0].id)


@pytest.mark.usefixtures("own_demo")
def test_a_review_is_begun_prepared_and_its_pack_is_shown_with_the_agenda():
    at = open_app("review")
    assert "No review was prepared yet" in said(at)
    assert "A review is the meeting of a quarter" in said(at)
    at.text_input(key="who.name").input(ME)
    at.button(key="review.begin").click().run()
    assert not at.exception
    number = reviews.everything()[0].id
    assert at.query_params["review"] == str(number)
    at.button(key="review.prepare").click().run()
    while (job := reviews.preparation(number, at.session_state["review.visit"])) and job.running:
        time.sleep(0.2)
    at.run()
    assert not at.exception
    found = of(number)
    assert (found.state, found.release) == ("prepared", 1)
    assert "Frozen on data release 1" in said(at)
    assert found.digest[:12] in said(at)
    for question in ("Whom did we lose?", "What do they have in common?", "Why did they leave?"):
        assert question in [h.value for h in at.header]
    assert len(at.get("vega_lite_chart")) >= 3


@pytest.mark.usefixtures("own_demo")
def test_the_agenda_is_changed_in_place_and_over_nobody_elses_words():
    review = prepared()
    at = open_app("review", review=str(review.id))
    first, second = review.items[:2]
    at.text_input(key=f"agenda.{first.id}.owner").input("Head of sales").run()
    assert of(review.id).items[0].owner == "Head of sales"
    at.button(key=f"agenda.move.{second.id}.-1").click().run()
    assert [one.id for one in of(review.id).items[:2]] == [second.id, first.id]
    at.text_input(key="agenda.title").input("What about the <b>prices</b>?")
    at.button(key="agenda.add").click().run()
    assert of(review.id).items[-1].title == "What about the <b>prices</b>?"

    theirs = of(review.id).items[0]
    reviews.put(review.id, theirs, "owner", "Somebody else", ME)
    with pytest.raises(Busy):
        reviews.put(review.id, theirs, "owner", "Me", ME)
    stale = at.text_input(key=f"agenda.{theirs.id}.owner")
    stale.input("Me").run()
    assert of(review.id).items[0].owner == "Somebody else"
    assert any("Somebody else changed this meanwhile" in toast.value for toast in at.toast)
    assert "you wrote “Me”; meanwhile “Somebody else” was stored" in said(at)
    assert at.text_input(key=f"agenda.{theirs.id}.owner").value == "Somebody else"
    at.button(key=f"agenda.{theirs.id}.owner.mine.take").click().run()
    assert of(review.id).items[0].owner == "Me"
    assert "you wrote" not in said(at)


@pytest.mark.usefixtures("own_demo")
def test_what_somebody_else_changed_of_an_item_refuses_nothing_typed_in_another_field():
    review = prepared()
    at = open_app("review", review=str(review.id))
    first, second, third = review.items[:3]
    reviews.put(review.id, first, "minutes", 25, "Head of sales")
    reviews.move(review.id, first.id, 1, "Head of sales")
    at.text_input(key=f"agenda.{first.id}.owner").input("Head of sales").run()
    found = of(review.id).items
    assert [one.id for one in found[:3]] == [second.id, first.id, third.id]
    assert (found[1].owner, found[1].minutes) == ("Head of sales", 25)
    assert at.number_input(key=f"agenda.{first.id}.minutes").value == 25
    reviews.move(review.id, third.id, -1, "Head of sales")
    at.button(key=f"agenda.move.{second.id}.1").click().run()
    assert [one.id for one in of(review.id).items[:3]] == [third.id, second.id, first.id]
    reviews.put(review.id, of(review.id).items[0], "owner", "Theirs", "Head of sales")
    at.text_input(key=f"agenda.{third.id}.owner").input("Mine").run()
    at.button(key=f"agenda.{third.id}.owner.theirs.take").click().run()
    assert (of(review.id).items[0].owner, "you wrote" in said(at)) == ("Theirs", False)


@pytest.mark.usefixtures("own_demo")
def test_what_is_written_survives_the_turn_to_the_next_item_the_end_and_the_signing():
    review = running()
    at = open_app("review", review=str(review.id), screen="follow")
    at.text_input(key="who.name").input(ME).run()
    first, second = review.items[:2]
    for item in (first, second):
        reviews.turn_to(review.id, item.id, ME)
    at.run()
    at.segmented_control(key="live.kind").set_value("decision").run()
    at.segmented_control(key=f"live.about.{second.id}.{first.id}").set_value(first.id).run()
    at.chat_input(key="live.text").set_value("We call earlier.").run()
    say(at, "note", "And note it.")
    found = of(review.id)
    assert [(one.text, one.item) for one in found.decisions] == [("We call earlier.", first.id)]
    reviews.end(of(review.id), ME)
    at.run()
    assert "The meeting has ended" in said(at)
    reviews.sign_minutes(review.id, ME, reviews.drafted_minutes(review.id))
    at.run()
    for text in ("One word more.", "And another."):
        at.chat_input(key="live.text").set_value(text).run()
    assert [code.value for code in at.code] == ["One word more.", "And another."]
    at.button(key="live.unsaved.done").click().run()
    assert len(at.code) == 0
    assert open_app("review", review=str(review.id), screen="follow").header[0].value != "Whom did we lose?"


@pytest.mark.usefixtures("own_demo")
def test_two_people_add_at_the_same_time_and_both_see_everything():
    review = running()
    mine, theirs = (open_app("review", review=str(review.id), screen="follow") for _ in range(2))
    for at, name in ((mine, ME), (theirs, "Head of sales")):
        at.text_input(key="who.name").input(name)
        at.selectbox(key="who.department").select("sales").run()
        assert not at.exception
    assert [(one.name, one.department) for one in of(review.id).attendees] == [
        (ME, "sales"),
        ("Head of sales", "sales"),
    ]

    say(mine, "note", "They never saw the <i>training</i>.")
    say(theirs, "action", "Every new customer gets a training.", owner="Onboarding lead")
    say(mine, "parking", "Ask again about prices.")
    say(theirs, "finding", "Trainings come too late.")
    for at in (mine, theirs):
        at.run()
        assert not at.exception
        for words in ("They never saw the <i>training</i>.", "Every new customer gets a training.", "Ask again about"):
            assert words in said(at)
    found = of(review.id)
    assert [(note.text, note.kind, note.who) for note in found.notes] == [
        ("They never saw the <i>training</i>.", "note", ME),
        ("Ask again about prices.", "parking", ME),
    ]
    action = actions.get(reviews.releases.database(), found.decisions[0].action)
    assert (action.title, action.owner, action.review, action.state) == (
        "Every new customer gets a training.", "Onboarding lead", review.id, "proposed",
    )  # fmt: skip
    assert found.items[-1].kind == "finding"
    assert found.items[-1].title == "Trainings come too late."


@pytest.mark.usefixtures("own_demo")
def test_an_action_that_a_decision_proposed_is_closed_when_the_decision_is_taken_back():
    review = running()
    made = reviews.act(review.id, ReviewDecision("A training for everybody."), ME)
    at = open_app("review", review=str(review.id), screen="follow")
    at.text_input(key="who.name").input(ME).run()
    at.button(key=f"live.back.decision.{made.id}").click().run()
    action = actions.get(reviews.releases.database(), made.action)
    assert of(review.id).decisions[0].withdrawn
    assert (action.state, action.history[-1].reason) == ("closed", "The decision was taken back.")
    assert reviews.drafted_minutes(review.id)["actions"] == []


@pytest.mark.usefixtures("own_demo")
def test_a_vote_counts_once_and_is_taken_back_and_a_note_only_by_its_author():
    review = running()
    kept = reviews.note(review.id, Note("Too dear."), "Head of sales")
    at = open_app("review", review=str(review.id), screen="follow")
    at.text_input(key="who.name").input(ME).run()
    at.button(key=f"live.vote.note.{kept.id}").click().run()
    assert of(review.id).votes == (Vote("note", kept.id, ME),)
    reviews.vote(review.id, Vote("note", kept.id, "![x](http://example.com/x)"))
    at.run()
    assert "![" not in at.button(key=f"live.vote.note.{kept.id}").help
    reviews.vote(review.id, Vote("note", kept.id, "![x](http://example.com/x)"))
    assert f"live.back.note.{kept.id}" not in {button.key for button in at.button}
    at.button(key=f"live.vote.note.{kept.id}").click().run()
    assert of(review.id).votes == ()
    at.text_input(key="who.name").input("Head of sales").run()
    at.button(key=f"live.back.note.{kept.id}").click().run()
    assert "Too dear." not in said(at)
    assert of(review.id).notes[0].withdrawn


@pytest.mark.usefixtures("own_demo")
def test_who_follows_turns_with_the_presenter():
    review = running()
    at = open_app("review", review=str(review.id), screen="present")
    follower = open_app("review", review=str(review.id), screen="follow")
    at.button(key="present.step.1").click().run()
    assert not at.exception
    follower.run()
    first = of(review.id).items[0]
    assert of(review.id).steps[-1].item == first.id
    assert at.header[0].value == follower.header[0].value
    at.button(key="present.done").click().run()
    assert of(review.id).items[0].state == "done"


@pytest.mark.usefixtures("own_demo")
def test_the_presenter_is_counted_sees_the_verdicts_first_and_leaving_stands():
    made = reviews.actions.create(Action("Guide [new] customers", owner="Onboarding lead"), ME)
    review = running()
    reviews.turn(review.id, 1, ME)
    at = open_app("review", review=str(review.id), screen="present")
    assert "0 people here" in said(at)
    assert at.header[0].value == "What became of what we decided"
    brief = next(table.value for table in at.table if "Effect" in table.value.columns)
    link = rf"[Guide \[new\] customers](proof?lang=en&action={made.id})"
    assert brief.to_dict("records") == [{"Title": link, "Verdict": "–", "Effect": "–", "Owner": "Onboarding lead"}]
    at.text_input(key="who.name").input(ME).run()
    assert "1 person here" in said(at)
    reviews.attend(review.id, Attendee(ME, "", False), "Head of sales")
    at.run()
    assert [one.present for one in of(review.id).attendees] == [False]
    at.selectbox(key="who.department").select("sales").run()
    assert [(one.department, one.present) for one in of(review.id).attendees] == [("sales", True)]


@pytest.mark.usefixtures("own_demo")
def test_while_a_review_is_held_the_app_opens_with_it_and_every_page_shows_the_way():
    review = running()
    home = open_app()
    assert home.title[0].value == "Review"
    assert "is being held" in said(open_app("trends"))
    assert open_app("", period="last-24").title[0].value == "Overview"
    reviews.attend(review.id, Attendee("Head of sales", "sales", False), ME)
    at = open_app("review", review=str(review.id), part="run")
    at.text_input(key="attend.name").input("A guest")
    at.button(key="attend.add").click().run()
    assert [(one.name, one.present) for one in of(review.id).attendees] == [("Head of sales", False), ("A guest", True)]
    at.button(key="review.end").click().run()
    assert of(review.id).state == "held"
    assert open_app().title[0].value == "Overview"


@pytest.mark.usefixtures("own_demo")
def test_minutes_are_signed_left_in_the_outbox_and_the_next_review_opens_with_what_was_open():
    review = running()
    reviews.act(review.id, ReviewDecision("Every new customer gets a training.", owner="Onboarding lead"), ME)
    reviews.note(review.id, Note("Ask again about prices.", kind="parking"), ME)
    at = open_app("review", review=str(review.id), part="follow-up")
    assert "The minutes can be signed when the meeting has ended." in said(at)
    reviews.end(of(review.id), ME)
    at.run()
    at.text_input(key="who.name").input(ME).run()
    at.button(key="minutes.sign").click().run()
    assert not at.exception
    assert of(review.id).state == "signed"
    assert f"Signed by {ME}" in said(at)
    tables = " ".join(str(table.value.to_numpy().tolist()) for table in at.table)
    assert "Every new customer gets a training" in tables
    assert "Ask again about prices." in said(at)
    at.button(key="minutes.send").click().run()
    assert "1 message with the minutes waits in the outbox" in said(at)
    assert "Every new customer gets a training." in reviews.messages(reviews.minutes(review.id)[-1])[0].html
    assert [button.proto.label for button in at.get("download_button")] == [
        "Download HTML",
        "Download DOCX",
        "Download PPTX",
    ]
    assert "no review of an earlier quarter" in said(open_app("review", review=str(review.id), part="compare"))


def test_without_data_the_page_says_what_a_review_is_and_where_data_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path))
    at = open_app("review")
    assert "A review is the meeting of a quarter" in said(at)
    assert "No customer data yet" in [h.value for h in at.header]
    assert [link.proto.page for link in at.get("page_link")] == ["data"]


@pytest.mark.usefixtures("own_demo")
def test_the_presenter_hears_who_turned_the_meeting_and_that_it_was_ended():
    review = running()
    at = open_app("review", review=str(review.id), screen="present")
    at.text_input(key="who.name").input(ME).run()
    at.button(key="present.step.1").click().run()
    assert not [toast for toast in at.toast if "turned to this item" in toast.value]
    reviews.turn(review.id, 1, "Head of sales")
    at.run()
    assert [toast.value for toast in at.toast] == [r"Head of sales turned to this item\."]
    at.run()
    assert len(at.toast) == 0
    reviews.end(of(review.id), "Head of sales")
    at.run()
    assert "The meeting has ended" in said(at)


@pytest.mark.usefixtures("own_demo")
def test_a_review_stands_beside_the_one_before_with_what_became_of_its_decisions():
    database, quarters = reviews.releases.database(), reviews.quarters()
    for quarter in quarters[1::-1]:
        made = reviews.create(quarter.start, quarter.end, ME)
        job = reviews.prepare(made, ME, "test")
        assert job.future is not None
        job.future.result(120)
    now, before = (of(one.id) for one in reviews.everything())
    at = open_app("review", review=str(now.id), part="compare")
    assert "Nothing was decided in the review of" in said(at)
    assert "Both packs are of the same data release." in said(at)
    reviews.begin(before, ME)
    reviews.decide(before.id, ReviewDecision("We call earlier."), ME)
    action = reviews.act(before.id, ReviewDecision("A training in week one.", owner="Training lead"), ME)
    assert actions.get(database, action.action).state == "proposed"
    at.run()
    kept = next(table.value for table in at.table if "Still open" in table.value.columns)
    assert kept["Action"].tolist() == ["no action", "Proposed"]
    assert kept["Still open"].tolist()[1] == "yes"
    figures = next(table.value for table in at.table if "Change" in table.value.columns)
    assert list(figures.columns) == ["Figure", at.subheader[0].value.split(" and ")[0], "Q3 2026", "Change"]
    assert "Customer churn rate" in figures["Figure"].tolist()


@pytest.mark.usefixtures("own_demo")
def test_every_state_of_a_review_says_what_comes_next_and_items_whose_matter_is_gone_stand():
    quarter = reviews.quarters()[0]
    made = reviews.create(quarter.start, quarter.end, ME)
    number = str(made.id)
    at = open_app("review", review=number, part="run")
    assert "Prepare the pack first" in said(at)
    job = reviews.prepare(made, ME, "test")
    assert job.future is not None
    job.future.result(120)
    at.run()
    assert at.button(key="review.start").disabled
    assert "There are no minutes before the meeting" in said(open_app("review", review=number, part="follow-up"))
    at.text_input(key="who.name").input(ME).run()
    at.button(key="review.start").click().run()
    assert not at.exception
    assert of(made.id).state == "running"
    reviews.act(made.id, ReviewDecision("A training in week one.", owner="Training lead"), ME)
    reviews.find(made.id, "Trainings come too late.", ME)
    action = actions.all(reviews.releases.database())[0]
    for item in (Item("action", str(action.id)), Item("action", "999"), Item("finding", "999", "Long gone"),
                 Item("question", "no-such-section")):  # fmt: skip
        reviews.add_item(made.id, item, ME)
    follower = open_app("review", review=number, screen="follow")
    told = []
    for item in of(made.id).items[-5:]:
        reviews.turn_to(made.id, item.id, ME)
        follower.run()
        assert not follower.exception
        told.append(said(follower))
    assert f"Kept by {ME}, seen in data release 1." in told[0]
    assert "Proposed · Training lead" in told[1]
    assert "Long gone" in told[3]
    assert "The pack has no such section." in told[4]
    over = open_app("review", review=number, part="run")
    assert "A training in week one. · Training lead" in said(over)
    reviews.end(of(made.id), ME)
    over.run()
    assert "The meeting was held." in said(over)
    over.button(key="review.resume").click().run()
    assert of(made.id).state == "running"


@pytest.mark.usefixtures("own_demo")
def test_the_list_leads_to_each_review_and_a_quarter_is_begun_once():
    newest, before = reviews.quarters()[:2]
    at = open_app("review", review="all")
    reviews.create(newest.start, newest.end, "Sales lead")
    at.button(key="review.begin").click().run()
    assert not at.exception
    assert [one.start for one in reviews.everything()] == [newest.start]
    reviews.create(before.start, before.end, ME)
    at = open_app("review", review="all")
    opened = {one.key: one for one in at.button if str(one.key).startswith("review.open.")}
    assert len(opened) == 2
    assert at.selectbox(key="review.quarter").options[0] not in {"Q3 2026", "Q2 2026"}
    opened["review.open.2"].click().run()
    assert "".join(at.query_params["review"]) == "2"

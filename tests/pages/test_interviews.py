"""The interviews page: from the worklist to a finished interview, without anybody writing over somebody else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.feedback import taxonomy
from dashboard import interview_list
from dashboard.gateway import interviews
from dashboard.gateway.clock import latest_today
from dashboard.gateway.reasons import behind, looked
from data.records import Scope
from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("own_demo")


def begun() -> tuple[AppTest, str]:
    """The page after the first interview of the worklist was begun, and the number of that interview."""
    at = open_app("interviews")
    next(button for button in at.button if (button.key or "").endswith(".start")).click().run()
    assert not at.exception
    return at, at.session_state["interview"]


def captions(at: AppTest) -> str:
    return " ".join(c.value for c in at.caption)


def test_an_interview_goes_from_the_worklist_over_a_draft_to_the_list_of_those_held():
    at, number = begun()
    key = f"interview.{number}"
    customer = interviews.get(int(number)).customer_id
    at.text_input(key=f"{key}.interviewer").input("Noor").run()
    at.text_area(key=f"{key}.answers.main_reason").input("It <b>cost</b> too much.").run()
    at.selectbox(key=f"{key}.diagnosed").select("price").run()
    kept = interviews.get(int(number))
    assert (kept.state, kept.interviewer, kept.diagnosed) == ("draft", "Noor", "price")
    assert kept.answers[0].text == "It <b>cost</b> too much."

    # Another tab finds the draft, as it was left.
    other = open_app("interviews", interview=number)
    assert other.text_input(key=f"{key}.interviewer").value == "Noor"
    assert [c.key for c in open_app("interviews", part="drafts").button if "listed" in (c.key or "")]

    at.button(key="interview.finish").click().run()
    assert "The day of the interview is missing" in at.error[0].value
    at.date_input(key=f"{key}.on").set_value(date(2026, 11, 2)).run()
    at.button(key="interview.finish").click().run()
    assert not at.exception
    assert [i.customer_id for i in interviews.done()] == [customer]
    assert "It <b>cost</b> too much." in [text.value for text in at.text]
    assert f"waiting.{customer}.start" not in [button.key for button in open_app("interviews").button]


def test_nothing_of_somebody_else_is_written_over():
    at, number = begun()
    key, seen = f"interview.{number}", interviews.get(int(number))
    interviews.save(replace(seen, competitor="Theirs"), "")

    at.text_input(key=f"{key}.competitor").input("Mine").run()
    assert interviews.get(int(number)).competitor == "Theirs"
    assert "Somebody else changed this draft meanwhile" in at.warning[0].value
    shown = " ".join(m.value for m in at.markdown)
    assert "Theirs" in shown
    assert "Mine" in shown
    at.button(key="conflict.mine").click().run()
    assert not at.exception
    assert interviews.get(int(number)).competitor == "Mine"
    assert not at.warning


def test_words_that_came_too_late_are_kept_for_copying():
    at, number = begun()
    key, seen = f"interview.{number}", interviews.get(int(number))
    interviews.finish(replace(seen, interviewer="Noor", on=date(2026, 11, 2), diagnosed="price"), "")
    at.text_area(key=f"{key}.answers.main_reason").input("My words").run()
    assert not at.exception
    assert "Somebody finished this interview meanwhile" in at.warning[0].value
    assert "My words" in [text.value for text in at.text]
    at.button(key="unsaved.gone").click().run()
    assert not at.warning

    other, number = begun()
    interviews.remove(interviews.get(int(number)))
    other.text_area(key=f"interview.{number}.answers.main_reason").input("My other words").run()
    assert not other.exception
    assert "Somebody removed this draft meanwhile" in other.warning[0].value
    assert "My other words" in [text.value for text in other.text]


def test_a_draft_keeps_its_reason_through_a_merge_and_says_what_a_split_took():
    at, number = begun()
    key = f"interview.{number}"
    at.selectbox(key=f"{key}.diagnosed").select("price").run()
    at.selectbox(key=f"{key}.stated").select("competitor").run()
    interviews.save_taxonomy(taxonomy.merge(interviews.taxonomy(), ["price"], "support"))
    interviews.save_taxonomy(taxonomy.split(interviews.taxonomy(), "competitor", ["Cheaper", "Better"]))

    for page in (open_app("interviews", interview=number), at):
        page.text_input(key=f"{key}.interviewer").input(f"Noor {id(page)}").run()
        assert not page.exception
        assert page.selectbox(key=f"{key}.diagnosed").value == "support"
        assert page.selectbox(key=f"{key}.stated").value == ""
    assert "which can no longer be given" in captions(at)
    assert interviews.get(int(number)).diagnosed == "support"


def test_who_looks_after_the_customer_is_warned_and_noted():
    at, number = begun()
    loss = interviews.loss_of(interviews.get(int(number)))
    assert loss is not None
    at.text_input(key=f"interview.{number}.interviewer").input(loss.owner.upper()).run()

    assert "looks after this customer" in at.warning[0].value
    assert interviews.get(int(number)).own_account


def test_a_finished_interview_is_corrected_until_a_reason_is_split_and_coded_again_then():
    at, number = begun()
    key = f"interview.{number}"
    at.text_input(key=f"{key}.interviewer").input("Noor").run()
    at.date_input(key=f"{key}.on").set_value(date(2026, 11, 2)).run()
    at.selectbox(key=f"{key}.diagnosed").select("price").run()
    at.button(key="interview.finish").click().run()
    done = open_app("interviews", interview=number)
    done.button(key=f"read.{number}.reopen").click().run()
    assert interviews.done() == ()
    done.button(key="interview.finish").click().run()
    assert [i.diagnosed for i in interviews.done()] == ["price"]

    listed = open_app("interviews", part="asked")
    next(b for b in listed.button if b.label == "Save as version 2").click().run()
    assert "A reason needs a name" in listed.error[0].value
    listed.selectbox(key="taxonomy.action").select("split").run()
    listed.selectbox(key="taxonomy.code").select("price")
    listed.text_area(key="taxonomy.names").input("List price\nPrice rise")
    next(b for b in listed.button if b.label == "Save as version 2").click().run()
    assert not listed.exception
    assert not listed.error
    assert interviews.taxonomy().version == 2

    again = open_app("interviews", interview=number)
    again.selectbox(key=f"recode.{number}").select("price_rise").run()
    again.button(key=f"recode.{number}.save").click().run()
    assert [r.diagnosed for r in interviews.get(int(number)).recodings] == ["price_rise"]
    assert again.button(key=f"read.{number}.reopen").disabled
    assert "Price · Price rise" in _tables(open_app("reasons", kind="diagnosed", whose="ever"))
    assert "Price rise" not in _tables(open_app("reasons", kind="diagnosed", whose="ever", list="1"))


def test_questions_are_changed_without_code_and_old_answers_keep_their_wording():
    _, number = begun()
    at = open_app("interviews", part="asked")
    at.session_state["questionnaire.1"] = {
        "edited_rows": {0: {"wording": "Why?"}, 1: {"asked": False}},
        "added_rows": [{"place": 1, "wording": "Who decided?", "asked": True}],
        "deleted_rows": [],
    }
    at.button(key="questionnaire.save").click().run()

    assert not at.exception
    asked = [(q.id, q.wording) for q in interviews.questionnaire().asked][:3]
    assert asked[:2] == [("main_reason", "Why?"), ("question_1", "Who decided?")]
    assert asked[2][0] == "better"
    assert interviews.get(int(number)).answers[0].wording == "What was the main reason for leaving?"


def test_a_draft_leaves_what_was_read_and_an_older_list_judges_as_it_did():
    found, largest = looked(Scope(), None), interviews.worklist(Scope(), None, "", 1).shown[0]
    draft = interviews.start(largest.customer_id, largest.lost_on, "")
    assert looked(Scope(), None) is found
    written = replace(draft, interviewer="Noor", on=latest_today(), diagnosed="support")
    interviews.finish(written, "")
    again = looked(Scope(), None)
    assert behind(again, "diagnosed", ["support"])[0].customer_id == largest.customer_id
    assert [row for row in again.report.rows if row.kind != "diagnosed"] == list(found.report.rows)

    interviews.save_taxonomy(taxonomy.judge(interviews.taxonomy(), "support", "no"))
    assert [[d.avoidable for d in interviews.diagnoses(version)] for version in (1, None)] == [[True], [False]]


def test_who_saves_second_keeps_what_was_changed_and_is_told():
    at = open_app("interviews", part="asked")
    edit = {"edited_rows": {0: {"wording": "Why?"}}, "added_rows": [], "deleted_rows": []}
    at.session_state["questionnaire.1"] = edit
    asked = interviews.questionnaire()
    interviews.save_questionnaire(replace(asked, questions=asked.questions[:2]))
    at.button(key="questionnaire.save").click().run()
    assert "was saved since version 1 was read" in at.error[0].value
    assert "Somebody else saved this meanwhile" in at.warning[0].value
    assert at.session_state["questionnaire.1"]["edited_rows"]
    at.button(key="questionnaire.discard").click().run()
    assert not at.warning

    at.text_input(key="taxonomy.name").input("Mine")
    interviews.save_taxonomy(taxonomy.add(interviews.taxonomy(), "Theirs"))
    at.button(key="taxonomy.submit").click().run()
    assert "was saved since version 1 was read" in at.error[0].value
    assert at.text_input(key="taxonomy.name").value == "Mine"
    assert at.button(key="taxonomy.submit").label == "Save as version 3"
    at.button(key="taxonomy.submit").click().run()
    assert [r.label for r in interviews.taxonomy().reasons[-2:]] == ["Theirs", "Mine"]


def test_anybody_lost_is_found_by_name_and_so_is_an_interview_that_was_held():
    last = interviews.worklist(Scope(), None, "", None).shown[-1]
    view = {"period": "custom", "start": "2023-11-01", "end": "2026-11-01", "find": last.name.upper()}
    at = open_app("interviews", **view)
    at.button(key=f"waiting.{last.customer_id}.start").click().run()
    number = at.session_state["interview"]
    draft = replace(interviews.get(int(number)), interviewer="Noor", on=latest_today(), diagnosed="price")
    interviews.finish(draft, "")

    gone = open_app("interviews", **view)
    assert not [b for b in gone.button if (b.key or "").endswith(".start")]
    assert "see “Held” to interview them again" in gone.info[0].value
    held = open_app("interviews", part="done", find=last.name.upper())
    held.button(key=f"listed.{number}.open").click().run()
    assert last.name in held.header[0].value
    held.button(key=f"read.{number}.again").click().run()
    second = interviews.get(int(held.session_state["interview"]))
    assert (second.id > int(number), second.state, second.customer_id) == (True, "draft", last.customer_id)
    assert "–" not in " ".join(m.value for m in open_app("interviews", part="drafts").markdown)
    assert not [b for b in open_app("interviews", part="done", find="nobody").button if "listed" in (b.key or "")]


def test_a_file_that_was_added_is_said_to_be_there_already():
    loss = interviews.worklist(Scope(), None, "", 1).shown[0]
    text = f"customer_id,on,interviewer,reason,avoidable\n{loss.customer_id},{latest_today()},Noor,price,avoidable\n"
    at = open_app("interviews", part="done")
    at.file_uploader(key="interview.file").set_value([("held.csv", text.encode(), "text/csv")]).run()
    at.button(key="interview.file.add").click().run()
    assert at.success[0].value == "1 interviews were added."
    assert "0 interviews can be added, 1 are there already" in " ".join(m.value for m in at.markdown)
    assert "interview.file.add" not in [button.key for button in at.button]


def test_more_of_the_worklist_is_shown_when_asked_for():
    at = open_app("interviews")
    at.button(key="interviews.more").click().run()
    assert sum((button.key or "").endswith(".start") for button in at.button) == 2 * interview_list.SHOWN


def _tables(at: AppTest) -> str:
    return " ".join(str(table.value.to_dict()) for table in at.table)


@pytest.mark.parametrize("section", ["next", "asked"])
def test_every_section_opens_in_chinese(own_demo: Path, section: str):
    assert own_demo.exists()
    at = open_app("interviews", part=section, locale="zh-CN")
    assert not at.error


def test_an_interview_that_is_gone_is_said_so():
    assert "no such interview" in open_app("interviews", interview="99").info[0].value
    assert not open_app("interviews", interview="9999999999999999999").exception

"""The data page: releases, sources, the log, and files that come in or are refused."""

from datetime import date
from pathlib import Path
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from analysis.imports.load import Loaded
from dashboard import import_words
from dashboard.gateway import imports, jobs, releases
from dashboard.gateway.imports import Wish
from data.errors import DataProblem
from tests.pages.app import open_app

GOOD = """customer_id,name,tenure_months,churned,mrr,industry
1,Ada,12,no,10.00,retail
2,=1+1,3,yes,20.00,energy
3,Cyr,40,no,5.50,retail
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    path = tmp_path / "snapshot.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def done(job: jobs.Job) -> jobs.Job:
    assert job.future is not None
    job.future.exception()
    return job


def test_without_data_the_page_offers_files_and_the_demo_company():
    at = open_app("data")
    assert [b.label for b in at.button] == ["Look at the files", "Make the demo company"]


@pytest.mark.usefixtures("demo")
def test_with_data_nothing_offers_to_replace_them_by_the_demo_company():
    assert "Make the demo company" not in [b.label for b in open_app("data").button]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("section", ["releases", "sources", "log"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_every_section_opens_by_its_address(section: str, locale: str):
    at = open_app("data", part=section, locale=locale)
    assert not at.error
    assert not at.exception


def test_a_file_is_recognised_before_anything_is_read_in_earnest(snapshot: Path):
    look = imports.look(Wish((str(snapshot),)), {})[0]
    assert (look.role, look.rows) == ("snapshot", 3)
    assert look.columns is not None
    assert look.columns["tenure_months"] == "tenure_months"
    assert look.examples["industry"] == ("retail", "energy")
    assert releases.known() == []


def test_what_the_reader_says_goes_before_the_proposal(snapshot: Path):
    look = imports.look(Wish((str(snapshot),)), {"snapshot": "customers"})[0]
    assert look.role == "customers"


def test_a_check_changes_nothing_and_a_load_makes_a_release(snapshot: Path):
    wish = Wish((str(snapshot),))
    assert done(imports.check(wish)).loaded is not None
    assert releases.known() == []
    loaded = done(imports.load(wish)).loaded
    assert loaded is not None
    assert loaded.release is not None
    assert loaded.release.rows["customers"] == 3


def test_a_file_without_customers_is_refused_with_a_way_out(tmp_path: Path):
    path = tmp_path / "weather.csv"
    path.write_text("day,rain\n2026-01-01,3\n", encoding="utf-8")
    job = done(imports.check(Wish((str(path),))))
    assert job.loaded is None
    assert "--table" in job.refused


def test_the_wizard_goes_from_a_path_to_a_release(snapshot: Path):
    at = open_app("data")
    at.text_input(key="import.path").set_value(str(snapshot))
    press(at, "Look at the files")
    assert at.selectbox(key="mapping.role.snapshot").value == "snapshot"
    press(at, "Check the files")
    wait(at)
    press(at, "Load as a new release")
    wait(at)
    assert "Release 1 is published." in [s.value for s in at.success]
    assert releases.chosen().rows["customers"] == 3


def loaded_by_the_wizard(snapshot: Path) -> AppTest:
    at = open_app("data")
    at.text_input(key="import.path").set_value(str(snapshot))
    for label in ("Look at the files", "Check the files", "Load as a new release"):
        press(at, label)
        wait(at)
    return at


def test_a_new_file_of_the_same_name_is_checked_and_loaded_anew(snapshot: Path):
    """Before, the page said that it was published already and had no button to load it."""
    at = loaded_by_the_wizard(snapshot)
    snapshot.write_text(GOOD + "4,Dee,7,no,9.00,retail\n", encoding="utf-8")
    at.run()
    assert [s.value for s in at.success] == []
    press(at, "Check the files")
    wait(at)
    press(at, "Load as a new release")
    wait(at)
    assert "Release 2 is published." in [s.value for s in at.success]
    assert releases.chosen().rows["customers"] == 4


def test_begun_anew_the_steps_show_nothing_of_the_time_before(snapshot: Path):
    """The contents of a database cannot be told from its address, and so not whether they are the same still."""
    at = loaded_by_the_wizard(snapshot)
    press(at, "Load more files")
    at.text_input(key="import.path").set_value(str(snapshot))
    press(at, "Look at the files")
    assert "Check the files" in [b.label for b in at.button]
    assert "Load as a new release" not in [b.label for b in at.button]
    assert not at.success


def crash(_report: object) -> Loaded:
    raise ZeroDivisionError


@pytest.mark.parametrize("step", ["check", "load"])
def test_an_import_that_crashes_says_so_with_a_reference_and_can_be_tried_again(step: jobs.Kind, snapshot: Path):
    at = open_app("data")
    at.text_input(key="import.path").set_value(str(snapshot))
    press(at, "Look at the files")
    if step == "load":
        press(at, "Check the files")
        wait(at)
    visit = at.session_state["import.visit"]
    reference = done(jobs.start(step, Wish((str(snapshot),)).key, crash, visit)).crash
    at.run()
    assert len(reference) == 8
    assert [e.value for e in at.error if f"Please report reference {reference}" in e.value]
    again = "Load as a new release" if step == "load" else "Check the files"
    press(at, again)
    wait(at)
    assert not at.error


def refused_for_its_rows(tmp_path: Path) -> AppTest:
    path = tmp_path / "snapshot.csv"
    more = "".join(f"{n},Dee,{7 if n < 9 else 'often'},no,9.00,retail\n" for n in range(4, 11))
    path.write_text(GOOD + more, encoding="utf-8")
    at = open_app("data")
    at.text_input(key="import.path").set_value(str(path))
    press(at, "Look at the files")
    press(at, "Check the files")
    wait(at)
    return at


def test_too_many_rejected_rows_are_accepted_by_a_control_of_the_page(tmp_path: Path):
    at = refused_for_its_rows(tmp_path)
    (error,) = at.error
    assert "Rejected rows that are accepted, in % of a file" in error.value
    assert "--" not in error.value.replace("\\", "")
    press(at, "Accept up to 20 % rejected rows")
    assert at.number_input(key="import.reject_share").value == 20
    press(at, "Check the files")
    wait(at)
    assert not at.error
    press(at, "Load as a new release")
    wait(at)
    assert releases.chosen().rows["customers"] == 8


def test_the_rejected_rows_of_a_refused_import_can_be_fetched(tmp_path: Path):
    at = refused_for_its_rows(tmp_path)
    assert "Download the rejected rows" in [b.proto.label for b in at.get("download_button")]
    run = imports.log()[0]
    assert run.outcome == "refused"
    assert b"often" in imports.rejects(run.rejects_file)


def test_a_large_fall_is_accepted_by_a_control_of_the_page(snapshot: Path):
    at = loaded_by_the_wizard(snapshot)
    snapshot.write_text("\n".join((GOOD.splitlines()[0], GOOD.splitlines()[-1], "")), encoding="utf-8")
    at.run()
    for label in ("Check the files", "Load as a new release"):
        press(at, label)
        wait(at)
    (error,) = at.error
    assert "--" not in error.value.replace("\\", "")
    press(at, next(b.label for b in at.button if b.label.startswith("Accept a fall of up to")))
    for label in ("Check the files", "Load as a new release"):
        press(at, label)
        wait(at)
    assert not at.error
    assert releases.chosen().rows["customers"] == 1


def test_a_file_that_is_cut_off_can_be_accepted_on_the_page(tmp_path: Path):
    path = tmp_path / "snapshot.csv"
    path.write_text(GOOD + "4,De", encoding="utf-8")
    at = open_app("data")
    at.text_input(key="import.path").set_value(str(path))
    press(at, "Look at the files")
    (error,) = at.error
    assert "Load a file whose last row is cut off" in error.value
    at.checkbox(key="import.truncated").check()
    at.run()
    assert not at.error
    assert at.selectbox(key="mapping.role.snapshot").value == "snapshot"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Name one: --map mrr=COLUMN.", "Name one: “Columns”."),
        ("that nobody needs (--map =COLUMN), or", "that nobody needs (“Columns”), or"),
        ("Say which: --table customers=PATH --map customers.name='Company name'.", "Say which: “This is” “Columns”."),
        ("(--mode replace), or set --as-of to", "(“Mode”), or set “The day the data stand for (empty: their newest day)” to"),
        ("Set --option decimal.Monthly fee=point or comma.", "Set “Decimal sign”."),
        ("again with --option max_total_change=0.81.", "again with “Fall of customers or MRR that is accepted, in %”."),
        ("--option date_format.day=mdy if that is wrong.", "“Order of dates” if that is wrong."),
        ("Set --option duplicates=last or first to decide.", "Set “Rows with one key and different values” to decide."),
    ],
)  # fmt: skip
def test_sentences_of_an_import_name_the_controls_of_the_page(said: str, shown: str):
    assert import_words.for_page(said) == shown


def test_a_demo_company_that_crashes_can_be_made_again():
    at = open_app("data")
    done(jobs.start("demo", imports.DEMO, crash, at.session_state["import.visit"]))
    at.run()
    assert "Something went wrong on our side" in at.error[0].value
    assert "Make the demo company" in [b.label for b in at.button]


def test_anybody_may_watch_an_import_at_work_and_only_who_did_sees_its_end():
    go = Event()

    def work(_report: object) -> Loaded:
        go.wait(60)
        return Loaded("rehearsed", None, date(2026, 1, 1), {})

    job = jobs.start("check", "the same files", work, "first")
    assert jobs.start("check", "the same files", work, "second") is job
    go.set()
    assert done(job).loaded is not None
    assert jobs.of("check", "the same files", "second") is job
    assert jobs.of("check", "the same files", "later") is None
    jobs.forget("second")
    assert jobs.of("check", "the same files", "second") is None
    assert jobs.of("check", "the same files", "first") is job


def test_a_wish_knows_the_files_of_folders_patterns_and_sheets(snapshot: Path):
    folder, pattern, sheet = str(snapshot.parent), f"{snapshot.parent}/*.csv", f"{snapshot}#Sheet"
    wishes = [Wish((path,)) for path in (folder, pattern, sheet)]
    before = [wish.key for wish in wishes]
    assert [wish.key for wish in wishes] == before
    snapshot.write_text(GOOD + "4,Dee,7,no,9.00,retail\n", encoding="utf-8")
    assert not set(before) & {wish.key for wish in wishes}
    assert Wish(("postgresql://nobody@nowhere/db?table=x",)).key
    assert Wish(("x" * 5_000,)).key


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click()
    at.run()


def wait(at: AppTest) -> None:
    """Let the import end, then draw the page again as the browser would."""
    for job in jobs._board().jobs:
        done(job)
    at.run()
    assert not at.exception


def test_files_outside_the_data_folder_are_not_given_out(tmp_path: Path):
    secret = tmp_path / "passwd"
    secret.write_text("x", encoding="utf-8")
    with pytest.raises(DataProblem):
        imports.rejects(str(secret))


def test_an_upload_cannot_leave_its_folder():
    (path,) = imports.keep([("../../evil.csv", b"a")])
    assert Path(path).name == "evil.csv"
    assert "uploads" in Path(path).parts


def test_two_uploads_of_the_same_name_are_both_kept_and_told_apart(tmp_path: Path):
    """Before, the second was written over the first, and its rows came in twice."""
    paths = imports.keep([("export.csv", b"a"), ("export.csv", b"b"), ("Export.csv", b"c")])
    assert [Path(path).read_bytes() for path in paths] == [b"a", b"b", b"c"]
    assert len({Path(path).parent for path in paths}) == 3
    assert [Path(path).name for path in paths] == ["export.csv", "export (2).csv", "Export.csv"]
    other = tmp_path / "export.csv"
    other.write_text(GOOD, encoding="utf-8")
    uploaded = imports.keep([("export.csv", GOOD.encode())])
    assert [look.name for look in imports.look(Wish((*uploaded, str(other))), {})] == ["export", "export (2)"]


def test_a_number_that_a_file_has_already_is_not_given_to_another():
    names = imports.distinct(["a.csv", "a (2).csv", "a.csv", "a.csv", "b", "b"])
    assert names == ("a.csv", "a (2).csv", "a (3).csv", "a (4).csv", "b", "b (2)")

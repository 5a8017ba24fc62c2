"""The steps of an import as a reader walks them: files, what they are, what is left out, and the way back."""

import os
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import imports, releases
from tests.pages.app import open_app
from tests.pages.test_data import GOOD, press, wait

CUSTOMERS = "customer_id,name\n1,Ada\n2,Bob\n"
SUBSCRIPTIONS = "subscription_id,customer_id,starts_on,ends_on,mrr\n1,1,2026-01-01,,10\n2,2,2026-01-01,2026-03-01,10\n"
TICKETS = "ticket_id,customer_id,opened_on\nt1,1,2026-02-02\n"


def look_at(path: Path) -> AppTest:
    at = open_app("data")
    at.text_input(key="import.path").set_value(str(path))
    press(at, "Look at the files")
    return at


def step(at: AppTest, label: str) -> None:
    press(at, label)
    wait(at)


def steps(at: AppTest) -> list[str]:
    return [header.value[:1] for header in at.header]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"customers": CUSTOMERS, "subscriptions": SUBSCRIPTIONS, "tickets": TICKETS}
    made = tmp_path / "export"
    made.mkdir()
    for name, text in files.items():
        (made / f"{name}.csv").write_text(text, encoding="utf-8")
    return made


def test_without_a_file_the_page_asks_for_one():
    at = open_app("data")
    press(at, "Look at the files")
    assert [w.value for w in at.warning] == ["Choose a file, or name a path."]
    assert steps(at) == ["1"]


def test_a_path_that_leads_nowhere_is_explained_and_other_files_can_be_chosen(tmp_path: Path):
    at = look_at(tmp_path / "nowhere.csv")
    assert "There is no file" in at.error[0].value
    assert steps(at) == ["1", "2"]
    press(at, "Other files")
    assert at.text_input(key="import.path").value == ""
    assert not at.error


def test_an_uploaded_file_is_kept_and_recognised():
    at = open_app("data")
    at.file_uploader(key="import.upload").set_value([("snapshot.csv", GOOD.encode(), "text/csv")])
    press(at, "Look at the files")
    assert at.selectbox(key="mapping.role.snapshot").value == "snapshot"
    assert "snapshot · 3 rows" in [s.value for s in at.subheader]


def test_uploads_nobody_loaded_are_cleared_away_after_a_day():
    (old,), (young,) = imports.keep([("old.csv", b"a")]), imports.keep([("young.csv", b"b")])
    folder = Path(old).parents[1]
    os.utime(folder, times=(0, time.time() - 25 * 3600))
    imports.keep([("new.csv", b"c")])
    assert not folder.exists()
    assert Path(young).exists()


def test_a_table_of_a_folder_that_is_left_out_is_not_loaded(folder: Path):
    """Before, it was loaded all the same."""
    at = look_at(folder)
    at.selectbox(key="mapping.role.tickets").set_value("-").run()
    assert "Left out. Choose what it is to have it read." in [c.value for c in at.caption]
    step(at, "Check the files")
    assert list(at.table[-1].value["Table"]) == ["customers", "subscriptions"]


def test_when_every_table_is_left_out_there_is_nothing_to_check(tmp_path: Path):
    path = tmp_path / "snapshot.csv"
    path.write_text(GOOD, encoding="utf-8")
    at = look_at(path)
    at.selectbox(key="mapping.role.snapshot").set_value("-").run()
    assert steps(at) == ["1", "2"]
    at.selectbox(key="mapping.role.snapshot").set_value("snapshot").run()
    assert steps(at) == ["1", "2", "3"]


@pytest.mark.parametrize("packed", [False, True])
def test_what_the_reader_says_holds_for_files_read_as_one_table(packed: bool, folder: Path, tmp_path: Path):
    """Before, the import looked for a file called "january.csv and 1 more"."""
    path = tmp_path / "months"
    path.mkdir()
    header, first, *rest = GOOD.splitlines(keepends=True)
    (path / "january.csv").write_text(header + first, encoding="utf-8")
    (path / "march.csv").write_text("".join((header, *rest)), encoding="utf-8")
    if packed:
        with zipfile.ZipFile(tmp_path / "months.zip", "w") as archive:
            for file in sorted(path.iterdir()):
                archive.write(file, file.name)
        path = tmp_path / "months.zip"
    at = look_at(path)
    at.selectbox(key="mapping.role.january").set_value("snapshot").run()
    step(at, "Check the files")
    assert not at.error
    assert at.table[-1].value.set_index("Table").loc["customers", "Read"] == "3"


def test_two_files_that_are_said_to_be_the_same_table_are_loaded_one_after_the_other(folder: Path):
    at = look_at(folder)
    for table in ("customers", "tickets"):
        at.selectbox(key=f"mapping.role.{table}").set_value("surveys").run()
    assert any("Load one after the other" in w.value for w in at.warning)
    assert "Check the files" not in [b.label for b in at.button]


def test_a_table_says_what_it_still_needs_before_it_can_be_checked(folder: Path):
    at = look_at(folder / "customers.csv")
    at.selectbox(key="mapping.role.customers").set_value("tickets").run()
    assert any(w.value.startswith("Still needed, one of:") for w in at.warning)
    assert steps(at) == ["1", "2"]


def test_choices_of_the_reader_reach_the_release_and_the_mapping_can_be_kept(tmp_path: Path):
    """Before, no day more than ten years ago could be given as the day the data stand for."""
    path = tmp_path / "export.csv"
    path.write_text(GOOD, encoding="utf-8")
    at = look_at(path)
    at.selectbox(key="mapping.role.export").set_value("snapshot").run()
    at.date_input(key="import.as_of").set_value(date(1998, 6, 30))
    at.number_input(key="import.gap_tolerance_days").set_value(7)
    at.text_input(key="import.reporting_currency").set_value(" CHF ")
    at.run()
    step(at, "Check the files")
    step(at, "Load as a new release")
    release = releases.chosen()
    assert (release.as_of, release.options.gap_tolerance_days) == (date(1998, 6, 30), 7)
    assert release.options.reporting_currency == "CHF"
    at.text_input(key="import.save").set_value(" Our export ")
    press(at, "Save")
    assert "Saved as Our export, version 1." in [s.value for s in at.success]
    (kept,) = imports.saved_mappings()
    assert kept.document["tables"]["snapshot"]["tenure_months"] == "tenure_months"
    assert kept.document["options"]["gap_tolerance_days"] == "7"

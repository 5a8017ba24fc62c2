"""An offer from its plan to the decision: planned by two people, frozen, assigned, looked at once, and decided."""

import csv
import re
import shutil
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server, Visit, serving, settled, until
from tests.browser.test_looks import look_at

NAME = "Half price for two months"


def filled(page: Page, label: str, text: str, noted: str = "") -> None:
    """Fill a field and leave it; `noted`: what the page then says is not saved yet."""
    field, unsaved = page.get_by_label(label, exact=True), page.locator(".st-key-plan-save").first

    def fill() -> None:
        field.fill(text)
        page.keyboard.press("Tab")

    def is_taken() -> bool:
        return field.input_value() in {text, f"{text}.00"} and (not noted or noted in unsaved.inner_text())

    until(page, fill, is_taken)
    settled(page)


def chosen(page: Page, box: Locator, name: str) -> None:
    def choose() -> None:
        box.locator("input").first.click()
        page.get_by_role("option", name=name, exact=True).click()

    until(page, choose, lambda: name in box.inner_text() or name == box.locator("input").first.input_value())
    settled(page)


def clicked(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settled(page)


def confirmed(page: Page, opener: str, answer: str) -> None:
    """Open what asks for a confirmation, and give it; a page that is drawn anew may close it in between."""
    button = page.get_by_role("button", name=answer, exact=True)

    def answer_it() -> None:
        if not button.is_visible():
            page.get_by_role("button", name=opener, exact=True).click()
        button.click()

    until(page, answer_it, lambda: not button.is_visible())
    settled(page)


def section(page: Page, name: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
    settled(page)


def test_an_offer_goes_from_its_plan_to_the_decision_and_nobody_loses_a_word(
    demo_server: Server, tmp_path: Path, visit: Visit
):
    home = tmp_path / "own"
    shutil.copytree(demo_server.home, home)
    with serving(home) as server:
        mine = visit(f"{server.address}/experiments")
        clicked(mine, "New experiment")
        filled(mine, "Name", NAME)
        clicked(mine, "Begin its plan")
        expect(mine.get_by_role("heading", level=2, name=NAME)).to_be_visible()
        mine.set_viewport_size({"width": 1440, "height": 2200})
        plan(mine)
        a_second_person_is_heard(mine, visit(mine.url))
        confirmed(mine, "Start it", "Yes, freeze the plan")
        expect(mine.get_by_text("The plan, frozen on", exact=False)).to_be_visible()
        clicked(mine, "Assign now")
        expect(mine.get_by_text(re.compile(r"\d+ customers were assigned"))).to_be_visible()
        outcomes_come_in(mine, server, answered(mine, home))
        look_and_decide(mine)


def plan(page: Page) -> None:
    """What decides is an answer that comes in a file later; half of all say yes without the offer."""
    filled(page, "What we expect, and why", "They stay.", "What we expect")
    chosen(page, page.locator("[class*=st-key-plan-][class*=-primary]").first, "From a file that is still to come")
    filled(page, "Name of the column, as it will be in the file", "kept", "What decides")
    filled(page, "Smallest effect worth having, in percentage points", "40", "Smallest effect")
    filled(page, "Value without the offer, %", "50", "Value without")
    clicked(page, "Save the draft")
    expect(page.get_by_text("Everything is saved.")).to_be_visible()


def a_second_person_is_heard(mine: Page, theirs: Page) -> None:
    """Both write at once: what the second stores stays, and so does what the first then chooses to keep."""
    filled(theirs, "Planned by", "Noor", "Planned by")
    filled(mine, "What we expect, and why", "They stay, for price is why they leave.", "What we expect")
    clicked(theirs, "Save the draft")
    expect(theirs.get_by_text("Everything is saved.")).to_be_visible()
    clicked(mine, "Save the draft")
    expect(mine.get_by_text("Somebody else changed this draft meanwhile.", exact=False).first).to_be_visible()
    clicked(mine, "Keep mine")
    clicked(mine, "Save the draft")
    expect(mine.get_by_text("Everything is saved.")).to_be_visible()
    expect(mine.get_by_label("Planned by")).to_have_value("Noor")
    expect(mine.get_by_label("What we expect, and why")).to_have_value("They stay, for price is why they leave.")
    theirs.close()


def answered(page: Page, home: Path) -> Path:
    """A file with an answer of each customer assigned: nearly all who got the offer stayed, half of the others."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").last.click()
    rows = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert {row["variant"] for row in rows} == {"control", "offer"}
    file = home / "answers.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["experiment_key", "customer_id", "variant", "kept"])
        for i, row in enumerate(rows):
            kept = i % 20 != 0 if row["variant"] == "offer" else i % 2 == 0
            writer.writerow(["half-price-for-two-months", row["customer_id"], row["variant"], "yes" if kept else "no"])
    return file


def outcomes_come_in(page: Page, server: Server, file: Path) -> None:
    experiment = page.url
    page.goto(f"{server.address}/data")
    settled(page)
    filled(page, "Or a file, folder or database the server can reach", str(file))
    clicked(page, "Look at the files")
    page.get_by_role("heading", name="2 · What they are").wait_for()
    page.get_by_text("How they are read and counted", exact=True).click()
    page.get_by_text("Add to them", exact=False).first.click()
    settled(page)
    clicked(page, "Check the files")
    clicked(page, "Load as a new release")
    expect(page.get_by_text(re.compile(r"Release \d+ is published."))).to_be_visible()
    page.goto(experiment)
    settled(page)


def look_and_decide(page: Page) -> None:
    section(page, "Result")
    expect(page.get_by_text("A look is due.", exact=False)).to_be_visible()
    assert page.get_by_text("Ship").count() == 0
    clicked(page, "Take this look")
    expect(page.get_by_role("heading", name="Ship “offer”", exact=False)).to_be_visible()
    look_at(page, "experiment-after-its-look")
    section(page, "Decide")
    confirmed(page, "End it", "Yes, end it")
    filled(page, "Why", "It keeps customers and pays.")
    filled(page, "Who decides", "Noor")
    clicked(page, "Record the decision")
    expect(page.get_by_role("cell", name="Ship: everybody gets it")).to_be_visible()
    page.get_by_role("link", name="All experiments").click()
    settled(page)
    expect(page.get_by_text("It keeps customers and pays.", exact=False)).to_be_visible()

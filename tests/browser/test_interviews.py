"""One person holds an interview, another finds its draft and reads its reason."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, serving, settled, until


def stored(home: Path, question: str, text: str) -> bool:
    with closing(sqlite3.connect(home / "app.db")) as database:
        return bool(database.execute(question, (text,)).fetchone()[0])


def written(page: Page, label: str, text: str, is_stored: Callable[[str], bool]) -> None:
    """Fill a field and leave it: what is left is kept."""

    def fill() -> None:
        page.get_by_label(label, exact=True).fill(text)
        page.keyboard.press("Tab")

    until(page, fill, lambda: is_stored(text))
    settled(page)


def chosen(page: Page, key: str, name: str) -> None:
    box = page.locator(f"[class*='st-key-interview-'][class*='{key}']")

    def choose() -> None:
        box.locator("input").first.click()
        page.get_by_role("option", name=name, exact=True).click()

    until(page, choose, lambda: name in box.inner_text() or name in (box.locator("input").first.input_value()))
    settled(page)


def test_a_draft_survives_a_closed_tab_and_its_reason_reaches_another_person(
    demo_server: Server, tmp_path: Path, visit: Visit
):
    home = tmp_path / "own"
    shutil.copytree(demo_server.home, home)
    with serving(home) as server:
        mine = visit(f"{server.address}/interviews")
        button = mine.get_by_role("button", name="Interview", exact=True).first
        until(mine, lambda: button.click() if button.is_visible() else None, lambda: "interview=" in mine.url)
        settled(mine)
        by_whom = "SELECT count(*) FROM interviews WHERE interviewer = ?"
        written(mine, "Interviewer", "Noor", lambda text: stored(home, by_whom, text))
        said = "SELECT count(*) FROM interview_answers WHERE text = ?"
        question = "What was the main reason for leaving?"
        written(mine, question, "Nobody answered for weeks.", lambda text: stored(home, said, text))
        address = mine.url
        mine.close()

        again = visit(address)
        expect(again.get_by_label("Interviewer", exact=True)).to_have_value("Noor")
        expect(again.get_by_label(question, exact=True)).to_have_value("Nobody answered for weeks.")
        # The whole form in sight: a list of choices closes when the page scrolls to it.
        again.set_viewport_size({"width": 1440, "height": 1800})
        chosen(again, "diagnosed", "Support")
        again.get_by_role("group", name="Day of the interview").get_by_role("spinbutton").first.click()
        again.keyboard.type("20261102")
        again.keyboard.press("Tab")
        settled(again)
        again.get_by_role("button", name="Finish the interview").click()
        expect(again.get_by_text("Give it a reason of the newest list")).to_be_visible()

        theirs = visit(f"{server.address}/reasons?kind=diagnosed&whose=ever")
        expect(theirs.get_by_text(re.compile(r"^1 of \d+ losses have such a reason"))).to_be_visible()
        theirs.get_by_role("radio", name="In their words").or_(theirs.get_by_text("In their words")).first.click()
        expect(theirs.get_by_text("“Nobody answered for weeks.”").first).to_be_visible()

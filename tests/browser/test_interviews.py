"""One person holds an interview, another finds its draft and reads its reason."""

import re
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, serving, settled


def written(page: Page, label: str, text: str) -> None:
    """Fill a field and leave it: what is left is kept."""
    page.get_by_label(label, exact=True).fill(text)
    page.keyboard.press("Tab")
    settled(page)


def wait_until_stored(home: Path, text: str) -> None:
    """A field is kept a moment after it is left; on a busy machine the tab would be closed before."""
    until = time.monotonic() + 60
    with closing(sqlite3.connect(home / "app.db")) as database:
        while not database.execute("SELECT count(*) FROM interview_answers WHERE text = ?", (text,)).fetchone()[0]:
            assert time.monotonic() < until, f"{text} was not stored"
            time.sleep(0.2)


def chosen(page: Page, key: str, name: str) -> None:
    page.locator(f"[class*='st-key-interview-'][class*='{key}'] input").first.click()
    page.get_by_role("option", name=name, exact=True).click()
    settled(page)


def test_a_draft_survives_a_closed_tab_and_its_reason_reaches_another_person(
    demo_server: Server, tmp_path: Path, visit: Visit
):
    home = tmp_path / "own"
    shutil.copytree(demo_server.home, home)
    with serving(home) as server:
        mine = visit(f"{server.address}/interviews")
        mine.get_by_role("button", name="Interview", exact=True).first.click()
        settled(mine)
        expect(mine).to_have_url(re.compile(r"interview=\d+"))
        written(mine, "Interviewer", "Noor")
        written(mine, "What was the main reason for leaving?", "Nobody answered for weeks.")
        wait_until_stored(home, "Nobody answered for weeks.")
        address = mine.url
        mine.close()

        again = visit(address)
        expect(again.get_by_label("Interviewer", exact=True)).to_have_value("Noor")
        question = again.get_by_label("What was the main reason for leaving?", exact=True)
        expect(question).to_have_value("Nobody answered for weeks.")
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

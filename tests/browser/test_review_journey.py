"""A review from its pack to its minutes, held by two people at once; the next one opens with what was open."""

import io
import shutil
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, Visit, serving, settled
from tests.browser.test_looks import look_at

MINE, THEIRS = "Trainings come too late.", "Every new customer gets a training in week one."


def pressed(page: Page, key: str) -> None:
    page.locator(f".st-key-{key.replace('.', '-')}").get_by_role("button").first.click()
    settled(page)


def named(page: Page, name: str) -> None:
    page.get_by_label("You are").fill(name)
    page.keyboard.press("Tab")
    settled(page)


def said_as(page: Page, kind: str, text: str) -> None:
    """Choose what it is said as; the text waits in the line."""
    page.get_by_role("radio", name=kind).click()
    page.get_by_placeholder("What was said, decided or found").fill(text)


def test_a_review_is_prepared_held_by_two_at_once_signed_and_carried_over(
    demo_server: Server, tmp_path: Path, visit: Visit
):
    home = tmp_path / "own"
    shutil.copytree(demo_server.home, home)
    with serving(home) as server:
        mine = prepared(visit(f"{server.address}/review?review=all"))
        pressed(mine, "review.start")
        expect(mine.get_by_role("button", name="Next")).to_be_visible()
        theirs = visit(server.address)
        expect(theirs.get_by_role("heading", level=1)).to_have_text("Review")
        named(theirs, "Head of sales")
        both_add_at_once(mine, theirs)
        turned_with_the_presenter(mine, theirs)
        pressed(mine, "present.leave")
        pressed(mine, "review-ending")
        pressed(mine, "review.end")
        minutes_are_signed(mine)
        the_next_review_opens_with_the_verdicts(mine, server)


def prepared(page: Page) -> Page:
    named(page, "Onboarding lead")
    pressed(page, "review.begin")
    pressed(page, "review.prepare")
    expect(page.get_by_role("heading", name="The pack", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Whom did we lose?")).to_be_visible()
    page.get_by_test_id("stButtonGroup").get_by_text("Run", exact=True).click()
    settled(page)
    return page


def both_add_at_once(mine: Page, theirs: Page) -> None:
    said_as(mine, "Note", MINE)
    said_as(theirs, "Action", THEIRS)
    mine.wait_for_timeout(2500)  # two looks go by while both are writing
    for page in (mine, theirs):
        page.get_by_placeholder("What was said, decided or found").press("Enter")
    for page in (mine, theirs):
        for words in (MINE, THEIRS):
            expect(page.get_by_text(words, exact=False).first).to_be_visible()
    said_as(theirs, "Parking lot", "Ask again about prices.")
    theirs.get_by_placeholder("What was said, decided or found").press("Enter")
    expect(mine.get_by_text("Ask again about prices.", exact=False).first).to_be_visible()


def turned_with_the_presenter(mine: Page, theirs: Page) -> None:
    mine.get_by_role("heading", level=2).first.click()  # the arrows are the line's own while somebody writes in it
    for heading in ("What became of what we decided", "Whom did we lose?"):
        mine.keyboard.press("ArrowRight")
        for page in (mine, theirs):
            expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()
    settled(mine)
    look_at(mine, "review-present")
    look_at(theirs, "review-follow")


def minutes_are_signed(page: Page) -> None:
    expect(page.get_by_role("cell", name=THEIRS).first).to_be_visible()
    pressed(page, "minutes-signing")
    pressed(page, "minutes.sign")
    expect(page.get_by_text("Signed by Onboarding lead", exact=False).first).to_be_visible()
    for form, part in (("docx", "word/document.xml"), ("pptx", "ppt/slides/")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Download {form.upper()}").click()
        with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as file:
            text = " ".join(file.read(name).decode() for name in file.namelist() if name.startswith(part))
        assert THEIRS in text
    look_at(page, "review-minutes")


def the_next_review_opens_with_the_verdicts(page: Page, server: Server) -> None:
    """The demo has no later quarter; an earlier one stands for a review that begins from the actions there are."""
    page.goto(f"{server.address}/review?review=all")
    settled(page)
    pressed(page, "review.begin")
    pressed(page, "review.prepare")
    expect(page.get_by_role("heading", name="The pack", exact=True)).to_be_visible()
    first = page.locator("[class*=st-key-agenda-]").first
    expect(first).to_contain_text("What became of what we decided")
    expect(page.get_by_text(THEIRS, exact=False).first).to_be_visible()

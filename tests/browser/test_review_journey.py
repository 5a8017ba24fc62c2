"""A review from its pack to its minutes, held by two people at once; the next one opens with what became of it."""

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analysis.improvement import actions
from analysis.proof.measure import known_of, measured
from dashboard.pack_words import VERDICTS
from data.database import Database, close_databases, open_database
from data.database.repositories import actions as stored
from data.database.repositories import releases
from data.engine import open_engine
from data.lake import Lake
from data.records_improvement import ProofMetric, ProofPlan
from data.release import publish
from data.sample.stage import stage_demo
from data.settings import settings
from tests.browser.conftest import ROOT, Server, Visit, serving, settled
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
        theirs.close()
        pressed(mine, "review-ending")
        pressed(mine, "review.end")
        minutes_are_signed(mine)
        the_action_is_carried_out(home)
        newer_data_come_in(home)
        word = judged_by_the_daily_run(home)
        the_next_review_opens_with_the_verdict(mine, server, word)


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


def the_action_is_carried_out(home: Path) -> None:
    """What was decided gets a plan of proof and reaches customers, on the days as they would be after the meeting."""
    frozen, shipped = date(2026, 11, 24), date(2026, 12, 1)
    plan = ProofPlan(ProofMetric("churn"), smallest_effect=0.01, ships_on=shipped, baseline_months=12, window_months=3)
    with at_home(home) as db:
        engine = open_engine(Lake(settings().lake_url), releases.get(db, 1))
        action = next(one for one in stored.all(db) if one.title == THEIRS)
        action = actions.change(db, action, replace(action, owner="Training lead", due=shipped))
        action = actions.agree(db, action, measured(engine, plan, frozen), frozen, known_of(engine, db, frozen))
        actions.ship(db, action, shipped)


def newer_data_come_in(home: Path) -> None:
    """The same company four months later, as the next release."""
    staged = stage_demo(customers=600, months=34, end=date(2027, 2, 28), usage=False, folder=home)
    with at_home(home) as db:
        assert publish(settings(), db, staged, now=datetime(2027, 3, 1, 6, tzinfo=UTC)).release.number == 2


@contextmanager
def at_home(home: Path) -> Iterator[Database]:
    """The app database that the server serves, for what people and imports do beside it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(home))
        yield open_database(settings())
        close_databases()


def judged_by_the_daily_run(home: Path) -> str:
    """The word of the verdict on what was decided, given on its check date."""
    command = [sys.executable, "-m", "dashboard", "daily", "--on", "2027-03-01", "--json"]
    environment = {**os.environ, "CHURN_HOME": str(home)}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    done = [deed for deed in json.loads(run.stdout)["done"] if deed["title"] == THEIRS]
    assert [deed["what"] for deed in done] == ["verifying", "verdict"]
    return done[-1]["word"]


def the_next_review_opens_with_the_verdict(page: Page, server: Server, word: str) -> None:
    page.goto(f"{server.address}/review?review=all")
    settled(page)
    expect(page.get_by_label("Quarter", exact=True)).to_have_value("Q4 2026")
    pressed(page, "review.begin")
    pressed(page, "review.prepare")
    expect(page.get_by_role("heading", name="The pack", exact=True)).to_be_visible()
    expect(page.locator("[class*=st-key-agenda-]").first).to_contain_text("What became of what we decided")
    quarter, opening = page.get_by_role("heading", level=2).all()[:2]
    expect(quarter).to_have_text("Q4 2026")
    expect(opening).to_have_text("What became of what we decided")
    row = page.get_by_role("table", name="Actions").first.get_by_role("row").filter(has_text=THEIRS)
    expect(row).to_contain_text(VERDICTS[word])
    expect(page.get_by_role("heading", name=f"{THEIRS.rstrip('.')}: Churn per month")).to_be_visible()
    settled(page)
    look_at(page, "review-next")


def test_a_name_outlives_a_reload_in_its_own_browser_and_goes_with_no_link(demo_server: Server, visit: Visit):
    mine = visit(f"{demo_server.address}/review?review=all")
    for name in ("Onboarding lead", "客户成功", "Onboarding lead"):
        with mine.expect_response(lambda answer: "/remember?" in answer.url):
            named(mine, name)
    mine.reload()
    settled(mine)
    expect(mine.get_by_label("You are")).to_have_value("Onboarding lead")
    theirs = visit(mine.url)
    expect(theirs.get_by_label("You are")).to_have_value("")
    with mine.expect_response(lambda answer: "/remember?" in answer.url):
        named(mine, "")
    mine.reload()
    settled(mine)
    expect(mine.get_by_label("You are")).to_have_value("")

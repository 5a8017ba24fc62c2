"""From what somebody sees in a chart to a frozen plan of proof, with a second person writing at the same time."""

import re
import shutil
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from dashboard.gateway.clock import today
from tests.browser.conftest import Server, Visit, serving, settled
from tests.browser.test_experiment_journey import clicked, confirmed, filled, section
from tests.browser.test_looks import look_at

SAID = "October is worse than the year before."


def test_a_chart_becomes_a_finding_an_action_and_a_frozen_plan(demo_server: Server, tmp_path: Path, visit: Visit):
    home = tmp_path / "own"
    shutil.copytree(demo_server.home, home)
    with serving(home) as server:
        mine = visit(f"{server.address}/trends")
        keep(mine)
        mine.goto(f"{server.address}/actions?part=findings")
        settled(mine)
        expect(mine.get_by_text(SAID)).to_be_visible()
        clicked_first(mine, "Begin an action")
        expect(mine.get_by_role("heading", level=2, name=SAID)).to_be_visible()
        two_people_write(mine, visit(mine.url))
        plan(mine)
        expect(mine.get_by_test_id("stToast")).to_have_count(0)  # Streamlit's own, which names no dialog
        look_at(mine, "action-agreed")
        clicked(mine, "Move on")
        clicked(mine, "Begin")
        mine.keyboard.press("Escape")
        section(mine, "Comments, history")
        expect(mine.get_by_role("cell", name="Doing", exact=True).first).to_be_visible()


def keep(page: Page) -> None:
    """The point that the chart ends with, in one's own words."""
    clicked_first(page, "Keep as finding")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Number")).to_be_visible()
    dialog.get_by_label("What do you see?").fill(SAID)
    dialog.get_by_label("You are").fill("Onboarding lead")
    page.keyboard.press("Tab")
    settled(page)
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    settled(page)


def two_people_write(mine: Page, theirs: Page) -> None:
    """The second to save is told, chooses, and both keep what they wrote."""
    filled(theirs, "Owner", "Product lead")
    filled(mine, "Owner", "Onboarding lead")
    day = (today() + timedelta(days=40)).isoformat()
    dated(mine, "Due", day)
    clicked(theirs, "Save")
    expect(theirs.get_by_text("Everything is saved.")).to_be_visible()
    clicked(mine, "Save")
    expect(mine.get_by_text("Somebody else changed this meanwhile.", exact=False).first).to_be_visible()
    clicked(mine, "Keep mine")
    clicked(mine, "Save")
    expect(mine.get_by_text("Everything is saved.")).to_be_visible()
    expect(mine.get_by_label("Owner", exact=True)).to_have_value("Onboarding lead")
    theirs.close()


def plan(page: Page) -> None:
    """The plan says what it can show before it is frozen."""
    section(page, "Plan of proof")
    expect(page.get_by_text(re.compile("With your numbers you can see|is not known"))).to_be_visible()
    filled(page, "Smallest effect worth having, in points", "30")
    dated(page, "Reaches customers on", (today() + timedelta(days=30)).isoformat())
    clicked(page, "Save")
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    confirmed(page, "Agree", "Yes, freeze the plan")
    expect(page.get_by_text("The plan in force, round 1")).to_be_visible()


def dated(page: Page, label: str, day: str) -> None:
    """Type a day into its parts."""
    field = page.get_by_test_id("stDateInput").filter(has_text=label)
    field.get_by_role("spinbutton").first.click()
    page.keyboard.type(day.replace("-", ""))
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    settled(page)


def clicked_first(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    settled(page)

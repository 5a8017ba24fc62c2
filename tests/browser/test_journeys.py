"""What people come for, done with a real browser from end to end."""

import csv
import io
import re
import urllib.parse
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from dashboard import navigation
from tests.browser.conftest import Server, Visit, settled, until


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


# Each starts a server of its own: the frame comes from the launcher, whatever the page.
@pytest.mark.parametrize("name", ["data", "reasons"])
def test_a_deep_link_is_the_first_thing_anybody_opens(empty_server: Server, visit: Visit, name: str):
    page = visit(f"{empty_server.address}/{name}")
    assert heading(page) == navigation.entries()[name].title
    expect(page.get_by_test_id("stSidebarNav")).to_be_visible()


def test_from_the_first_start_to_a_file_of_lost_customers(empty_server: Server, visit: Visit):
    page = visit(empty_server.address)
    page.get_by_role("link", name="Load data").click()
    page.get_by_role("button", name="Make the demo company").click()
    page.get_by_role("heading", name="Making the demo company").wait_for()
    expect(page.get_by_text("Data release 1")).to_be_visible(timeout=180_000)

    page.get_by_role("link", name="To the overview").click()
    settled(page)
    whole = losses_in(page)
    narrow_to_retail(page)
    some = losses_in(page)
    assert 0 < some < whole

    page.get_by_role("link", name=re.compile("See .* customers?")).first.click()
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")
    expect(page.get_by_text(re.compile(rf"^{some} customers?,"))).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert len(rows) == some
    assert {row["industry"] for row in rows} == {"retail"}
    with page.expect_download() as download:
        page.get_by_role("button", name="Download XLSX").click()
    content = io.BytesIO(Path(download.value.path()).read_bytes())
    assert load_workbook(content).active.max_row == some + 1


def losses_in(page: Page) -> int:
    headline = page.get_by_role("heading", level=2).first
    expect(headline).to_contain_text("customers left")
    found = re.search(r"([\d,]+) of [\d,]+ customers left", headline.inner_text())
    assert found
    return int(found[1].replace(",", ""))


def narrow_to_retail(page: Page) -> None:
    before = page.get_by_role("heading", level=2).first.inner_text()
    page.get_by_role("button", name="All customers").click()
    choose(page, page.locator(".st-key-filters-segment-add"), "Industry")
    choose(page, page.locator(".st-key-filters-segment-0-values"), "retail")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", level=2).first).not_to_have_text(before)
    settled(page)


def choose(page: Page, box, name: str) -> None:
    box.locator("input").click()
    page.get_by_role("option", name=name, exact=True).click()
    settled(page)


def test_telco_comes_in_through_the_wizard(empty_server: Server, visit: Visit, shared_datasets: Path):
    file = shared_datasets / "ibm_telco" / "Telco-Customer-Churn.csv"
    page = visit(f"{empty_server.address}/data")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("stFileUploader").get_by_role("button", name="Upload").last.click()
    chooser.value.set_files(file)
    expect(page.get_by_role("button", name="Remove Telco-Customer-Churn.csv")).to_be_visible()
    page.get_by_role("button", name="Look at the files").click()
    page.get_by_role("heading", name="2 · What they are").wait_for()
    expect(page.get_by_text("Recognised as IBM Telco")).to_be_visible()
    page.get_by_role("button", name="Check the files").click()
    expect(page.get_by_role("cell", name="7,043").first).to_be_visible()
    page.get_by_role("button", name="Load as a new release").click()
    expect(page.get_by_text("Release 1 is published.")).to_be_visible()
    expect(page.get_by_role("cell", name=monthly_charges_of_those_who_stayed(file)).first).to_be_visible()

    page.get_by_role("link", name="To the overview").click()
    settled(page)
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Of 7,043 customers")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("1,869 have left")


def monthly_charges_of_those_who_stayed(file: Path) -> str:
    with file.open(encoding="utf-8", newline="") as lines:
        kept = sum(Decimal(row["MonthlyCharges"]) for row in csv.DictReader(lines) if row["Churn"] == "No")
    return f"{kept:,.2f}"


def test_a_copied_link_shows_the_same_view_in_another_browser(demo_server: Server, visit: Visit):
    mine = visit(f"{demo_server.address}/?grain=quarter")
    narrow_to_retail(mine)
    mine.get_by_role("button", name="Link").click()
    link = mine.locator(".st-key-filter-link ~ *, [data-testid=stPopoverBody]").get_by_test_id("stCode").inner_text()
    theirs = visit(link.strip(), locale="zh-CN")
    assert (
        theirs.get_by_role("heading", level=2).first.inner_text()
        == mine.get_by_role("heading", level=2).first.inner_text()
    )
    sent = urllib.parse.parse_qs(urllib.parse.urlparse(link.strip()).query)
    assert sent["segment"] == ["industry:in:retail"]


def test_filters_survive_a_change_of_page_and_of_language(demo_server: Server, visit: Visit):
    page = visit(f"{demo_server.address}/?segment=industry:in:retail")
    page.get_by_role("link", name="Churn trends").click()
    settled(page)
    expect(page.get_by_role("button", name="Industry is retail")).to_be_visible()
    choose(page, page.locator(".st-key-language"), "简体中文")
    expect(page.get_by_role("heading", level=1)).to_have_text("流失趋势")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert "segment=industry" in urllib.parse.unquote(page.url)


def test_a_click_on_a_bar_leads_to_its_customers(demo_server: Server, look: Visit):
    page = look(f"{demo_server.address}/trends?part=flows")
    bar = page.locator(".st-key-chart-customers path[aria-roledescription=bar]").first
    bar.wait_for()
    said = bar.get_attribute("aria-label") or ""
    until(page, lambda: bar.click(force=True) if bar.count() else None, lambda: heading(page) == "Customers")
    amount = re.search(r"Customers: −?-?(\d+)", said)
    assert amount, said
    expect(page.get_by_text(re.compile(rf"^{amount[1]} customers?,"))).to_be_visible()


#: The first mark that can be hit: a bar may be thinner than a pixel.
FIRST_TO_HIT = """marks => {
    const sizes = marks.map(mark => { const box = mark.getBoundingClientRect(); return box.width * box.height; });
    return sizes.findIndex(size => size > Math.max(...sizes) / 2);
}"""


@pytest.mark.parametrize(
    ("address", "chart", "mark"),
    [
        # The averages above the cohorts lead nowhere.
        pytest.param(
            "lifecycle", "cohorts", "[aria-roledescription='rect mark']:not([aria-label*=Average])", id="cohort-and-age"
        ),
        pytest.param("lifecycle", "same-age", "[aria-roledescription=point]", id="same-age"),
        pytest.param("lifecycle?part=survival", "survival", "[aria-roledescription=point]", id="survival"),
        pytest.param("lifecycle?part=risk", "ages", "[aria-roledescription=bar]", id="age"),
        pytest.param("personas", "crosstab", "[aria-roledescription=point]", id="cross-tab"),
        pytest.param("personas?part=drivers", "drivers", "[aria-roledescription=point]", id="driver"),
        pytest.param("personas?part=change", "change", "[aria-roledescription=bar]", id="mix-and-rate"),
        pytest.param("money", "losses-by", "[aria-roledescription=bar]", id="lost-revenue"),
    ],
)
def test_a_click_on_a_mark_leads_to_its_customers(
    demo_server: Server, look: Visit, address: str, chart: str, mark: str
):
    page = look(f"{demo_server.address}/{address}")
    marks = page.locator(f".st-key-chart-{chart} path{mark}")
    marks.first.wait_for()

    def click() -> None:
        if marks.count():  # and the page was not left meanwhile
            marks.nth(marks.evaluate_all(FIRST_TO_HIT)).click(force=True)

    until(page, click, lambda: heading(page) == "Customers")
    expect(page.get_by_text(re.compile(r"^[\d,]+ customers?,"))).to_be_visible()
    settled(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Customers")
    marks.first.wait_for()


def test_the_filters_can_be_used_without_a_mouse(demo_server: Server, look: Visit):
    page = look(demo_server.address)
    page.get_by_role("button", name=re.compile("Last 12 complete periods")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="Last calendar year").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name=re.compile("Last calendar year"))).to_be_visible()
    expect(page).to_have_url(re.compile("period=last-year"))

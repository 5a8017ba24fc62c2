"""Every page in both themes, both languages and on a phone: nothing broken, nothing in the way of anybody."""

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from dashboard import navigation
from tests.browser.conftest import ROOT, Server, Visit, settled

#: Git-ignored; README's picture is copied from here by hand when the overview changes.
PICTURES = ROOT / "var" / "screenshots"
PAGES = list(navigation.entries())
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
LOCALES = {"en": "en-US", "zh_Hans": "zh-CN"}
#: Language, theme and width: every two of them come together once; all eight would find what these four find.
LOOKS = [("en", "light", 1440), ("zh_Hans", "dark", 1440), ("en", "dark", 390), ("zh_Hans", "light", 390)]

#: Streamlit's own and not ours to change: its navigation puts sections between list and items, and its file uploader
#: names a presentation.
STREAMLITS_OWN = ["[data-testid=stSidebarNav]", "[data-testid=stFileUploaderDropzone]"]


def address_of(server: Server, name: str, code: str) -> str:
    return f"{server.address}/{'' if name == 'overview' else name}?lang={code}"


def wait_for_charts(page: Page) -> None:
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        chart.locator("svg").first.wait_for()


@pytest.mark.parametrize(("code", "scheme", "width"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_an_error_or_anything_serious_that_axe_finds(
    demo_server: Server, look: Visit, name: str, code: str, scheme: str, width: int
):
    page = look(address_of(demo_server, name, code), width=width, scheme=scheme, locale=LOCALES[code])
    wait_for_charts(page)
    assert serious(page) == []
    photograph(page, f"{name}-{code}-{scheme}-{width}")
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_test_id("stAlert").filter(has_text="reference").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_step_of_the_waterfalls_is_named(demo_server: Server, look: Visit, width: int):
    page = look(f"{address_of(demo_server, 'trends', 'en')}&part=flows", width=width)
    wait_for_charts(page)
    named = page.evaluate(NAMES_IN_SIGHT)
    photograph(page, f"waterfall-{width}")
    money, count = ({"Opening", "Closing", "New", "Churn", "Expansion", "Contraction"}, {"Opening", "Closing", "New"})
    assert [chart for chart in named if money <= set(chart)]
    assert len([chart for chart in named if count <= set(chart)]) == 2


#: The labels of each chart that are not hidden: Vega makes those it leaves out transparent.
NAMES_IN_SIGHT = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart] svg")].map(svg =>
    [...svg.querySelectorAll(".role-axis-label text")]
        .filter(text => getComputedStyle(text).opacity > 0.5).map(text => text.textContent))"""


def photograph(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    size = page.viewport_size or {"width": 1440, "height": 900}
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(height + 20, 6000)})
    page.wait_for_timeout(400)
    page.screenshot(path=PICTURES / f"{name}.png")


def serious(page: Page) -> list[str]:
    # Through the test protocol rather than a script tag: the page's own policy forbids foreign scripts.
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("own => axe.run({exclude: own.map(o => [o])})", STREAMLITS_OWN)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def test_the_policy_blocks_nothing_the_app_needs(demo_server: Server, browser: Browser):
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name in PAGES:
        page.goto(address_of(demo_server, name, "en"))
        settled(page)
        wait_for_charts(page)
    context.close()
    assert [text for text in said if "Content Security Policy" in text or "Refused" in text] == []

"""Every page and section, in both themes, both languages and on a phone: nothing broken or in anybody's way."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from dashboard import (
    action_page,
    experiment_calculator,
    experiment_page,
    interview_list,
    lifecycle_page,
    money_page,
    navigation,
    persona_page,
    proof_page,
    reason_page,
    trend_charts,
)
from dashboard.language import _, speaking
from tests.browser.conftest import ROOT, Server, Visit

#: Git-ignored; README's picture is copied from here by hand when the overview changes.
PICTURES = ROOT / "var" / "screenshots"
PAGES = list(navigation.entries())
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
LOCALES = {"en": "en-US", "zh_Hans": "zh-CN"}
#: Sections that have an address of their own, besides the one a page opens with.
SECTIONS = {
    "trends": list(trend_charts.SECTIONS)[1:],
    "lifecycle": list(lifecycle_page.SECTIONS)[1:],
    "personas": list(persona_page.SECTIONS)[1:],
    "money": list(money_page.SECTIONS)[1:],
    "reasons": list(reason_page.SECTIONS)[1:],
    "interviews": list(interview_list.SECTIONS)[1:],
    "experiment": list(experiment_page.SECTIONS)[1:],
    "actions": list(action_page.SECTIONS)[1:],
    # The action of the picture has worked, so it opens with its verdict.
    "proof": [part for part in proof_page.SECTIONS if part != proof_page.OPENS["worked"]],
    "calculator": list(experiment_calculator.SECTIONS)[1:],
}
#: What a page needs in its address to show more than a way to it.
NEEDS = {
    "experiment": "&key=save-call",
    "proof": "&action=1",
    "calculator": "&counts=control%3D8502%2F44700%0Agate_40%3D8279%2F45489",
}
#: Language, theme and width: every two of them come together in two that follow on another, all in four.
LOOKS = (("en", "light", 1440), ("zh_Hans", "dark", 390), ("en", "dark", 390), ("zh_Hans", "light", 1440))
_PARTS = [(name, part) for name, parts in SECTIONS.items() for part in parts]
#: Page, section, language, theme and width: a page in two that have nothing in common, each further section in one.
VIEWS = [
    *((name, "", *LOOKS[2 * (i % 2) + j]) for i, name in enumerate(PAGES) for j in range(2)),
    *((name, part, *LOOKS[i % 4]) for i, (name, part) in enumerate(_PARTS)),
]

#: Streamlit's own and not ours to change: its navigation puts sections between list and items, and its file uploader
#: names a presentation.
STREAMLITS_OWN = ["[data-testid=stSidebarNav]", "[data-testid=stFileUploaderDropzone]"]


def address_of(server: Server, name: str, code: str, part: str = "") -> str:
    address = f"{server.address}/{'' if name == 'overview' else name}?lang={code}{NEEDS.get(name, '')}"
    return f"{address}&part={part}" if part else address


def wait_for_charts(page: Page) -> None:
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        chart.locator("svg").first.wait_for()


@pytest.mark.parametrize(("name", "part", "code", "scheme", "width"), VIEWS)
def test_a_page_is_drawn_without_an_error_or_anything_serious_that_axe_finds(
    demo_server: Server, turn: Visit, said: list[str], name: str, part: str, code: str, scheme: str, width: int
):
    page = turn(address_of(demo_server, name, code, part), width=width, scheme=scheme, locale=LOCALES[code])
    with speaking(code):
        expect(page.get_by_role("heading", level=1)).to_have_text(_(navigation.entries()[name].title))
    assert parse_qs(urlsplit(page.url).query).get("part", [""]) == [part]
    look_at(page, "-".join(filter(None, (name, part, code, scheme, str(width)))))
    # Our own policy blocks nothing the app needs.
    assert [text for text in said if "Content Security Policy" in text or "Refused" in text] == []


def look_at(page: Page, name: str) -> None:
    """Nothing serious, no error, nothing that runs out of the picture."""
    wait_for_charts(page)
    photograph(page, name)
    assert serious(page) == []
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_test_id("stAlert").filter(has_text="reference").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_step_of_the_waterfalls_is_named(demo_server: Server, look: Visit, width: int):
    page = look(address_of(demo_server, "trends", "en", "flows"), width=width)
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
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    # Of what it finds in order one example a rule is enough.
    found: dict[str, Any] = page.evaluate(
        "own => axe.run({exclude: own.map(o => [o])}, {resultTypes: ['violations']})", STREAMLITS_OWN
    )
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]

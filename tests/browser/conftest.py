"""A real server on a free port, a real browser, and homes with and without data."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from analysis.experiments.demo import write_plans
from analysis.improvement.demo import write_actions
from data.database import close_databases, open_database
from data.database.repositories import releases
from data.engine import open_engine
from data.lake import Lake
from data.release import publish
from data.sample.stage import stage_demo
from data.settings import settings
from tests.find_browser import executable

ROOT = Path(__file__).parents[2]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: The machine may be busy; a test that waits this long has failed.
PATIENCE_MS = 60_000
#: A busy machine draws a part anew under the hand that uses it: whoever sees that nothing came of it does it again.
TRIES, PATIENCE_S = 4, 20
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Server:
    """A running app and the folder its data live in."""

    address: str
    home: Path


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """The app on a free port, on the data in `home`, stopped afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", str(port)]
    environment = {**os.environ, "CHURN_HOME": str(home)}
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield Server(f"http://127.0.0.1:{port}", home)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the server answers; fail when it has stopped."""
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server stopped with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"{address} did not answer")


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on a small demo company; to be looked at, not written to."""
    home = tmp_path_factory.mktemp("browser-demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(home))
        staged = stage_demo(customers=600, months=30, end=date(2026, 10, 31), usage=False, folder=home)
        db = open_database(settings())
        publish(settings(), db, staged, now=datetime(2026, 11, 22, 9, tzinfo=UTC))
        write_plans(db, 30, date(2026, 10, 31))
        write_actions(db, open_engine(Lake(settings().lake_url), releases.get(db, 1)), 30, date(2026, 10, 31))
        close_databases()
    with serving(home) as server:
        yield server


@pytest.fixture
def empty_server(tmp_path: Path) -> Iterator[Server]:
    """The app before its first release."""
    home = tmp_path / "first-start"
    home.mkdir()
    with serving(home) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests."""
    path = executable()
    if path is None:
        # For a developer without one; with CI=true a skipped browser test fails the run (tests/conftest.py).
        pytest.skip("no browser of the Chromium family: install chromium, or set CHURN_TEST_BROWSER")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Opens an address in a browser of its own (no cookies or state of another) and waits until the page is drawn."""
    contexts: list[BrowserContext] = []

    def opened(address: str, *, width: int = 1440, scheme: str = "light", locale: str = "en-US") -> Page:
        context = browser.new_context(color_scheme=scheme, locale=locale, accept_downloads=True)
        contexts.append(context)
        return opened_in(context, address, width)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def console() -> list[str]:
    """What the tabs of `look` said on their console."""
    return []


@pytest.fixture
def said(console: list[str]) -> list[str]:
    """What the tabs of this test say on their console."""
    console.clear()
    return console


@pytest.fixture(scope="session")
def look(browser: Browser, console: list[str]) -> Iterator[Visit]:
    """Opens an address in a tab; those of one theme and language share what a browser keeps, as tabs do."""
    contexts: dict[tuple[str, str], BrowserContext] = {}

    def opened(address: str, *, width: int = 1440, scheme: str = "light", locale: str = "en-US") -> Page:
        if (scheme, locale) not in contexts:
            contexts[scheme, locale] = browser.new_context(color_scheme=scheme, locale=locale)
            contexts[scheme, locale].on("console", lambda message: console.append(message.text))
        context = contexts[scheme, locale]
        for tab in context.pages:
            tab.close()
        return opened_in(context, address, width)

    yield opened
    for context in contexts.values():
        context.close()


@pytest.fixture(scope="session")
def turn(browser: Browser, console: list[str]) -> Iterator[Visit]:
    """Opens an address in the tab of its theme and language, as one who turns from page to page in an open app."""
    tabs: dict[tuple[str, str], Page] = {}

    def opened(address: str, *, width: int = 1440, scheme: str = "light", locale: str = "en-US") -> Page:
        if (scheme, locale) in tabs:
            return turned(tabs[scheme, locale], address, width)
        context = browser.new_context(color_scheme=scheme, locale=locale)
        context.on("console", lambda message: console.append(message.text))
        tabs[scheme, locale] = opened_in(context, address, width)
        return tabs[scheme, locale]

    yield opened
    for tab in tabs.values():
        tab.context.close()


def opened_in(context: BrowserContext, address: str, width: int) -> Page:
    """A new tab on the address, drawn to its end."""
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.set_viewport_size(size_of(width))
    page.goto(address)
    settled(page)
    return page


#: What the browser's own arrows do; starting the app anew takes it two seconds of work, thirty times over.
TURN = "address => { history.pushState({}, '', address); dispatchEvent(new PopStateEvent('popstate')); }"


def turned(page: Page, address: str, width: int) -> Page:
    """The same tab on another address, drawn to its end."""
    page.set_viewport_size(size_of(width))
    if urlsplit(page.url).path == urlsplit(address).path:
        page.goto(address)  # the app heeds the arrows only between pages
    else:
        before = page.get_by_role("heading", level=1).inner_text()
        page.evaluate(TURN, address)
        expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    settled(page)
    return page


def size_of(width: int) -> ViewportSize:
    """A screen of this width: a phone's or a desk's."""
    return {"width": width, "height": 844 if width < 600 else 900}


def settled(page: Page) -> None:
    """Wait until the script has run and nothing is being drawn any more."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def until(page: Page, act: Callable[[], None], done: Callable[[], bool]) -> None:
    """Do something, again where nothing came of it."""
    for _ in range(TRIES):
        act()
        patience = time.monotonic() + PATIENCE_S
        while time.monotonic() < patience:
            if done():
                return
            page.wait_for_timeout(200)  # and hear of changed addresses meanwhile
    raise AssertionError(f"nothing came of it in {TRIES} times {PATIENCE_S} s")

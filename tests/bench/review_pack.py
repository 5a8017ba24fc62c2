"""The pack of a quarter: against one warm page of the Overview, read in three ways.

Opened: in a browser on a warm server, until it is drawn; what somebody waits for who opens the page. Rerun: the same
server runs the page's script again, as a client of its websocket sees it; every number has been asked for before.
Numbers: counted in this process from the sums that the release brings along, without answers that were kept.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import sync_playwright

from analysis.kpis.judgement import overview
from analysis.review.pack import assemble
from analysis.review.quarters import last_whole
from data.database import open_database
from data.engine import Engine
from data.records import Scope
from data.settings import settings
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, Timed, in_turn, row, seconds
from tests.bench.processes import environment, home
from tests.browser.conftest import ARGUMENTS, opened_in
from tests.find_browser import executable
from tests.load.server import served
from tests.load.session import Session

NAME = "pack of a quarter"
WIDTH = 1440
WARM_UP = 3


def alone() -> None:
    """The pack once, for its memory."""
    _assembled(opened())


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Three rows: the page opened, which the pack is held to, its script run again, and its numbers alone."""
    engine = opened()
    found = _assembled(engine)
    unknown = [one["key"] for one in found["sections"] if one["unknown"] and one["key"] != "verdicts"]
    if unknown:
        raise SystemExit(f"not a whole pack: {', '.join(unknown)}")

    def pack() -> None:
        _assembled(engine)

    with served("streamlit_app.py", environment(home())) as app:
        with _a_browser(app) as drawn:
            page = in_turn(pack, drawn, pairs)
        rerun = asyncio.run(_beside_reruns(app, pack, pairs))
    numbers = in_turn(pack, lambda: overview(engine, Scope()), pairs)
    return [
        row(NAME, "Overview opened in a browser", page, peak_mb),
        row(NAME, "Overview, warm rerun", rerun, peak_mb),
        row(NAME, "Overview's numbers from stored sums", numbers, peak_mb),
    ]


def _assembled(engine: Engine) -> dict[str, Any]:
    asked = last_whole(release_of(engine).as_of)
    return assemble(engine, open_database(settings()), asked.start, asked.end)


@contextmanager
def _a_browser(app: str) -> Iterator[Timed]:
    """Opens the Overview in a new tab and waits until it is drawn; the browser keeps the app's files, as it does."""
    path = executable()
    if path is None:
        raise SystemExit("no browser of the Chromium family: install chromium, or set CHURN_TEST_BROWSER")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=ARGUMENTS) as browser:
        context = browser.new_context()
        yield lambda: opened_in(context, f"http://{app}/", WIDTH).close()


async def _beside_reruns(app: str, pack: Timed, pairs: int) -> list[tuple[float, float]]:
    async with Session(app) as tab:
        for _ in range(WARM_UP):
            await tab.visit()
        return [(seconds(pack), (await tab.visit()).seconds) for _ in range(pairs)]

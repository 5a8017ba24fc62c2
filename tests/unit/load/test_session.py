"""The load client sees what a browser sees, and the reference of constants shows the same elements."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.database import close_databases
from tests.bench import company
from tests.bench.processes import environment
from tests.load import constants, meeting
from tests.load.browsing import Load, browse
from tests.load.server import served
from tests.load.session import Broken, Session, Visit

# One server for all of them: no worker but the one that started it asks it anything.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("one server")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("load") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(home))
        company.make(600)
    return home


@pytest.fixture(scope="module")
def app(place: Path) -> Iterator[str]:
    with served("streamlit_app.py", environment(place)) as address:
        yield address


def elements(visit: Visit) -> list[str | None]:
    kinds = [m.delta.new_element.WhichOneof("type") for m in visit.messages if m.delta.HasField("new_element")]
    return sorted(kind for kind in kinds if kind)


def titles(visit: Visit) -> list[str]:
    headings = [m.delta.new_element.heading for m in visit.messages]
    return [h.body for h in headings if h.tag == "h1"]


async def _journey(address: str) -> tuple[list[str], list[str], str]:
    async with Session(address) as tab:
        first = await tab.visit()
        second = await tab.visit("trends", "lang=zh_Hans&grain=quarter")
        return titles(first), titles(second), tab.query


def test_a_session_follows_links_between_pages_and_languages(app: str):
    first, second, query = asyncio.run(_journey(app))
    assert first == ["Overview"]
    assert second == ["流失趋势"]
    assert sorted(query.split("&")) == ["grain=quarter", "lang=zh_Hans"]


async def _both(address: str, file: Path, home: Path) -> tuple[Visit, Visit]:
    async with Session(address) as tab:
        overview = await tab.visit()
    constants.write(overview.messages, file)
    with served("tests/load/constant_app.py", {**environment(home), constants.RECORDING: str(file)}) as other:
        async with Session(other) as tab:
            return overview, await tab.visit()


def test_the_reference_shows_the_elements_of_the_overview(app: str, place: Path):
    overview, reference = asyncio.run(_both(app, place / "recording", place))
    assert elements(reference) == elements(overview)
    assert titles(reference) == titles(overview)


async def _lost(address: str) -> None:
    async with Session(address) as tab:
        await tab.visit("", "release=99")


def test_a_page_that_shows_an_error_breaks_the_session_off(app: str):
    with pytest.raises(Broken, match="99"):
        asyncio.run(_lost(app))


def test_visitors_browse_without_a_failure(app: str):
    load = asyncio.run(browse(app, sessions=3, think_seconds=0.2, for_seconds=1))
    assert load.failures == ()
    assert len(load.seconds) > 3


def test_what_people_write_in_a_review_stands_on_every_screen_and_in_the_database(
    app: str, place: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CHURN_HOME", str(place))
    review = meeting.begun()
    held = asyncio.run(meeting.hold(app, review, people=4, notes=2, for_seconds=2))
    assert held.unseen == ()
    assert sorted(meeting.stored(review)) == sorted(held.said)
    assert len(held.seconds) == 4 * 2 * 3
    close_databases()


def test_a_percentile_is_a_time_that_was_measured():
    load = Load(tuple(n / 100 for n in range(100, 0, -1)), ())
    assert (load.percentile(0.5), load.percentile(0.95), load.percentile(1.0)) == (0.5, 0.95, 1.0)

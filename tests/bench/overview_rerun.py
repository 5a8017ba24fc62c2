"""A rerun of the Overview in a warm server: against a page that shows the same elements from constants."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.pairs import Row, row
from tests.bench.processes import environment, home
from tests.load import constants
from tests.load.server import served
from tests.load.session import Session

WARM_UP = 10


def rows(pairs: int, _peak_mb: float | None) -> list[Row]:
    """One row: from the request to the end of the script, as the client sees it."""
    with TemporaryDirectory() as folder, served("streamlit_app.py", environment(home())) as app:
        recording = Path(folder) / "overview"
        asyncio.run(_record(app, recording))
        there = {**environment(home()), constants.RECORDING: str(recording)}
        with served("tests/load/constant_app.py", there) as reference:
            measured = asyncio.run(_in_turn(app, reference, pairs))
    return [row("overview, warm rerun", "the same elements from constants", measured)]


async def _record(address: str, file: Path) -> None:
    async with Session(address) as tab:
        constants.write((await tab.visit()).messages, file)


async def _in_turn(app: str, reference: str, pairs: int) -> list[tuple[float, float]]:
    async with Session(app) as ours, Session(reference) as theirs:
        measured = [((await ours.visit()), (await theirs.visit())) for _ in range(WARM_UP + pairs)]
    for mine, other in measured:
        if len(mine.messages) < 50 or abs(len(other.messages) - len(mine.messages)) > 4:
            raise SystemExit(f"not the same elements: {len(mine.messages)} and {len(other.messages)} messages")
    return [(mine.seconds, other.seconds) for mine, other in measured[WARM_UP:]]

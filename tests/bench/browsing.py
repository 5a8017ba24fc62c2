"""A hundred people browsing the app at once: the time 95 of 100 answers keep within, against one second."""

import asyncio

from tests.bench.pairs import Row, say
from tests.bench.processes import environment, home
from tests.load.browsing import Load, browse, told
from tests.load.server import served

SESSIONS = 100
THINK_SECONDS = 10
LIMIT_SECONDS = 1.0


def rows(for_seconds: int, _peak_mb: float | None) -> list[Row]:
    """One row: the 95th percentile where other rows have a median; its ratio is to the limit."""
    with served("streamlit_app.py", environment(home())) as app:
        load = asyncio.run(browse(app, sessions=SESSIONS, think_seconds=THINK_SECONDS, for_seconds=for_seconds))
    for line in told(load):
        say(f"  {line}")
    return [_row(load)]


def _row(load: Load) -> Row:
    if load.failures:
        raise SystemExit(f"{len(load.failures)} sessions broke off, the first: {load.failures[0]}")
    kept = load.percentile(0.95)
    name = f"{SESSIONS} sessions, think {THINK_SECONDS} s: p95"
    return Row(name, kept, "limit", LIMIT_SECONDS, kept / LIMIT_SECONDS, None, len(load.seconds))

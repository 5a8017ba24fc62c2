"""How far a long step is: asked of DuckDB twice a second while it works, with the seconds that are left."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from data.importers.workbench import Workbench
from data.staged import Progress

_EVERY = 0.5
Report = Callable[[Progress], None]


def seconds_left(started: float, done: float) -> float | None:
    """Return the seconds left when the share `done` (0-1) took since `started`; None before there is a share."""
    return (time.monotonic() - started) * (1 - done) / done if done > 0 else None


@contextmanager
def watched(bench: Workbench, report: Report, step: str, total: int | None) -> Iterator[None]:
    """Report the progress of what the connection does inside the block, and its end; `total` rows are expected."""
    over = Event()
    watcher = Thread(target=_watch, args=(bench, report, step, total, over), daemon=True)
    watcher.start()
    try:
        yield
        over.set()
        watcher.join()
        report(Progress(step, total or 0, total, 0.0))
    finally:
        over.set()


def _watch(bench: Workbench, report: Report, step: str, total: int | None, over: Event) -> None:
    started = time.monotonic()
    while not over.wait(_EVERY):
        done = bench.progress()
        report(Progress(step, int(done * (total or 0)), total, seconds_left(started, done)))

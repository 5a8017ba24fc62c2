"""Imports that run beside the pages: a click or a closed tab never breaks one off, and everybody sees how far it is."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from analysis.imports.load import Loaded
from data.errors import ReviewError
from data.staged import Progress

Kind = Literal["check", "load", "demo"]
_KEPT = 20


@dataclass
class Job:
    """One import under way or done; `wish` tells which files and choices it was started with."""

    kind: Kind
    wish: str
    future: Future[Loaded] | None = None
    progress: Progress | None = None
    steps: list[str] = field(default_factory=list[str])

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.future is not None and not self.future.done()

    @property
    def refused(self) -> str:
        """Why it was refused, as a sentence for the reader; empty when it was not."""
        error = self.future.exception() if self.future and self.future.done() else None
        if error is not None and not isinstance(error, ReviewError):
            raise error
        return "" if error is None else str(error)

    @property
    def loaded(self) -> Loaded | None:
        """What it did, once it is done and was not refused."""
        return self.future.result() if self.future and self.future.done() and not self.refused else None

    def report(self, progress: Progress) -> None:
        """Take note of how far it is."""
        if not self.steps or self.steps[-1] != progress.step:
            self.steps.append(progress.step)
        self.progress = progress


@dataclass
class _Board:
    """The jobs of this process, oldest first; one works at a time, since the lake takes one import at a time."""

    threads: ThreadPoolExecutor
    jobs: list[Job] = field(default_factory=list[Job])


@st.cache_resource(max_entries=1, show_spinner=False)
def _board() -> _Board:
    return _Board(ThreadPoolExecutor(max_workers=1, thread_name_prefix="import"))


def start(kind: Kind, wish: str, work: Callable[[Callable[[Progress], None]], Loaded]) -> Job:
    """Start a job, or return the one that is at work for the same wish already."""
    found = of(kind, wish)
    if found is not None and found.running:
        return found
    board, job = _board(), Job(kind, wish)
    job.future = board.threads.submit(work, job.report)
    board.jobs[:] = [*(j for j in board.jobs if (j.kind, j.wish) != (kind, wish)), job][-_KEPT:]
    return job


def of(kind: Kind, wish: str) -> Job | None:
    """The latest job of a kind for a wish."""
    return next((job for job in reversed(_board().jobs) if (job.kind, job.wish) == (kind, wish)), None)

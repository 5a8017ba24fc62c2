"""Imports, and packs of reviews, made beside the pages: a click or a closed tab breaks none off, all see how far."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Literal

import streamlit as st

from analysis.imports.load import Loaded
from dashboard import logs
from data.errors import ReviewError
from data.staged import Progress

Kind = Literal["check", "load", "demo", "pack"]
_KEPT = 20


@dataclass
class Job:
    """One import, or one pack of a review, under way or done.

    wish    Which files and choices it was started with.
    visits  Who watches it: it is shown to nobody else once it is done.
    crash   Reference number of a bug that ended it, under which the log has it; empty when none did.
    """

    kind: Kind
    wish: str
    visits: set[str]
    crash: str = ""
    future: Future[Any] | None = None
    progress: Progress | None = None
    steps: list[str] = field(default_factory=list[str])

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.future is not None and not self.future.done()

    @property
    def problem(self) -> ReviewError | None:
        """Why it was refused; None when it was not."""
        error = self._error
        return error if isinstance(error, ReviewError) else None

    @property
    def refused(self) -> str:
        """Why it was refused, as a sentence for the reader; empty when it was not."""
        return str(self.problem or "")

    @property
    def outcome(self) -> Any:
        """What it gave, once it is done and neither was refused nor crashed; else None."""
        done = self.future is not None and self.future.done() and self._error is None
        return self.future.result() if self.future and done else None

    @property
    def loaded(self) -> Loaded | None:
        """What an import did."""
        return self.outcome if isinstance(self.outcome, Loaded) else None

    @property
    def _error(self) -> BaseException | None:
        return self.future.exception() if self.future and self.future.done() else None

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


def start(kind: Kind, wish: str, work: Callable[[Callable[[Progress], None]], Any], visit: str = "") -> Job:
    """Start a job, or return the one that is at work for the same wish already."""
    found = of(kind, wish, visit)
    if found is not None and found.running:
        return found
    board, job = _board(), Job(kind, wish, {visit})
    job.future = board.threads.submit(_worked, job, work)
    board.jobs[:] = [*(j for j in board.jobs if j is not found), job][-_KEPT:]
    return job


def _worked(job: Job, work: Callable[[Callable[[Progress], None]], Any]) -> Any:
    try:
        return work(job.report)
    except ReviewError:
        raise
    except BaseException as bug:
        job.crash = logs.script_error(bug, page=f"job: {job.kind}")
        raise


def of(kind: Kind, wish: str, visit: str = "") -> Job | None:
    """The latest job of a kind for a wish: one at work, which anybody may join, or one that this visit watched."""
    for job in reversed(_board().jobs):
        if (job.kind, job.wish) == (kind, wish) and (job.running or visit in job.visits):
            job.visits.add(visit)
            return job
    return None


def forget(visit: str) -> None:
    """Show this visit none of its jobs again; those at work go on."""
    board = _board()
    for job in board.jobs:
        job.visits.discard(visit)
    board.jobs[:] = [job for job in board.jobs if job.running or job.visits]

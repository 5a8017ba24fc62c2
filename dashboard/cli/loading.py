"""`import` and `demo`: what is asked for, how far it is, what it did."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

from dashboard.cli.output import say
from data.errors import ReviewError

if TYPE_CHECKING:
    from analysis.imports.load import Loaded
    from data.staged import Progress


def pairs(texts: list[str] | None, option: str) -> dict[str, str]:
    """`KEY=VALUE` arguments as a mapping."""
    found: dict[str, str] = {}
    for text in texts or []:
        key, sign, value = text.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise ReviewError(f"{option} {text} is not understood. Write it as NAME=VALUE.")
        found[key.strip()] = value.strip()
    return found


def mapped(texts: list[str] | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """`--map` arguments: field -> column ("" = no column is it), and the columns to leave out."""
    fields: dict[str, str] = {}
    left: list[str] = []
    for text in texts or []:
        target, sign, source = (part.strip() for part in text.partition("="))
        if not sign or not (target or source):
            raise ReviewError(
                f"--map {text} is not understood. Write it as FIELD=COLUMN, FIELD= for no column, or =COLUMN to leave "
                "a column out."
            )
        if target:
            fields[target] = source
        else:
            left.append(source)
    return fields, tuple(left)


class Teller:
    """Tells on stderr how far an import is: every step, and long ones every second."""

    def __init__(self) -> None:
        self._step = ""
        self._told = 0.0

    def __call__(self, progress: Progress) -> None:
        """Say where it is, unless it was said less than a second ago."""
        moment = time.monotonic()
        if progress.step == self._step and moment - self._told < 1:
            return
        self._step, self._told = progress.step, moment
        rows = f" {progress.rows:,} rows" if progress.rows else ""
        left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
        if sys.stderr.isatty() or not rows:
            say(f"{progress.step} ...{rows}{left}")


def document(done: Loaded) -> dict[str, Any]:
    """The JSON document of an import."""
    return {
        "outcome": done.outcome,
        "release": done.release.number if done.release else None,
        "as_of": done.as_of,
        "tables": done.tables,
        "rejects_file": done.rejects_file,
        "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in done.checks],
        "changes": done.changes,
        "notes": [*done.notes, *({"code": "release", "text": text} for text in done.said)],
    }


def tell(done: Loaded) -> None:
    """Say for people what an import did."""
    for name, counts in done.tables.items():
        rejected = f", {counts['rejected']:,} rejected" if counts["rejected"] else ""
        loaded = "unchanged" if counts["unchanged"] else f"{counts['loaded']:,} loaded"
        say(f"{name}: {counts['read']:,} read, {loaded}{rejected}")
    for note in done.notes:
        say(f"{'!' if note.severity == 'warning' else '-'} {note.text}")
    for text in done.said:
        say(f"! {text}")
    for name, change in done.changes.items():
        before = "" if change["before"] is None else f"{change['before']:,} -> "
        say(f"{name}: {before}{change['after']:,}")
    for check in done.checks:
        say(f"check {check.name}: {'passed' if check.passed else 'FAILED'} ({check.detail})")
    if done.rejects_file:
        say(f"Rejected rows, with reasons: {done.rejects_file}")
    say(_closing(done))


def _closing(done: Loaded) -> str:
    if done.outcome == "rehearsed":
        return "Nothing was changed (--dry-run)."
    if done.outcome == "unchanged":
        return f"Nothing new: release {done.release.number if done.release else '-'} already holds these files."
    return f"Release {done.release.number if done.release else '-'} as of {done.as_of}."

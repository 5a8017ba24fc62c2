"""The frozen pack of a review: the five questions of one quarter answered from one release, as plain JSON.

It holds codes, numbers and names of the data, no sentence of a language but templates, no moment and no number of a
record: the same release and the same records give the same pack, whenever and on whatever database it is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from analysis.feedback.losses import read_feedback
from analysis.periods import previous
from analysis.review import alike, missing, plays, reasons, saves, verdicts, who_left
from analysis.review.parts import Asked, Document, Section
from analysis.review.quarters import name_of, refuse_no_quarter
from data.errors import ReviewError
from data.queries.segments import file_labels
from data.records import Period
from data.staged import Progress

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine
    from data.records import Release

SCHEMA = 1
CODE = "pack-3"
"""Raised with every change of what a pack holds for the same release."""
#: The sections in the order they are read; progress names them by their keys.
SECTIONS: Mapping[str, Callable[[Asked], Section]] = {
    "verdicts": verdicts.section,
    "who-left": who_left.section,
    "in-common": alike.section,
    "reasons": reasons.section,
    "saves": saves.section,
    "plays": plays.section,
    "missing": missing.section,
}
Report = Callable[[Progress], None]


def assemble(
    engine: Engine, database: Database, start: date, end: date, progress: Report | None = None
) -> dict[str, Any]:
    """Answer the questions of a quarter; a section that cannot be answered says why, and the others stand."""
    release = _release(engine)
    refuse_no_quarter(start, end)
    _refuse_unseen(release, start, end)
    quarter = Period(start, end)
    with ExitStack() as held:
        told = read_feedback(database)
        asked = Asked(engine, database, release, quarter, previous(quarter, "quarter"), told, held=held)
        sections = [_answered(asked, key, progress) for key in SECTIONS]
    return {**_head(asked), "labels": _labels(asked), "sections": sections}


def digest(pack: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text of a pack."""
    return hashlib.sha256(canonical(pack).encode()).hexdigest()


def canonical(pack: Mapping[str, Any]) -> str:
    """The one text that a document is written as."""
    return json.dumps(pack, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _release(engine: Engine) -> Release:
    if engine.release is None:
        raise ValueError("a pack is made on a recorded release")
    return engine.release


def _refuse_unseen(release: Release, start: date, end: date) -> None:
    if release.shape == "snapshot":
        raise ReviewError("A snapshot says that customers left, not when: there is no quarter to review.")
    if end > release.as_of + timedelta(days=1):
        raise ReviewError(
            f"The data end on {release.as_of}, before the quarter {name_of(start)} does. Load newer data, or choose an "
            "earlier quarter."
        )


def _answered(asked: Asked, key: str, progress: Report | None) -> Document:
    if progress is not None:
        progress(Progress(key, list(SECTIONS).index(key), len(SECTIONS)))
    try:
        return SECTIONS[key](asked).document(key)
    except ReviewError as refused:
        return Section(unknown=str(refused)).document(key)


def _head(asked: Asked) -> Document:
    return {
        "schema": SCHEMA,
        "code": CODE,
        "quarter": name_of(asked.quarter.start),
        "start": asked.quarter.start.isoformat(),
        "end": asked.quarter.end.isoformat(),
        "before": [asked.before.start.isoformat(), asked.before.end.isoformat()],
        "release": asked.release.number,
        "as_of": asked.release.as_of.isoformat(),
        "currency": asked.release.options.reporting_currency,
    }


def _labels(asked: Asked) -> Document:
    """What attributes and reasons are called, as it stood when the pack was made."""
    told = {reason.code: {"label": reason.label, "parent": reason.parent} for reason in asked.feedback.taxonomy.reasons}
    return {"attributes": dict(file_labels(asked.engine)), "reasons": told}

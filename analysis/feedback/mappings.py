"""What imported texts stand for: each change makes a new version, in the codes of the newest list of reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.feedback.taxonomy import code_under
from data.database.repositories import taxonomies
from data.reasons import reason_key
from data.records_interviews import ReasonMapping, Taxonomy

if TYPE_CHECKING:
    from data.database import Database


def save(db: Database, seen: ReasonMapping, said: Mapping[str, str], given: int) -> ReasonMapping:
    """Store texts with their codes under version `given` of the list; Busy when another mapping came in between."""
    with db.writing():
        return taxonomies.save_mapping(db, extended(taxonomies.history(db), seen, said, given))


def extended(history: Sequence[Taxonomy], seen: ReasonMapping, said: Mapping[str, str], given: int) -> ReasonMapping:
    """A mapping with further texts, every code as the newest list reads it; code "" = the text stands for none."""
    newest = len(history)
    kept = {text: _under(history, code, seen.taxonomy) for text, code in seen.texts}
    added = {reason_key(text): _under(history, code, given) for text, code in said.items()}
    return ReasonMapping(seen.version, newest, tuple(sorted({**kept, **added}.items())))


def _under(history: Sequence[Taxonomy], code: str, given: int) -> str:
    return code_under(history, code, given, len(history)) if code else ""

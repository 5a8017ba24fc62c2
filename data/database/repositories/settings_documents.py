"""Choices people make in the program (metric options, health model, taxonomy, calendar), in versions."""

from typing import Any

from data.database.connection import Database
from data.database.repositories import revisions
from data.database.tables import SettingsDocumentRow
from data.records import Document


def save(
    db: Database, name: str, document: dict[str, Any], *, after: int | None = None, who: str | None = None
) -> Document:
    """Stores the document as the next version of its name; the same content again makes no new one.

    after  Version it was made from (0 = none); Busy when another one came in between.
    """
    return revisions.save(db, SettingsDocumentRow, name, document, after=after, who=who)


def load(db: Database, name: str, version: int | None = None) -> Document | None:
    """This version of the document, or the newest; None when nobody chose yet and the defaults hold."""
    return revisions.load(db, SettingsDocumentRow, name, version)


def all(db: Database) -> list[Document]:
    """The newest version of every document, by name."""
    return revisions.newest(db, SettingsDocumentRow)


def history(db: Database, name: str) -> list[Document]:
    """Every version of one document, newest first."""
    return revisions.history(db, SettingsDocumentRow, name)

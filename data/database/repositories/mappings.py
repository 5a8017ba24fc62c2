"""Saved mappings: how the columns of a source become ours, under a name and in versions."""

from typing import Any

from data.database.connection import Database
from data.database.repositories import revisions
from data.database.tables import MappingRow
from data.errors import DataProblem
from data.records import Document


def save(
    db: Database, name: str, document: dict[str, Any], *, after: int | None = None, who: str | None = None
) -> Document:
    """Stores the mapping as the next version of its name; the same content again makes no new one.

    after  Version it was made from (0 = none); Busy when another one came in between.
    """
    return revisions.save(db, MappingRow, name, document, after=after, who=who)


def load(db: Database, name: str, version: int | None = None) -> Document:
    """This version of the mapping, or the newest; DataProblem names the mappings there are."""
    found = revisions.load(db, MappingRow, name, version)
    if found is not None:
        return found
    if version is not None:
        raise DataProblem(f"The mapping {name!r} has no version {version}. {_known_versions(db, name)}")
    known = ", ".join(repr(mapping.name) for mapping in all(db)) or "none yet"
    raise DataProblem(f"There is no mapping {name!r}. Saved are: {known}. Choose one, or map the columns and save it.")


def all(db: Database) -> list[Document]:
    """The newest version of every mapping, by name."""
    return revisions.newest(db, MappingRow)


def history(db: Database, name: str) -> list[Document]:
    """Every version of one mapping, newest first."""
    return revisions.history(db, MappingRow, name)


def _known_versions(db: Database, name: str) -> str:
    versions = history(db, name)
    return f"The newest is {versions[0].version}." if versions else "It was never saved."

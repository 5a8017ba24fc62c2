"""Every write leaves a trail in the same transaction, and the trail cannot be changed."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from data.database import Database
from data.database.repositories import (
    annotations,
    audit,
    imports,
    mappings,
    releases,
    segments,
    settings_documents,
    users,
)
from data.records import EVERYBODY, Condition, Segment
from tests.unit.data.database.test_releases import a_release


def write_everything(database: Database) -> None:
    """Calls every function of the repositories that writes."""
    releases.record(database, a_release())
    releases.record(database, a_release())
    releases.pin(database, 1, "review")
    releases.unpin(database, 1, "review")
    releases.drop(database, keep=1)
    run = imports.begin(database, ["a.csv"])
    imports.finish(database, run.number, "unchanged")
    mappings.save(database, "telco", {})
    settings_documents.save(database, "taxonomy", {})
    segment = segments.save(database, "retail", EVERYBODY)
    segments.archive(database, "retail", version=segment.version)
    annotation = annotations.add(database, date(2026, 1, 1), "Price rise")
    annotation = annotations.change(database, annotation, replace(annotation, title="Prices"))
    annotations.archive(database, annotation)
    user = users.set_role(database, users.add(database, "mia", "Mia", "viewer"), "manager")
    users.archive(database, user)
    audit.record(database, "exported", "customers")


def test_every_write_is_logged(database: Database) -> None:
    write_everything(database)

    logged = [(entry.action, entry.subject) for entry in reversed(audit.entries(database))]
    assert logged == [
        ("created", "releases"),
        ("created", "releases"),
        ("created", "release_pins"),
        ("deleted", "release_pins"),
        ("changed", "releases"),
        ("created", "imports"),
        ("changed", "imports"),
        ("created", "mappings"),
        ("created", "settings_documents"),
        ("created", "segments"),
        ("changed", "segments"),
        ("created", "annotations"),
        ("changed", "annotations"),
        ("changed", "annotations"),
        ("created", "users"),
        ("changed", "users"),
        ("changed", "users"),
        ("exported", "customers"),
    ]
    assert {entry.who for entry in audit.entries(database)} == {"local"}


def test_an_entry_says_who_changed_what_from_what_to_what(database: Database) -> None:
    retail = Segment((Condition("industry", "in", ("retail",)),))
    first = segments.save(database, "mine", EVERYBODY, who="mia")
    segments.save(database, "mine", retail, version=first.version, who="ben")

    changed, created = audit.entries(database, subject="segments")

    condition = {"attribute": "industry", "operator": "in", "values": ["retail"]}
    assert (created.who, created.before) == ("mia", None)
    assert created.after == {"name": "mine", "conditions": [], "archived_at": None}
    assert (changed.who, changed.before, changed.after) == ("ben", {"conditions": []}, {"conditions": [condition]})
    assert changed.record == created.record
    assert audit.entries(database, subject="segments", record=99) == []


def test_a_deletion_keeps_what_was_deleted(database: Database) -> None:
    releases.record(database, a_release())
    releases.pin(database, 1, "review 2026Q3")
    releases.unpin(database, 1, "review 2026Q3")

    deleted = audit.entries(database)[0]

    assert deleted.before == {"release_number": 1, "holder": "review 2026Q3"}
    assert deleted.after is None


def test_a_save_that_changes_nothing_leaves_no_entry(database: Database) -> None:
    mappings.save(database, "telco", {"a": 1})
    mappings.save(database, "telco", {"a": 1})

    assert len(audit.entries(database)) == 1


def test_a_write_that_fails_leaves_no_entry(database: Database) -> None:
    def saves_and_fails() -> None:
        with database.writing():
            segments.save(database, "retail", EVERYBODY)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        saves_and_fails()
    assert audit.entries(database) == []


def test_what_is_no_record_can_be_logged_with_its_values(database: Database) -> None:
    logged = audit.record(database, "erased", "customers", after={"customer_id": "c-1"}, who="mia")

    assert audit.entries(database) == [logged]
    assert (logged.who, logged.action, logged.record, logged.after) == ("mia", "erased", None, {"customer_id": "c-1"})


@pytest.mark.parametrize("statement", ["UPDATE audit_log SET who = 'nobody'", "DELETE FROM audit_log"])
def test_the_database_refuses_to_change_the_log(database: Database, statement: str) -> None:
    logged = audit.record(database, "exported", "customers")

    def tampers() -> None:
        with database.writing() as session:
            session.execute(text(statement))

    with pytest.raises(DatabaseError, match="append-only"):
        tampers()
    assert audit.entries(database) == [logged]

"""What people write comes back frozen, in versions, and only over what they have seen."""

from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest

from data.database import Database
from data.database.repositories import annotations, imports, mappings, releases, segments, settings_documents, users
from data.errors import Busy, DataProblem, NoData, ReviewError, UnknownSegment
from data.records import EVERYBODY, Condition, Segment
from tests.unit.data.database.test_releases import a_release

RETAIL = Segment((Condition("industry", "in", ("retail", "wholesale")), Condition("employees", "<", ("50",))))


@pytest.mark.parametrize("kept", [mappings, settings_documents])
class TestDocumentsInVersions:
    def test_a_change_is_the_next_version_and_the_old_one_stays(self, database: Database, kept: ModuleType) -> None:
        kept.save(database, "telco", {"churned": "Churn"})
        second = kept.save(database, "telco", {"churned": "Left"}, who="mia")

        assert (second.version, second.who) == (2, "mia")
        assert kept.load(database, "telco") == second
        assert kept.load(database, "telco", 1).document == {"churned": "Churn"}
        assert [document.version for document in kept.history(database, "telco")] == [2, 1]

    def test_the_same_content_again_makes_no_new_version(self, database: Database, kept: ModuleType) -> None:
        first = kept.save(database, "telco", {"churned": "Churn"})

        assert kept.save(database, "telco", {"churned": "Churn"}) == first

    def test_a_save_over_an_unseen_version_is_refused(self, database: Database, kept: ModuleType) -> None:
        kept.save(database, "telco", {"churned": "Churn"}, after=0)
        kept.save(database, "telco", {"churned": "Left"}, after=1)

        with pytest.raises(Busy, match="Version 2 of 'telco' was saved since version 1 was read"):
            kept.save(database, "telco", {"churned": "Gone"}, after=1)

    def test_the_list_has_the_newest_version_of_each_name(self, database: Database, kept: ModuleType) -> None:
        kept.save(database, "telco", {"a": 1})
        kept.save(database, "crm", {"b": 1})
        kept.save(database, "telco", {"a": 2})

        assert [(each.name, each.version) for each in kept.all(database)] == [("crm", 1), ("telco", 2)]

    def test_order_and_days_inside_are_kept(self, database: Database, kept: ModuleType) -> None:
        document = {"z": date(2026, 1, 1), "a": ["x", None, 1.5], "m": {"城市": True}}

        saved = kept.save(database, "telco", document)

        assert saved.document == document
        assert list(saved.document) == ["z", "a", "m"]


def test_an_unknown_mapping_names_those_there_are(database: Database) -> None:
    with pytest.raises(DataProblem, match=r"There is no mapping 'x'\. Saved are: none yet"):
        mappings.load(database, "x")
    mappings.save(database, "telco", {})
    with pytest.raises(DataProblem, match="Saved are: 'telco'"):
        mappings.load(database, "x")
    with pytest.raises(DataProblem, match=r"'telco' has no version 4\. The newest is 1"):
        mappings.load(database, "telco", 4)
    with pytest.raises(DataProblem, match=r"'x' has no version 4\. It was never saved"):
        mappings.load(database, "x", 4)


def test_settings_nobody_chose_are_none(database: Database) -> None:
    assert settings_documents.load(database, "metric options") is None


def test_a_segment_comes_back_as_it_was_saved(database: Database) -> None:
    saved = segments.save(database, "small retail", RETAIL)

    assert saved.segment == RETAIL
    assert segments.get(database, "small retail") == saved
    assert segments.all(database) == [saved]


def test_a_taken_name_is_refused_unless_its_version_is_given(database: Database) -> None:
    first = segments.save(database, "retail", RETAIL)
    with pytest.raises(Busy, match="saved already"):
        segments.save(database, "retail", EVERYBODY)

    changed = segments.save(database, "retail", EVERYBODY, version=first.version)

    assert changed.segment == EVERYBODY
    with pytest.raises(Busy, match="version 2 now, 1 when it was read"):
        segments.save(database, "retail", RETAIL, version=first.version)


def test_an_archived_segment_is_off_the_list_and_its_name_is_free(database: Database) -> None:
    saved = segments.save(database, "retail", RETAIL)
    segments.save(database, "all", EVERYBODY)
    segments.archive(database, "retail", version=saved.version)

    assert [each.name for each in segments.all(database)] == ["all"]
    with pytest.raises(UnknownSegment, match=r"'retail'\. Saved are: 'all'"):
        segments.get(database, "retail")
    assert segments.save(database, "retail", EVERYBODY).segment == EVERYBODY


def test_annotations_are_found_by_half_open_days(database: Database) -> None:
    for day in (3, 1, 2):
        annotations.add(database, date(2026, 1, day), f"day {day}", kind="price")

    found = annotations.between(database, date(2026, 1, 1), date(2026, 1, 3))

    assert [each.title for each in found] == ["day 1", "day 2"]


def test_an_annotation_can_be_changed_and_archived_by_who_saw_it(database: Database) -> None:
    first = annotations.add(database, date(2026, 1, 1), "Price rise")
    second = annotations.change(database, first, replace(first, on=date(2026, 2, 1), text="8 % for all plans"))
    assert annotations.between(database, date(2026, 2, 1), date(2026, 3, 1)) == [second]

    with pytest.raises(Busy, match="'Price rise' was changed by somebody else"):
        annotations.archive(database, first)
    annotations.archive(database, second)
    assert annotations.between(database, date.min, date.max) == []
    with pytest.raises(NoData, match="no annotation 99"):
        annotations.archive(database, replace(second, id=99))


def test_every_database_starts_with_one_local_administrator(database: Database) -> None:
    assert users.all(database) == [users.local_administrator(database)]
    assert users.local_administrator(database).role == "administrator"


def test_users_come_go_and_come_back(database: Database) -> None:
    mia = users.add(database, "mia@example.com", "Mia", "viewer")
    with pytest.raises(Busy, match="exists already"):
        users.add(database, "mia@example.com", "Mia", "manager")
    mia = users.set_role(database, mia, "manager")
    assert users.get(database, "mia@example.com") == mia

    users.archive(database, mia)
    with pytest.raises(NoData, match=r"no user 'mia@example\.com'"):
        users.get(database, "mia@example.com")
    assert users.add(database, "mia@example.com", "Mia B.", "viewer").role == "viewer"


def test_the_last_administrator_can_neither_go_nor_step_down(database: Database) -> None:
    local = users.local_administrator(database)
    with pytest.raises(ReviewError, match="only administrator"):
        users.set_role(database, local, "viewer")
    with pytest.raises(ReviewError, match="only administrator"):
        users.archive(database, local)
    assert users.set_role(database, local, "administrator") == local

    users.add(database, "mia", "Mia", "administrator")
    assert users.set_role(database, local, "viewer").role == "viewer"


def test_a_role_changed_since_it_was_seen_is_not_changed_again(database: Database) -> None:
    mia = users.add(database, "mia", "Mia", "viewer")
    users.set_role(database, mia, "manager")

    with pytest.raises(Busy, match="'mia' was changed by somebody else"):
        users.set_role(database, mia, "contributor")


def test_an_import_is_logged_when_it_starts_and_when_it_ends(database: Database) -> None:
    started = imports.begin(database, ["telco.csv"], who="mia")
    assert (started.outcome, started.finished_at, started.files) == ("running", None, ("telco.csv",))

    with database.writing():
        release = releases.record(database, a_release())
        finished = imports.finish(
            database,
            started.number,
            "published",
            tables={"customers": {"read": 7043, "loaded": 7043, "rejected": 0}},
            notes=[{"code": "date_format", "text": "Dates are read as day/month/year."}],
            release=release.number,
            rejects_file="rejects/1.csv",
        )

    assert finished.outcome == "published"
    assert finished.release == 1
    assert finished.finished_at is not None
    assert imports.get(database, started.number) == finished
    assert imports.all(database) == [finished]


def test_a_refused_import_keeps_its_reason(database: Database) -> None:
    started = imports.begin(database, ["broken.csv"], mode="merge")
    refused = imports.finish(database, started.number, "refused", reason="broken.csv has no column customer_id.")

    assert (refused.mode, refused.release) == ("merge", None)
    assert refused.reason.startswith("broken.csv")


def test_an_unknown_import_is_named(database: Database) -> None:
    with pytest.raises(NoData, match="no import 5"):
        imports.get(database, 5)
    with pytest.raises(NoData, match="no import 5"):
        imports.finish(database, 5, "failed")

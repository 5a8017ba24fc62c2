"""The list of reasons, the questions and the mapping of imported reasons: documents in versions that never change."""

from dataclasses import asdict
from typing import Any

from data.database.connection import Database
from data.database.repositories import settings_documents
from data.reasons import FIRST_QUESTIONNAIRE, FIRST_TAXONOMY
from data.records import Document
from data.records_interviews import Question, Questionnaire, Reason, ReasonMapping, Taxonomy

TAXONOMY, QUESTIONNAIRE, MAPPING = "reasons", "exit interview", "reason mapping"


def history(db: Database) -> tuple[Taxonomy, ...]:
    """Every version of the list of reasons, oldest first; the one everybody starts with when nothing is stored."""
    stored = settings_documents.history(db, TAXONOMY)
    return tuple(_taxonomy(document) for document in reversed(stored)) or (FIRST_TAXONOMY,)


def newest(db: Database) -> Taxonomy:
    """The list of reasons in force."""
    return history(db)[-1]


def save(db: Database, changed: Taxonomy, *, who: str | None = None) -> Taxonomy:
    """Stores a list as the version after the one its number names; Busy when another one came in between."""
    with db.writing(who):
        keep_first(db, who=who)
        document = {
            "reasons": [asdict(reason) for reason in changed.reasons],
            "remap": [list(p) for p in changed.remap],
        }
        return _taxonomy(settings_documents.save(db, TAXONOMY, document, after=changed.version, who=who))


def keep_first(db: Database, *, who: str | None = None) -> None:
    """Stores what everybody starts with as version 1, so that answers given under it never change their meaning."""
    with db.writing(who):
        if settings_documents.load(db, TAXONOMY) is None:
            first: dict[str, Any] = {"reasons": [asdict(reason) for reason in FIRST_TAXONOMY.reasons], "remap": []}
            settings_documents.save(db, TAXONOMY, first, after=0, who=who)
        if settings_documents.load(db, QUESTIONNAIRE) is None:
            first = {"questions": [asdict(question) for question in FIRST_QUESTIONNAIRE.questions]}
            settings_documents.save(db, QUESTIONNAIRE, first, after=0, who=who)


def questionnaire(db: Database, version: int | None = None) -> Questionnaire:
    """The questions of this version, or those asked now."""
    document = settings_documents.load(db, QUESTIONNAIRE, version)
    return FIRST_QUESTIONNAIRE if document is None else _questionnaire(document)


def save_questionnaire(db: Database, changed: Questionnaire, *, who: str | None = None) -> Questionnaire:
    """Stores the questions as the version after the one their number names; Busy when another came in between."""
    with db.writing(who):
        keep_first(db, who=who)
        document = {"questions": [asdict(question) for question in changed.questions]}
        return _questionnaire(settings_documents.save(db, QUESTIONNAIRE, document, after=changed.version, who=who))


def mapping(db: Database, taxonomy: int | None = None) -> ReasonMapping:
    """What texts of other systems stand for: the newest, or the last one made under a version of the taxonomy."""
    for document in settings_documents.history(db, MAPPING):
        if taxonomy is None or document.document["taxonomy"] <= taxonomy:
            texts = tuple((text, code) for text, code in document.document["texts"].items())
            return ReasonMapping(document.version, document.document["taxonomy"], texts)
    return ReasonMapping(0, 1)


def save_mapping(db: Database, changed: ReasonMapping, *, who: str | None = None) -> ReasonMapping:
    """Stores the mapping as the version after the one its number names; Busy when another came in between."""
    document = {"taxonomy": changed.taxonomy, "texts": dict(changed.texts)}
    saved = settings_documents.save(db, MAPPING, document, after=changed.version, who=who)
    return ReasonMapping(saved.version, changed.taxonomy, changed.texts)


def _taxonomy(document: Document) -> Taxonomy:
    reasons = tuple(Reason(**reason) for reason in document.document["reasons"])
    return Taxonomy(document.version, reasons, tuple((old, new) for old, new in document.document["remap"]))


def _questionnaire(document: Document) -> Questionnaire:
    return Questionnaire(document.version, tuple(Question(**question) for question in document.document["questions"]))

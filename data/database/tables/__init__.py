"""The tables of the app database, by area; rows never leave `data`."""

from data.database.tables.base import Base, DataVersionRow, UtcMoment, this_moment
from data.database.tables.documents import MappingRow, RevisedRow, SettingsDocumentRow
from data.database.tables.experiments import AmendmentRow, DecisionRow, DeliveryRow, ExperimentRow, LookRow
from data.database.tables.imports import ImportRow
from data.database.tables.interviews import InterviewAnswerRow, InterviewRow, RecodingRow
from data.database.tables.people import AuditRow, UserRow
from data.database.tables.releases import ReleasePinRow, ReleaseRow
from data.database.tables.views import AnnotationRow, SegmentRow

__all__ = [
    "AmendmentRow",
    "AnnotationRow",
    "AuditRow",
    "Base",
    "DataVersionRow",
    "DecisionRow",
    "DeliveryRow",
    "ExperimentRow",
    "ImportRow",
    "InterviewAnswerRow",
    "InterviewRow",
    "LookRow",
    "MappingRow",
    "RecodingRow",
    "ReleasePinRow",
    "ReleaseRow",
    "RevisedRow",
    "SegmentRow",
    "SettingsDocumentRow",
    "UserRow",
    "UtcMoment",
    "this_moment",
]

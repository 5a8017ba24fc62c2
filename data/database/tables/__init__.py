"""The tables of the app database, by area; rows never leave `data`."""

from data.database.tables.base import Base, DataVersionRow, UtcMoment, this_moment
from data.database.tables.documents import MappingRow, RevisedRow, SettingsDocumentRow
from data.database.tables.experiments import AmendmentRow, DecisionRow, DeliveryRow, ExperimentRow, LookRow
from data.database.tables.imports import ImportRow
from data.database.tables.improvement import (
    ActionAmendmentRow,
    ActionCommentRow,
    ActionFindingRow,
    ActionLinkRow,
    ActionMoveRow,
    ActionPlanRow,
    ActionRow,
    CallRow,
    FindingRow,
    VerdictRow,
)
from data.database.tables.interviews import InterviewAnswerRow, InterviewRow, RecodingRow
from data.database.tables.outbox import MessageRow
from data.database.tables.people import AuditRow, UserRow
from data.database.tables.releases import ReleasePinRow, ReleaseRow
from data.database.tables.reviews import (
    ReviewAttendeeRow,
    ReviewDecisionRow,
    ReviewItemRow,
    ReviewMinutesRow,
    ReviewNoteRow,
    ReviewPackRow,
    ReviewRow,
    ReviewStepRow,
    ReviewVoteRow,
)
from data.database.tables.views import AnnotationRow, SegmentRow

__all__ = [
    "ActionAmendmentRow",
    "ActionCommentRow",
    "ActionFindingRow",
    "ActionLinkRow",
    "ActionMoveRow",
    "ActionPlanRow",
    "ActionRow",
    "AmendmentRow",
    "AnnotationRow",
    "AuditRow",
    "Base",
    "CallRow",
    "DataVersionRow",
    "DecisionRow",
    "DeliveryRow",
    "ExperimentRow",
    "FindingRow",
    "ImportRow",
    "InterviewAnswerRow",
    "InterviewRow",
    "LookRow",
    "MappingRow",
    "MessageRow",
    "RecodingRow",
    "ReleasePinRow",
    "ReleaseRow",
    "ReviewAttendeeRow",
    "ReviewDecisionRow",
    "ReviewItemRow",
    "ReviewMinutesRow",
    "ReviewNoteRow",
    "ReviewPackRow",
    "ReviewRow",
    "ReviewStepRow",
    "ReviewVoteRow",
    "RevisedRow",
    "SegmentRow",
    "SettingsDocumentRow",
    "UserRow",
    "UtcMoment",
    "VerdictRow",
    "this_moment",
]

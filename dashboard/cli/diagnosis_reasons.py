"""`report reasons`: why customers left, in three kinds of reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dashboard.cli.reports import Asked, Told
    from data.engine import Engine


def reasons(engine: Engine, asked: Asked) -> Told:
    """As customers said, as interviews found, and as their behaviour suggests."""
    from analysis.feedback.losses import read_feedback
    from analysis.feedback.report import notes
    from analysis.feedback.report import reasons as use_case
    from dashboard.cli.reports import Told
    from dashboard.cli.workspace import open_workspace

    found = use_case(engine, asked.scope, read_feedback(open_workspace().database, asked.taxonomy))
    return Told(found.rows, notes(found))

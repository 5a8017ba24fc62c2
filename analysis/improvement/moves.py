"""The states of an action: what is possible now. The database asks the same table when it changes one."""

from data.database.repositories.action_moves import DROPPED, FROZEN, JUDGED, MOVES, Move, refuse_unless_allowed
from data.records_improvement import Action

__all__ = ["DROPPED", "FROZEN", "JUDGED", "MOVES", "Move", "allowed", "refuse_unless_allowed"]


def allowed(action: Action) -> tuple[Move, ...]:
    """The moves that are possible now, in the order of an action's life; none once it is archived."""
    return () if action.archived else tuple(move for state, move in MOVES if state == action.state)

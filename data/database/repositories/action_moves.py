"""Which move an action allows in which state: one table, asked inside every transaction that changes one."""

from collections.abc import Mapping
from typing import Literal

from data.errors import ReviewError
from data.records_improvement import Action, ActionState

Move = Literal[
    "change", "draft", "agree", "begin", "ship", "amend", "verify", "judge", "wait", "close", "reopen", "archive"
]

JUDGED: tuple[ActionState, ...] = ("worked", "did-not", "cannot-tell")
DROPPED: tuple[ActionState, ...] = ("proposed", "agreed", "doing", "reopened")
"""States from which closing means giving up, which needs a reason."""

MOVES: Mapping[tuple[ActionState, Move], tuple[ActionState, ...]] = {
    ("proposed", "change"): ("proposed",),
    ("proposed", "draft"): ("proposed",),
    ("proposed", "agree"): ("agreed",),
    ("proposed", "close"): ("closed",),
    ("proposed", "archive"): ("proposed",),
    ("agreed", "change"): ("agreed",),
    ("agreed", "begin"): ("doing",),
    ("agreed", "ship"): ("shipped",),
    ("agreed", "amend"): ("agreed",),
    ("agreed", "close"): ("closed",),
    ("doing", "change"): ("doing",),
    ("doing", "ship"): ("shipped",),
    ("doing", "amend"): ("doing",),
    ("doing", "close"): ("closed",),
    ("shipped", "change"): ("shipped",),
    ("shipped", "verify"): ("verifying",),
    ("verifying", "change"): ("verifying",),
    ("verifying", "judge"): JUDGED,
    ("worked", "change"): ("worked",),
    ("worked", "close"): ("closed",),
    ("worked", "reopen"): ("reopened",),
    ("did-not", "change"): ("did-not",),
    ("did-not", "close"): ("closed",),
    ("did-not", "reopen"): ("reopened",),
    ("cannot-tell", "change"): ("cannot-tell",),
    ("cannot-tell", "wait"): ("verifying",),
    ("cannot-tell", "close"): ("closed",),
    ("cannot-tell", "reopen"): ("reopened",),
    ("closed", "reopen"): ("reopened",),
    ("closed", "archive"): ("closed",),
    ("reopened", "change"): ("reopened",),
    ("reopened", "draft"): ("reopened",),
    ("reopened", "agree"): ("agreed",),
    ("reopened", "close"): ("closed",),
}
"""State and move -> states it can lead to; comments and links are possible in every state."""

FROZEN: tuple[ActionState, ...] = ("shipped", "verifying", *JUDGED)
"""States of a plan that cannot change by any path but a longer wait."""


def refuse_unless_allowed(action: Action, move: Move) -> None:
    """ReviewError when an action is not in a state that allows the move."""
    if action.archived:
        raise ReviewError(f"The action {action.title!r} is archived: nothing of it changes any more.")
    if (action.state, move) not in MOVES:
        raise ReviewError(_said(action, move))


def _said(action: Action, move: Move) -> str:
    title, state = repr(action.title), action.state
    if state == "closed" and move != "close":
        return f"The action {title} is closed. Reopen it first."
    if move in {"draft", "agree"}:
        return f"The plan of proof of {title} is frozen since it was agreed. Amend it before it ships; then reopen it."
    if move == "amend" and state in FROZEN:
        return f"The action {title} reached customers: its plan of proof cannot change any more."
    if move == "ship" and state in FROZEN:
        return f"The action {title} reached customers already."
    return _OTHERS[move].format(title)


_OTHERS: Mapping[Move, str] = {
    "begin": "The action {0} is not waiting to be begun: only an agreed one is.",
    "ship": "The action {0} is not agreed yet: freeze its plan of proof before it ships.",
    "amend": "The action {0} has no frozen plan of proof yet. Change its draft instead.",
    "verify": "The action {0} is verified from the day it ships on: there is nothing to verify now.",
    "judge": "The action {0} is not being verified: there is nothing to judge now.",
    "wait": "The action {0} has no verdict that asks for more time.",
    "close": "The action {0} cannot be closed now: it is closed already, or its verdict is still to come.",
    "reopen": "The action {0} is still under way: only a judged or closed one is reopened.",
    "archive": "The action {0} is under way. Close it before it is archived.",
}

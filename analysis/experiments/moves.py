"""Which move an experiment allows in which state: one table, and a sentence for every other move."""

from collections.abc import Mapping
from typing import Literal

from data.errors import ReviewError
from data.records_experiments import Experiment, ExperimentState

Move = Literal["change", "start", "amend", "look", "end", "decide", "withdraw", "archive"]

MOVES: Mapping[tuple[ExperimentState, Move], ExperimentState] = {
    ("draft", "change"): "draft",
    ("draft", "start"): "running",
    ("running", "amend"): "running",
    ("running", "look"): "running",
    ("running", "end"): "ended",
    ("ended", "look"): "ended",
    ("ended", "decide"): "decided",
    ("decided", "look"): "decided",
    ("decided", "withdraw"): "ended",
    ("draft", "archive"): "draft",
    ("ended", "archive"): "ended",
    ("decided", "archive"): "decided",
}
"""State and move -> state afterwards; an archived experiment is on no list any more, so that nothing moves it."""


def allowed(experiment: Experiment) -> tuple[Move, ...]:
    """The moves that are possible now, in the order of an experiment's life."""
    return tuple(move for state, move in MOVES if state == experiment.state)


def refuse_unless_allowed(experiment: Experiment, move: Move) -> None:
    """ReviewError when an experiment is not in a state that allows the move."""
    if (experiment.state, move) not in MOVES:
        _refuse_the_plan(experiment, move)
        _refuse_the_end(experiment, move)


def _refuse_the_plan(experiment: Experiment, move: Move) -> None:
    key = experiment.key
    if move == "change":
        raise ReviewError(f"The plan of {key} is frozen since its start. Change it by an amendment.")
    if move == "start":
        raise ReviewError(f"The experiment {key} was started before. Plan a new one to repeat it.")
    if move == "amend" and experiment.state == "draft":
        raise ReviewError(f"The experiment {key} is not started yet. Change its draft instead.")
    if move == "amend":
        raise ReviewError(f"The experiment {key} has ended: nothing of its plan can be amended any more.")
    if move == "look":
        raise ReviewError(f"The experiment {key} is not started yet: there is nothing to look at.")


def _refuse_the_end(experiment: Experiment, move: Move) -> None:
    key = experiment.key
    if move == "end":
        raise ReviewError(f"The experiment {key} does not run: only one that runs can be ended.")
    if move == "archive":
        raise ReviewError(f"The experiment {key} runs. End it before it is archived.")
    if move == "withdraw":
        raise ReviewError(f"The experiment {key} is not decided: there is no decision to take back.")
    if experiment.state == "decided":
        raise ReviewError(f"The experiment {key} is decided. Take that decision back before another one is made.")
    raise ReviewError(f"The experiment {key} has not ended yet. End it before it is decided.")

"""The look that was taken last, and the experiment as it stood then: judging that shows the same again."""

from dataclasses import replace

from analysis.experiments.results import Judgement
from data.records_experiments import Experiment, LookTaken


def last_look(experiment: Experiment) -> tuple[LookTaken, ...]:
    """The rows of the look that was taken last, one per variant; () when none was."""
    taken = _planned(experiment)
    return tuple(look for look in taken if _same(look, taken[-1]))


def before_last_look(experiment: Experiment) -> Experiment:
    """The experiment as it stood before its last look.

    A look that was not the last planned one was taken while it ran, whatever became of it since.
    """
    last = last_look(experiment)
    if not last:
        return experiment
    earlier = tuple(look for look in _planned(experiment) if not _same(look, last[-1]))
    return replace(experiment, looks=earlier, state="running" if last[-1].kind == "planned" else experiment.state)


def may_be_explored(said: Judgement) -> bool:
    """Whether later days and segments may be shown: not while a look is due, whose result they would tell before it."""
    due = said.allowed.look is not None and said.experiment.plan.stopping != "always-valid"
    return bool(said.effects and last_look(said.experiment)) and not due


def _planned(experiment: Experiment) -> list[LookTaken]:
    return [look for look in experiment.looks if look.kind != "later"]


def _same(one: LookTaken, other: LookTaken) -> bool:
    return (one.number, one.kind, one.release, one.on) == (other.number, other.kind, other.release, other.on)

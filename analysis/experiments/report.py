"""An experiment by its key: its plan, or where none was written one improvised from the data; and its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import copysign
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from analysis.experiments.calculator import USUAL_CONTROLS, Quick
from analysis.experiments.judge import in_full
from analysis.experiments.results import SPLIT_WARNS, Arm, Effect, Judgement, Split, Verdict
from analysis.experiments.watch import SplitBy, Watch
from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.proportions import pooled_z_test
from data.database.repositories import experiments
from data.errors import NoData
from data.queries.experiments import experiment_keys
from data.records_experiments import HOLDOUT, Experiment, Measure, Plan, Variant

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

SAYS_STAYED = ("retain", "retention", "kept", "stay", "renew", "convert", "留存")


def find(db: Database, engine: Engine, key: str) -> Experiment:
    """The experiment of this key; NoData names those there are."""
    stored = experiments.find_key(db, key)
    if stored is not None:
        return stored
    inside = {found["key"]: found for found in experiment_keys(engine)}
    archived = experiments.archived(db)
    if key in archived:
        raise NoData(f"The experiment {key} was archived: it is on no list any more.")
    if key in inside:
        return Experiment(key, improvised(inside[key]))
    known = sorted({*inside, *(experiment.key for experiment in experiments.all(db))} - archived)
    listed = ", ".join(known) if known else "none"
    raise NoData(f"There is no experiment {key}. There are: {listed}.")


def improvised(found: dict[str, Any]) -> Plan:
    """A plan for an experiment that is in the data alone: an even split, read once.

    found  One of `experiment_keys`.

    Nobody said which effect is worth having, so none is called too small. The control is a variant called so, or like
    "no offer"; the primary measure is retention at 90 days, or where no day of assignment is known an outcome of the
    file.
    """
    names = sorted(name for name in found["variants"] if name != HOLDOUT)
    control = next((n for n in names if _is_control(n)), names[0])
    ordered = [control, *(name for name in names if name != control)]
    outcomes = [Measure("outcome", 0, column) for column in found["outcomes"]]
    outcomes.sort(key=lambda m: not any(word in m.column.lower() for word in SAYS_STAYED))
    timed = [Measure("retained"), Measure("revenue")] if found["dated"] else []
    measures = [*timed, *outcomes]
    return Plan(
        name=found["key"],
        variants=tuple(Variant(name, 1 / len(ordered)) for name in ordered),
        primary=measures[0] if measures else Measure("retained"),
        secondary=tuple(measures[1:]),
        guardrails=(Measure("complaints"), Measure("downgraded")) if found["dated"] else (),
        smallest_effect=0.0,
        assigned="elsewhere",
    )


def _is_control(name: str) -> bool:
    plain = name.strip().lower()
    return plain in USUAL_CONTROLS or plain.startswith(("control", "no ", "without"))


def measured_by(experiment: Experiment, key: str) -> Experiment:
    """The experiment with another of its measures first; NoData names those it has.

    Only an experiment without a frozen plan can be read by another measure: a plan names its own beforehand.
    """
    plan = experiment.plan
    chosen = next((m for m in plan.measures if m.key == key), None)
    if chosen is None:
        raise NoData(f"{experiment.key} has no measure {key}. It has: {', '.join(m.key for m in plan.measures)}.")
    if chosen == plan.primary:
        return experiment
    if experiment.frozen is not None:
        raise NoData(f"The plan of {experiment.key} names {plan.primary.key} as its measure. Leave --measure out.")
    others = tuple(m for m in (plan.primary, *plan.secondary) if m != chosen)
    guardrails = tuple(m for m in plan.guardrails if m != chosen)
    return replace(experiment, plan=replace(plan, primary=chosen, secondary=others, guardrails=guardrails))


def report(engine: Engine, db: Database, key: str, measure: str = "") -> Judgement:
    """The judgement of an experiment by its key; without a plan it is read as it is, and said so."""
    experiment = find(db, engine, key)
    if measure:
        experiment = measured_by(experiment, measure)
    return in_full(engine, experiment, early=experiment.id == 0)


def rows(said: Judgement | Quick) -> list[dict[str, Any]]:
    """One row per variant, the control first, as `report experiment` prints them."""
    verdicts = {verdict.variant: verdict for verdict in said.verdicts}
    primary = {e.variant: e for e in said.effects if e.role == "primary"}
    return [_row(arm, primary.get(arm.variant), verdicts.get(arm.variant)) for arm in said.arms]


def _row(arm: Arm, effect: Effect | None, verdict: Verdict | None) -> dict[str, Any]:
    return {
        "variant": arm.variant,
        "assigned": arm.assigned,
        "exposed": arm.exposed,
        "eligible": arm.eligible,
        "retained": arm.retained,
        "rate": arm.rate,
        "difference": _difference(effect, verdict),
        "p_value": None
        if effect is None or not isinstance(effect.difference, Comparison)
        else effect.difference.p_value,
        "verdict": "" if verdict is None else verdict.outcome,
        "needed_more": None if verdict is None else verdict.needed_more,
    }


def _difference(effect: Effect | None, verdict: Verdict | None) -> Estimate | NotEnoughData | None:
    if effect is None:
        return None if verdict is None else NotEnoughData(" ".join(verdict.because) or verdict.said)
    n = sum(part.n for part in (effect.value, effect.base) if isinstance(part, Estimate))
    return as_estimate(effect.difference, n)


def as_estimate(found: Comparison | NotEnoughData, n: int = 0) -> Estimate | NotEnoughData:
    """A difference with its interval, as reports print figures."""
    if isinstance(found, NotEnoughData):
        return found
    return Estimate(found.difference, found.low, found.high, n, found.method, found.confidence)


def effect_rows(said: Judgement) -> list[dict[str, Any]]:
    """One row per measure and variant."""
    return [
        {
            "measure": e.measure.key,
            "role": e.role,
            "variant": e.variant,
            "control_value": e.base,
            "variant_value": e.value,
            "difference": as_estimate(e.difference, sum(x.n for x in (e.value, e.base) if isinstance(x, Estimate))),
            "p_value": e.difference.p_value if isinstance(e.difference, Comparison) else None,
            "p_adjusted": e.p_adjusted,
            "relative": None if e.relative is None else as_estimate(e.relative),
        }
        for e in said.effects
    ]


def watch_rows(found: Watch) -> list[dict[str, Any]]:
    """One row per variant: from assigned to ready, and what the split should be."""
    expected = found.split.expected or (None,) * len(found.counts)
    return [{**vars(count), "expected": e} for count, e in zip(found.counts, expected, strict=True)]


def watch_notes(found: Watch) -> list[str]:
    """The split, the days on which it was odd, what the measures are counted from, and the next look."""
    odd = [f"{day.what}: {day.observed}, p over all days {day.p_adjusted:.3g}" for day in odd_ones(found.days)]
    fresh = [f"{name}: newest day {'unknown' if day is None else day}" for name, day in found.fresh]
    due = [found.allowed.why] if found.allowed.why else [f"Look {found.allowed.look} is due."]
    expected = [f"The next look is expected on {found.next_on}."] if found.next_on else []
    missing = [f"Not measured, because the data hold nothing it is counted from: {', '.join(found.missing)}."]
    return [split_note(found.split), *odd, *fresh, *due, *expected, *(missing if found.missing else [])]


def odd_ones(splits: Sequence[SplitBy]) -> list[SplitBy]:
    """The days or segments whose split is odd among all of them."""
    return [split for split in splits if split.p_adjusted is not None and split.p_adjusted < SPLIT_WARNS]


def overview(engine: Engine, db: Database) -> list[dict[str, Any]]:
    """Every experiment with how far it is and what was decided; those in the data alone have the state `unplanned`."""
    stored = experiments.all(db)
    inside = {found["key"]: found for found in experiment_keys(engine)}
    planned = [_listed(experiment, inside.get(experiment.key)) for experiment in stored]
    alone = [key for key in inside if key not in {*(one.key for one in stored), *experiments.archived(db)}]
    found = [_listed(Experiment(key, improvised(inside[key])), inside[key]) for key in alone]
    return [*planned, *({**row, "state": "unplanned"} for row in found)]


def _listed(experiment: Experiment, inside: dict[str, Any] | None) -> dict[str, Any]:
    plan = experiment.plan
    last = experiment.looks[-1] if experiment.looks else None
    decided = experiment.decisions[-1] if experiment.decisions else None
    return {
        "key": experiment.key,
        "name": plan.name,
        "state": experiment.state,
        "measure": plan.primary.key,
        "variants": [variant.name for variant in plan.variants],
        "assigned": inside["assigned"] if inside else 0,
        "size": plan.size or None,
        "first_on": inside["first_on"] if inside else None,
        "last_on": inside["last_on"] if inside else None,
        "looks": len({look.number for look in experiment.looks if look.kind != "later"}),
        "seen": last.verdict if last else "",
        "decision": decided.kind if decided else "",
    }


def notes(said: Judgement) -> list[str]:
    """Split, power, looks and everything else that must be known of the rows."""
    return [
        split_note(said.split),
        *_look_notes(said),
        *_read_again(said),
        *(text for verdict in said.verdicts for text in _verdict_notes(verdict)),
        *effect_notes(said.effects),
        *(f"{s.variant}, {s.measure.key}, {s.what}: {in_words(s.difference)}" for s in said.sensitivity),
        *second_notes(said),
        *(f"{'ok' if c.holds else '?' if c.holds is None else 'NOT'}: {c.said}" for c in said.checked),
        *said.notes,
    ]


def _read_again(said: Judgement) -> list[str]:
    """What the last look showed is on its own release; later data are read at the same level once more."""
    last = next((look for look in said.experiment.looks if look.kind == "final"), None)
    if last is None or last.release == said.release:
        return []
    return [f"The last look was taken on release {last.release}: --release {last.release} shows it again as it was."]


def quick_notes(said: Quick) -> list[str]:
    """The same of the calculator."""
    return [
        split_note(said.split),
        *(text for verdict in said.verdicts for text in _verdict_notes(verdict)),
        *effect_notes(said.effects),
        *(f"{s.variant}, {s.measure.key}, {s.what}: {in_words(s.difference)}" for s in said.sensitivity),
        *second_notes(said),
        *said.notes,
    ]


def split_note(split: Split) -> str:
    """The sample ratio in a sentence."""
    if split.p_value is None:
        return "srm: nobody is assigned."
    said = {"fine": "as planned", "warning": "odd: find out why", "broken": "broken: nothing is read"}[split.state]
    return f"srm: p {split.p_value:.6g} ({split.method}): {said}"


def _look_notes(said: Judgement) -> list[str]:
    plan, allowed = said.experiment.plan, said.allowed
    taken = len([look for look in said.experiment.looks if look.kind != "later"])
    planned = "always-valid" if plan.stopping == "always-valid" else f"{plan.looks} planned"
    found = [f"looks: {plan.stopping}, {planned}, {taken} taken, level now {allowed.level:.4g}"]
    if allowed.why:
        found.append(allowed.why)
    return found


def _verdict_notes(verdict: Verdict) -> list[str]:
    change = [f"What would change it: {text}" for text in verdict.would_change]
    return [verdict.said, *verdict.because, *change]


def effect_notes(effects: Sequence[Effect]) -> list[str]:
    """Every effect with its interval and p-values."""
    found: list[str] = []
    for e in effects:
        adjusted = "" if e.p_adjusted is None else f", p over all {e.p_adjusted:.6g}"
        relative = "" if e.relative is None else f", {e.relative.difference:+.1%} of the control's"
        unit = " (cents)" if e.measure.kind == "revenue" else ""
        found.append(
            f"{e.role} {e.measure.key}{unit}, {e.variant}: {in_words(e.difference)}{_z(e)}{adjusted}{relative}"
        )
    return found


def _z(effect: Effect) -> str:
    """The statistic of the score test of two shares; nothing where another test gave the p-value."""
    base, value, found = effect.base, effect.value, effect.difference
    if not (isinstance(base, Estimate) and isinstance(value, Estimate) and isinstance(found, Comparison)):
        return ""
    if base.method != "wilson" or not found.p_value:
        return ""
    if pooled_z_test(round(base.value * base.n), base.n, round(value.value * value.n), value.n) != found.p_value:
        return ""
    return f", z {copysign(NormalDist().inv_cdf(found.p_value / 2), found.difference):+.6f}"


def second_notes(said: Judgement | Quick) -> list[str]:
    """The second opinion, with its prior."""
    return [
        f"second opinion on {s.variant} ({s.prior}): better with probability {s.better:.4f}, expected loss if shipped "
        f"{s.loss_if_shipped:.6g}, if not {s.loss_if_stopped:.6g}"
        for s in said.second
    ]


def in_words(found: Comparison | NotEnoughData) -> str:
    """A comparison on one line."""
    if isinstance(found, NotEnoughData):
        return f"not enough data ({found.reason})"
    limits = "" if found.low is None or found.high is None else f" [{found.low:.6g}, {found.high:.6g}]"
    p_value = "" if found.p_value is None else f", p {found.p_value:.6g}"
    return f"{found.difference:+.6g}{limits}{p_value} ({found.method}, {found.confidence:.4g})"

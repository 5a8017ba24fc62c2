"""The life of an experiment: a draft that anybody may change, a start that freezes it, amendments, end, decision."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

from analysis.experiments.checks import Known, problems
from analysis.experiments.moves import refuse_unless_allowed
from data.database.repositories import experiments
from data.errors import ReviewError
from data.plan_documents import to_document
from data.records_experiments import Decision, Experiment, LookTaken, Plan, Variant

if TYPE_CHECKING:
    from data.database import Database

LONGEST_KEY = 60
_KEY = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST_KEY - 1}}}")

NEVER = ("alpha", "assigned", "unit")
"""Fields that are what they are from the start on."""

NOT_AFTER_A_LOOK = ("primary", "eligible", "segment", "smallest_effect", "power", "size", "stopping", "looks")
"""Fields that could be chosen to suit a result somebody has seen."""


def propose_key(name: str, taken: Collection[str]) -> str:
    """A key for an experiment of this name that nobody has: lower-case ASCII, a number behind it where needed."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[: LONGEST_KEY - 4].strip("-") or "experiment"
    numbered = (f"{slug}-{n}" for n in range(2, len(taken) + 3))
    return next(key for key in (slug, *numbered) if key not in taken)


def create(
    db: Database, plan: Plan, *, key: str = "", in_data: Collection[str] = (), who: str | None = None
) -> Experiment:
    """A new draft; without a key one is proposed from the name.

    in_data  Keys of assignments in the data, which may be written in any way.
    """
    key = key.strip() or propose_key(plan.name, {*experiments.keys(db), *in_data})
    if key not in in_data and not _KEY.fullmatch(key):
        raise ReviewError(
            f"The key {key} cannot be used: 1 to {LONGEST_KEY} small letters, digits, - and _ make a key. "
            f"Take {propose_key(key, experiments.keys(db))}, for example."
        )
    return save_draft(db, Experiment(key, plan), who=who)


def save_draft(db: Database, draft: Experiment, *, who: str | None = None) -> Experiment:
    """Keep what was written so far; nothing is asked of a draft. Busy when somebody else changed it meanwhile."""
    refuse_unless_allowed(draft, "change")
    return experiments.save_draft(db, replace(draft, plan=_tidy(draft.plan)), who=who)


def start(
    db: Database, seen: Experiment, today: date, known: Known | None = None, *, who: str | None = None
) -> Experiment:
    """Freeze the plan and let it run; ReviewError tells everything that is missing or cannot be."""
    refuse_unless_allowed(seen, "start")
    found = problems(seen.plan, today, known, key=seen.key)
    if found:
        raise ReviewError(" ".join(found))
    return experiments.start(db, seen, seen.plan, today, who=who)


def amend(
    db: Database,
    seen: Experiment,
    changed: Plan,
    reason: str,
    today: date,
    known: Known | None = None,
    *,
    who: str | None = None,
) -> Experiment:
    """Change a frozen plan and keep on record what was, what is and why; ReviewError when that cannot be changed."""
    refuse_unless_allowed(seen, "amend")
    _refuse_without(reason)
    changed = _tidy(changed)
    names = differences(seen.plan, changed)
    if not names:
        raise ReviewError("Nothing of the plan was changed. Change a field, or leave it as it is.")
    refuse_amending(seen, changed)
    before = problems(seen.plan, today, known, key=seen.key)
    worse = [said for said in problems(changed, today, known, key=seen.key) if said not in before]
    if worse:
        raise ReviewError(" ".join(worse))
    was, now = to_document(seen.plan), to_document(changed)
    return experiments.amend(
        db, seen, changed, reason.strip(), {n: was[n] for n in names}, {n: now[n] for n in names}, who=who
    )


def refuse_amending(seen: Experiment, changed: Plan) -> None:
    """ReviewError when an amendment would make what was counted so far unreadable, or suit what was seen of it."""
    names = differences(seen.plan, changed)
    for name in names:
        if name in NEVER:
            raise ReviewError(f"The field {name} of a plan cannot change once it runs. End it, and plan another one.")
        if name in NOT_AFTER_A_LOOK and seen.looks:
            raise ReviewError(
                f"The field {name} of a plan cannot change after a look at the result, which it could be made to suit. "
                "Let the experiment end as planned, and plan another one."
            )
    _refuse_another_split(seen.plan.variants, changed.variants)


def _refuse_another_split(old: tuple[Variant, ...], new: tuple[Variant, ...]) -> None:
    if [variant.name for variant in old] != [variant.name for variant in new]:
        raise ReviewError("Variants keep their names and their order, since customers are assigned to them already.")
    ratios = [now.share / was.share if was.share else now.share and -1 for was, now in zip(old, new, strict=True)]
    kept = [ratio for ratio in ratios if ratio]
    if not ratios[0] or max(kept) - min(kept) > 1e-6 * max(kept):
        raise ReviewError(
            "The shares of variants keep their proportion: with another split the sample ratio could not be checked "
            "any more. A variant other than the first may be closed with a share of 0."
        )


def end(db: Database, seen: Experiment, today: date, *, who: str | None = None) -> Experiment:
    """Nobody is assigned any more; those assigned are followed until their horizon."""
    refuse_unless_allowed(seen, "end")
    return experiments.end(db, seen, today, who=who)


def decide(db: Database, seen: Experiment, decision: Decision, *, who: str | None = None) -> Experiment:
    """Record what follows from an experiment, and why."""
    refuse_unless_allowed(seen, "decide")
    _refuse_without(decision.reason)
    names = [variant.name for variant in seen.plan.variants]
    if decision.kind == "ship" and decision.variant not in names:
        raise ReviewError(f"There is no variant {decision.variant} to ship. Choose one of: {', '.join(names)}.")
    return experiments.decide(db, seen, replace(decision, reason=decision.reason.strip()), who=who)


def withdraw(db: Database, seen: Experiment, reason: str, *, who: str | None = None) -> Experiment:
    """Take a decision back; it and the reason stay on record."""
    refuse_unless_allowed(seen, "withdraw")
    _refuse_without(reason)
    return experiments.withdraw(db, seen, reason.strip(), who=who)


def archive(db: Database, seen: Experiment, *, who: str | None = None) -> None:
    """Take an experiment off every list."""
    refuse_unless_allowed(seen, "archive")
    experiments.archive(db, seen, who=who)


def record_look(db: Database, seen: Experiment, looks: Iterable[LookTaken], *, who: str | None = None) -> Experiment:
    """Keep what a look showed; Busy when somebody else took it meanwhile."""
    refuse_unless_allowed(seen, "look")
    return experiments.record_look(db, seen, looks, who=who)


def differences(theirs: Plan, mine: Plan) -> tuple[str, ...]:
    """Fields in which two versions of a plan differ, in the order of the plan."""
    return tuple(f.name for f in fields(Plan) if getattr(theirs, f.name) != getattr(mine, f.name))


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ReviewError("The reason is missing. Say in a sentence why, for those who read it later.")


def _tidy(plan: Plan) -> Plan:
    variants = tuple(replace(v, name=v.name.strip(), offer=v.offer.strip()) for v in plan.variants)
    said = {name: getattr(plan, name).strip() for name in ("name", "hypothesis", "webhook")}
    return replace(plan, variants=variants, **said)

"""What was tried before: past and running experiments, searched by words, measure, segment, offer and state."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data.records_experiments import Decision, Experiment, LookTaken


@dataclass(frozen=True)
class Search:
    """What is looked for; "" = anything.

    text     Words that must all occur in what people wrote, in any order and case.
    measure  Key of a measure (`retained_90`) or its kind. segment: saved name, or an attribute or value of it.
    offer    Part of the name of a variant or of what it offers. state: draft, running, ended or decided.
    """

    text: str = ""
    measure: str = ""
    segment: str = ""
    offer: str = ""
    state: str = ""


@dataclass(frozen=True)
class Entry:
    """One experiment of the library.

    offers    What was tried against the control. segment: whom it was tried on, "" = everybody.
    decision  The one that stands. looks: the last look at the primary measure, a row for each variant.
    """

    experiment: Experiment
    offers: tuple[str, ...]
    measure: str
    segment: str
    decision: Decision | None
    looks: tuple[LookTaken, ...]

    @property
    def since(self) -> date | None:
        """The day it started."""
        return self.experiment.started_on


@dataclass(frozen=True)
class Choices:
    """What the experiments can be narrowed down to."""

    measures: tuple[str, ...]
    segments: tuple[str, ...]
    offers: tuple[str, ...]


def search(experiments: Iterable[Experiment], wanted: Search | None = None) -> tuple[Entry, ...]:
    """The experiments that meet everything asked for, the latest start first and drafts before them."""
    asked = wanted or Search()
    found = [entry(one) for one in experiments if _meets(one, asked)]
    return tuple(sorted(found, key=lambda e: (e.since or date.max, e.experiment.id), reverse=True))


def choices(experiments: Iterable[Experiment]) -> Choices:
    """Measures, segments and offers that occur, each once and in order."""
    entries = [entry(one) for one in experiments]
    return Choices(
        measures=tuple(sorted({m.key for e in entries for m in e.experiment.plan.measures})),
        segments=tuple(sorted({e.segment for e in entries if e.segment})),
        offers=tuple(sorted({offer for e in entries for offer in e.offers})),
    )


def entry(one: Experiment) -> Entry:
    """What the library shows of an experiment."""
    return Entry(
        experiment=one,
        offers=tuple(variant.offer or variant.name for variant in one.plan.variants[1:]),
        measure=one.plan.primary.key,
        segment=one.plan.segment or ", ".join(_conditions(one)),
        decision=standing(one),
        looks=last_looks(one),
    )


def standing(one: Experiment) -> Decision | None:
    """The decision that was made and not taken back."""
    return one.decisions[-1] if one.state == "decided" and one.decisions else None


def last_looks(one: Experiment) -> tuple[LookTaken, ...]:
    """The last look at the primary measure within its plan; later looks ask something else."""
    mine = [look for look in one.looks if look.measure == one.plan.primary.key and look.kind != "later"]
    return tuple(look for look in mine if look.number == mine[-1].number)


def _meets(one: Experiment, asked: Search) -> bool:
    plan = one.plan
    return (
        asked.state in {"", one.state}
        and all(word in _plain(" ".join(_said(one))) for word in _plain(asked.text).split())
        and (not asked.measure or any(asked.measure in {m.key, m.kind} for m in plan.measures))
        and _among(asked.segment, [plan.segment, *_conditions(one), ", ".join(_conditions(one))])
        and _among(asked.offer, [text for variant in plan.variants for text in (variant.name, variant.offer)])
    )


def _among(part: str, texts: Iterable[str]) -> bool:
    return not part.strip() or any(_plain(part.strip()) in _plain(text) for text in texts)


def _said(one: Experiment) -> list[str]:
    """Everything people wrote about an experiment."""
    plan = one.plan
    offers = [text for variant in plan.variants for text in (variant.name, variant.offer)]
    reasons = [*(made.reason for made in one.decisions), *(change.reason for change in one.amendments)]
    return [one.key, plan.name, plan.hypothesis, plan.segment, *offers, *reasons]


def _conditions(one: Experiment) -> list[str]:
    met = [f"{c.attribute} {c.operator} {'|'.join(c.values)}" for c in one.plan.eligible.conditions]
    return met + [f"not {c.attribute} {c.operator} {'|'.join(c.values)}" for c in one.plan.eligible.without]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()

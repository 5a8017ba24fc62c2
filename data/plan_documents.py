"""Plans of experiments as JSON documents: what is read is what was written, and nothing is guessed."""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from data.document_parts import Parts, document_of, made, refuse_unknown, segment
from data.records_experiments import Assigned, Measure, MeasureKind, Plan, Stopping, Variant


def to_document(plan: Plan) -> dict[str, Any]:
    """The plan as a document of texts, numbers, lists, dictionaries and days."""
    return document_of(plan)


def from_document(document: Mapping[str, Any]) -> Plan:
    """The plan a document holds; DataProblem when a newer program wrote it."""
    plan = made(Plan, document, _PARTS)
    refuse_unknown("stopping", plan.stopping, get_args(Stopping))
    refuse_unknown("assigned", plan.assigned, get_args(Assigned))
    for measure in plan.measures:
        refuse_unknown("kind", measure.kind, get_args(MeasureKind))
    return plan


def _measure(document: Mapping[str, Any]) -> Measure:
    return made(Measure, document, {})


def _measures(documents: Sequence[Mapping[str, Any]]) -> tuple[Measure, ...]:
    return tuple(map(_measure, documents))


def _variants(documents: Sequence[Mapping[str, Any]]) -> tuple[Variant, ...]:
    return tuple(made(Variant, document, {}) for document in documents)


_PARTS: Parts = {
    "variants": _variants,
    "eligible": segment,
    "primary": _measure,
    "secondary": _measures,
    "guardrails": _measures,
}

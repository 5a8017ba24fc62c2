"""Plans of proof, verdicts and figures of findings as JSON documents: what is read is what was written."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any, get_args

from data.document_parts import Parts, document_of, made, refuse_unknown, segment
from data.records_improvement import (
    Assumption,
    Comparison,
    Expected,
    Method,
    Number,
    ProofKind,
    ProofMetric,
    ProofPlan,
    Unit,
    Verdict,
    VerdictWord,
)

KEPT_BESIDE = ("id", "at", "who", "round")
"""Fields of a verdict that say when it was recorded and by whom; the document is the same whoever does."""


def to_document(plan: ProofPlan) -> dict[str, Any]:
    """The plan as a document of texts, numbers, lists, dictionaries and days."""
    return document_of(plan)


def from_document(document: Mapping[str, Any]) -> ProofPlan:
    """The plan a document holds; DataProblem when a newer program wrote it."""
    plan = made(ProofPlan, document, _PLAN)
    refuse_unknown("comparison", plan.comparison, get_args(Comparison))
    return plan


def differences(before: ProofPlan, after: ProofPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which two plans differ, in the order of the plan, as documents: before and after."""
    was, now = to_document(before), to_document(after)
    names = [name for name in was if was[name] != now[name]]
    return {name: was[name] for name in names}, {name: now[name] for name in names}


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """The verdict as a document, without number, round, moment and person; an endless limit is none."""
    document = _finite(document_of(verdict))
    return {name: value for name, value in document.items() if name not in KEPT_BESIDE}


def verdict_from(document: Mapping[str, Any]) -> Verdict:
    """The verdict a document holds; DataProblem when a newer program wrote it."""
    verdict = made(Verdict, document, _VERDICT)
    refuse_unknown("verdict", verdict.word, get_args(VerdictWord))
    refuse_unknown("method", verdict.method, get_args(Method))
    return verdict


def number_from(document: Mapping[str, Any] | None) -> Number | None:
    """The figure of a finding; None when it was kept without one."""
    if document is None:
        return None
    number = made(Number, document, {})
    refuse_unknown("unit", number.unit, get_args(Unit))
    return number


def number_document(number: Number | None) -> dict[str, Any] | None:
    """The figure of a finding as a document."""
    return None if number is None else _finite(document_of(number))


def params_from(document: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    """Query parameters of a view: name -> values."""
    return {name: tuple(values) for name, values in document.items()}


def _metric(document: Mapping[str, Any]) -> ProofMetric:
    metric = made(ProofMetric, document, {})
    refuse_unknown("kind", metric.kind, get_args(ProofKind))
    return metric


def _assumptions(documents: Sequence[Mapping[str, Any]]) -> tuple[Assumption, ...]:
    return tuple(made(Assumption, document, {}) for document in documents)


def _months(documents: Sequence[Mapping[str, Any]]) -> tuple[Expected, ...]:
    return tuple(made(Expected, document, {}) for document in documents)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


_PLAN: Parts = {"metric": _metric, "population": segment, "against": segment}
_VERDICT: Parts = {"metric": _metric, "assumptions": _assumptions, "months": _months}

"""Plans of experiments as JSON documents: what is read is what was written, and nothing is guessed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from typing import Any, TypeVar, get_args

from data.errors import DataProblem
from data.records import Condition, Segment
from data.records_experiments import Assigned, Measure, MeasureKind, Plan, Stopping, Variant

Kind = TypeVar("Kind", Plan, Measure, Variant, Segment, Condition)


def to_document(plan: Plan) -> dict[str, Any]:
    """The plan as a document of texts, numbers, lists, dictionaries and days."""
    return _listed(asdict(plan))


def from_document(document: Mapping[str, Any]) -> Plan:
    """The plan a document holds; a field that is missing has its default, one nobody knows is refused.

    A document of an older program lacks fields; one of a newer program has further ones, which cannot be left out.
    """
    plan = _made(Plan, document, _PARTS)
    _refuse_unknown("stopping", plan.stopping, get_args(Stopping))
    _refuse_unknown("assigned", plan.assigned, get_args(Assigned))
    for measure in plan.measures:
        _refuse_unknown("kind", measure.kind, get_args(MeasureKind))
    return plan


def _made(kind: type[Kind], document: Mapping[str, Any], parts: Mapping[str, Callable[[Any], Any]]) -> Kind:
    known = {field.name for field in fields(kind)}
    _refuse_unknown("field", next((name for name in document if name not in known), None), known)
    for field in fields(kind):
        if field.name not in document and field.default is MISSING:
            raise DataProblem(f"The plan of an experiment lacks {field.name}. Plan it anew.")
    return kind(**{name: parts.get(name, _as_it_is)(value) for name, value in document.items()})


def _refuse_unknown(what: str, found: str | None, known: Sequence[str] | set[str]) -> None:
    if found is not None and found not in known:
        raise DataProblem(
            f"The plan of an experiment has the {what} {found!r}, which this program does not know. "
            "It was written by a newer version of this program; install that."
        )


def _as_it_is(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _measure(document: Mapping[str, Any]) -> Measure:
    return _made(Measure, document, {})


def _segment(document: Mapping[str, Any]) -> Segment:
    return _made(Segment, document, {"conditions": _conditions, "without": _conditions})


def _conditions(documents: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(_made(Condition, document, {}) for document in documents)


def _measures(documents: Sequence[Mapping[str, Any]]) -> tuple[Measure, ...]:
    return tuple(map(_measure, documents))


def _variants(documents: Sequence[Mapping[str, Any]]) -> tuple[Variant, ...]:
    return tuple(_made(Variant, document, {}) for document in documents)


_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "variants": _variants,
    "eligible": _segment,
    "primary": _measure,
    "secondary": _measures,
    "guardrails": _measures,
}


def _listed(value: Any) -> Any:
    """Tuples as lists, as JSON gives them back: documents can be compared."""
    if isinstance(value, dict):
        return {name: _listed(each) for name, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value

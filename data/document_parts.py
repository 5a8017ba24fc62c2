"""Frozen values as JSON documents and back: what is read is what was written, and nothing is guessed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import MISSING, asdict, fields
from typing import Any, TypeVar

from data.errors import DataProblem
from data.records import Condition, Segment

Kind = TypeVar("Kind")
Parts = Mapping[str, Callable[[Any], Any]]


def document_of(value: Any) -> dict[str, Any]:
    """The value as a document of texts, numbers, lists, dictionaries and days."""
    return listed(asdict(value))


def listed(value: Any) -> Any:
    """Tuples as lists, as JSON gives them back: documents can be compared."""
    if isinstance(value, dict):
        return {name: listed(each) for name, each in value.items()}
    return [listed(each) for each in value] if isinstance(value, list | tuple) else value


def made(kind: type[Kind], document: Mapping[str, Any], parts: Parts) -> Kind:
    """The value a document holds; a field that is missing has its default, one nobody knows is refused.

    A document of an older program lacks fields; one of a newer program has further ones, which cannot be left out.
    """
    held: Any = kind
    known = {field.name for field in fields(held)}
    refuse_unknown("field", next((name for name in document if name not in known), None), known)
    for field in fields(held):
        if field.name not in document and field.default is MISSING and field.default_factory is MISSING:
            raise DataProblem(f"A stored document lacks {field.name}. Write it anew.")
    return kind(**{name: parts.get(name, _as_it_is)(value) for name, value in document.items()})


def refuse_unknown(what: str, found: str | None, known: Collection[str]) -> None:
    """DataProblem when a document holds a field or a word this program does not know."""
    if found is not None and found not in known:
        raise DataProblem(
            f"A stored document has the {what} {found!r}, which this program does not know. "
            "It was written by a newer version of this program; install that."
        )


def segment(document: Mapping[str, Any]) -> Segment:
    """The segment a document holds."""
    return made(Segment, document, {"conditions": _conditions, "without": _conditions})


def _as_it_is(value: Any) -> Any:
    return tuple(value) if isinstance(value, list | tuple) else value


def _conditions(documents: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(made(Condition, document, {}) for document in documents)

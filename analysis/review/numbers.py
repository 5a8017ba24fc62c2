"""Every number of a pack, one to a row: for reports, tables of a spreadsheet, and other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from analysis.proof.report import metric_key
from analysis.review.parts import Document
from data.records_improvement import ProofMetric

_OF_FIGURES = ("name", "unit", "value", "low", "high", "n", "before", "p", "unknown", "have", "needed")
_UNITS = {"retained": "rate", "renewed": "rate", "revenue": "money"}
"""What an experiment is read by -> the unit of its effect."""


def numbers(pack: Mapping[str, Any]) -> list[Document]:
    """The figures of every section, and every cell of its tables with its limits.

    section  Key of the section. table, row: key of the table and the place in it; "" and None for a figure.
    name     Of the figure or the column. unit: of the value, or the kind of code or text that stands there.
    unknown  Why a figure, or a whole section (without a name), has no value; with what there is and what it needs.
    """
    return [row for one in pack["sections"] for row in _of_section(one)]


def unit_of(row: Mapping[str, Any]) -> str:
    """The unit of what a row measures."""
    return row.get("unit") or _UNITS.get(str(row.get("measure", "")), "number")


def _of_section(section: Mapping[str, Any]) -> Iterator[Document]:
    key = section["key"]
    if section["unknown"]:
        yield _row(key, unknown=section["unknown"])
    for figure in section["figures"]:
        yield _row(key, **{name: figure[name] for name in _OF_FIGURES})
    for table in section["tables"]:
        for place, row in enumerate(table["rows"], 1):
            yield from (_cell(key, table["key"], place, row, column) for column in table["columns"])


def _row(section: str, table: str = "", row: int | None = None, **known: Any) -> Document:
    empty = dict.fromkeys(_OF_FIGURES) | {"name": "", "unit": "", "unknown": ""}
    return {"section": section, "table": table, "row": row, **empty, **known}


def _cell(section: str, table: str, place: int, row: Mapping[str, Any], column: Mapping[str, str]) -> Document:
    field, kind = column["field"], column["kind"]
    limits = {end: row.get(f"{field}_{end}") for end in ("low", "high")}
    unit = unit_of(row) if kind in {"amount", "measured"} else kind
    return _row(section, table, place, name=field, unit=unit, value=_plain(row.get(field), kind), **limits)


def _plain(value: Any, kind: str) -> Any:
    """A value as one cell holds it."""
    if kind == "conditions":
        return _in_words(value)
    return metric_key(ProofMetric(**value)) if kind == "metric" and value else value


def _in_words(found: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one['attribute']} {one['operator']} {'|'.join(one['values'])}" for one in found)

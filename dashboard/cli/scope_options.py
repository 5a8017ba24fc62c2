"""Filters of the command line: dates, grain and segments as the reports understand them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, cast, get_args

from typer import BadParameter

from data.errors import UnknownSegment
from data.records import (
    FIRST_DAY,
    LAST_DAY,
    AgeUnit,
    Bridge,
    Compare,
    Condition,
    DefinitionName,
    Grain,
    Operator,
    Scope,
    Segment,
)

_SPLIT = re.compile(r"(?<!\\),")
_CONDITION = re.compile(r"^\s*(?P<name>[^=<>!]+?)\s*(?P<sign><=|>=|!=|=|<|>)(?P<values>.*)$", re.DOTALL)


def a_day(text: str | None, option: str) -> date | None:
    """A day in ISO form."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as wrong:
        raise BadParameter(f"{option} {text} is no day. Write it as year-month-day, for example 2026-09-30.") from wrong
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadParameter(f"{option} {text} lies outside {FIRST_DAY} to {LAST_DAY}. Check the year.")
    return day


def a_segment(texts: list[str]) -> Segment:
    """Segments as `industry=retail,region=north`; values of one key separated by |; also != < <= > >=.

    A comma or bar inside a value is written with a backslash before it.
    """
    parts = [part for text in texts for part in _SPLIT.split(text) if part.strip()]
    return Segment(tuple(_condition(part.replace("\\,", ",")) for part in parts))


def _condition(text: str) -> Condition:
    found = _CONDITION.match(text)
    if found is None:
        raise UnknownSegment(f"{text} is no condition. Write attribute=value, for example industry=retail.")
    operators: dict[str, Operator] = {"=": "in", "!=": "not in"}
    sign = found["sign"]
    values = tuple(v.replace("\\|", "|").strip() for v in re.split(r"(?<!\\)\|", found["values"]))
    return Condition(found["name"], operators.get(sign, cast("Operator", sign)), values)


def as_segment(conditions: Iterable[Condition]) -> str:
    """Conditions as `a_segment` reads them."""
    signs = {"in": "=", "not in": "!="}
    return ",".join(f"{c.attribute}{signs.get(c.operator, c.operator)}{_values(c.values)}" for c in conditions)


def _values(values: Iterable[str]) -> str:
    return "|".join(value.replace(",", "\\,").replace("|", "\\|") for value in values)


def a_choice(value: str, allowed: tuple[str, ...], option: str) -> str:
    """One of a closed list."""
    if value not in allowed:
        raise BadParameter(f"{option} {value} is not known. Choose one of: {', '.join(allowed)}.")
    return value


def a_compare(text: str) -> Compare:
    """What changes are compared with."""
    return cast("Compare", a_choice(text, get_args(Compare), "--compare"))


def a_comparison(report: str, texts: list[str]) -> dict[str, Any]:
    """What --against means: another segment, or for a decomposition another period."""
    if report != "decomposition":
        return {"against": a_segment(texts)}
    if len(texts) > 1:
        raise BadParameter("--against names one period for a decomposition: previous, year, or FROM..TO.")
    return {"before": "".join(texts)}


def a_grain(text: str, option: str) -> Grain:
    """The length of a period."""
    return cast("Grain", a_choice(text, get_args(Grain), option))


def a_unit(text: str) -> AgeUnit:
    """What ages are counted in."""
    return cast("AgeUnit", a_choice(text, get_args(AgeUnit), "--unit"))


def a_scope(start: str | None, end: str | None, grain: str, segment: list[str], definition: str, bridge: str) -> Scope:
    """The scope a report is asked for."""
    return Scope(
        start=a_day(start, "--from"),
        end=a_day(end, "--to"),
        grain=a_grain(grain, "--grain"),
        segment=a_segment(segment),
        definition=cast("DefinitionName", a_choice(definition, get_args(DefinitionName), "--definition")),
        bridge=cast("Bridge", a_choice(bridge, get_args(Bridge), "--bridge")),
    )
